/** An operation as a list of operations knows it: what its own route knows, without the route. */
import type { Command, Event, Machine, Outcome } from '../../core/index.js';
import type { ObjectSchema, Route } from '../route.js';
import type { Refusal } from '../problem.js';
import type { Read } from '../validate.js';

/** Where an operation stands among the VM's events. */
export interface Numbers {
  /** undefined where it made none. */
  readonly firstSeq: number | undefined;
  readonly seq: number;
  readonly events: number;
}

export function numbersOf(seq: number, events: readonly Event[]): Numbers {
  return { firstSeq: events[0]?.seq, seq, events: events.length };
}

/** What a request may expect, field by field, and what turned out. */
export type Expected = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
export type Seen = Readonly<Record<string, string | boolean | readonly string[] | null>>;

export interface OperationKind {
  readonly op: Command['op'];
  /** Its members in a list. */
  readonly body: ObjectSchema;
  readonly read: Read<unknown>;
  command(body: unknown): Command | Refusal;
  show(outcome: Outcome, numbers: Numbers): object;
  seen(outcome: Outcome): Seen;
  /** On a machine that is nobody's: nothing is recorded or published. The answer, and what an expectation can name beside its fields. */
  perform(machine: Machine, body: unknown): object | Refusal;
}

export interface Difference {
  readonly field: string;
  readonly expected: string | boolean | readonly string[];
  readonly actual: string | boolean | readonly string[] | null;
}

export function differencesOf(expect: Expected, seen: Seen): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [field, expected] of Object.entries(expect)) {
    if (expected === undefined) continue;
    const actual = seen[field] ?? null;
    if (JSON.stringify(expected) !== JSON.stringify(actual)) differences.push({ field, expected, actual });
  }
  return differences;
}

/** The kinds that these routes have, in their order. */
export function kindsOf(routes: readonly Route[]): readonly OperationKind[] {
  return routes.flatMap(({ operation }) => operation ?? []);
}

export type Kinds = ReadonlyMap<string, OperationKind>;

/** The same by the name of the operation. */
export function kindsByOp(routes: readonly Route[]): Kinds {
  return new Map(kindsOf(routes).map((kind) => [kind.op, kind]));
}

/** The members of a body but `expect`. */
export function withoutExpect({ shape }: ObjectSchema): ObjectSchema['shape'] {
  const { expect: _expect, ...fields } = shape;
  return fields;
}
