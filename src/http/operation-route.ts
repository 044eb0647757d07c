/** Operations on a VM: body → command → outcome → answer, with `expect` compared on the way out. */
import type { z } from 'zod';
import { apply, type Command, isRejection, type Machine } from '../core/index.js';
import type { Done, OutcomeOf } from '../service/executor.js';
import type { Vm } from '../service/machines.js';
import type { Services } from '../service/services.js';
import { isRefusal, type ProblemCode, type Refusal } from './problem.js';
import type { Operation, Route, RouteAnswer, RouteText } from './route.js';
import { VmParams } from './schemas/basics.js';
import { OperationQuery } from './schemas/operation.js';
import { vmRoute } from './vm-route.js';

/** What a request may expect, field by field. */
type Expected = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
export type Seen = Readonly<Record<string, string | boolean | readonly string[] | null>>;

export interface OperationSpec<B extends z.ZodType, C extends Command> extends RouteText {
  readonly op: C['op'];
  readonly path: string;
  readonly body: B;
  readonly example: unknown;
  readonly pace?: 'hot';
  readonly effect?: 'none';
  readonly answer: RouteAnswer;
  readonly problems: readonly ProblemCode[];
  command(body: z.infer<B>): C | Refusal;
  /** The answer. An object literal with all its members: on hot routes, merging objects costs more than the rest together. */
  show(outcome: OutcomeOf<C>, numbers: Numbers): object;
  /** The fields that `expect` can name, as they turned out. */
  seen(outcome: OutcomeOf<C>): Seen;
}

export function operationRoute<B extends z.ZodType<{ readonly expect?: Expected | undefined }>, C extends Command>(
  services: Services,
  spec: OperationSpec<B, C>,
): Route {
  return vmRoute<typeof VmParams, typeof OperationQuery, B>(services, {
    ...spec,
    operation: operationOf(spec),
    method: 'POST',
    params: VmParams,
    query: OperationQuery,
    problems: [
      'vm-killed',
      'expectation-failed',
      'address-out-of-range',
      'limit-exceeded',
      'touched-limit',
      'touched-total-limit',
      ...spec.problems,
    ],
    handle(vm, call) {
      const command = spec.command(call.body);
      if (isRefusal(command)) return command;
      return answerOf(services, vm, command, spec, call);
    },
  });
}

/** What of a request the answer depends on, besides its command. */
interface Asked {
  readonly body: { readonly expect?: Expected | undefined } | undefined;
  readonly query: { readonly failOnExpectation?: 'true' | 'false' | undefined };
  readonly requestId: string;
}

/** Carries a command out: the answer, with what was expected compared, or why there is none. */
export function answerOf<C extends Command>(
  services: Services,
  vm: Vm,
  command: C,
  spec: Pick<OperationSpec<z.ZodType, C>, 'show' | 'seen'>,
  { body, query, requestId }: Asked,
): object | Refusal {
  const done = services.executor.run(vm, command, requestId);
  if ('rejected' in done) return done;
  const answer = spec.show(done.outcome, numbersOf(vm.machine, done));
  const expect = body?.expect;
  if (expect === undefined) return answer;
  return judged(answer, differencesOf(expect, spec.seen(done.outcome)), query.failOnExpectation === 'true' ? 'fail' : 'report');
}

/** The operation by itself, for a machine that is nobody's: nothing is recorded or published. */
function operationOf<B extends z.ZodType, C extends Command>(spec: OperationSpec<B, C>): Operation {
  return {
    op: spec.op,
    perform(machine, body) {
      const command = spec.command(body as z.infer<B>);
      if (isRefusal(command)) return command;
      const result = apply(machine, command);
      if (isRejection(result)) return result;
      const done = result as Done<OutcomeOf<C>>;
      return { ...spec.show(done.outcome, numbersOf(machine, done)), ...spec.seen(done.outcome) };
    },
  };
}

/** Where the operation stands among the VM's events. */
export interface Numbers {
  /** undefined where it made none. */
  readonly firstSeq: number | undefined;
  readonly seq: number;
  readonly events: number;
}

function numbersOf(machine: Machine, { events }: Done<unknown>): Numbers {
  return { firstSeq: events.length === 0 ? undefined : events[0]?.seq, seq: machine.seq, events: events.length };
}

interface Difference {
  readonly field: string;
  readonly expected: string | boolean | readonly string[];
  readonly actual: string | boolean | readonly string[] | null;
}

function differencesOf(expect: Expected, seen: Seen): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [field, expected] of Object.entries(expect)) {
    if (expected === undefined) continue;
    const actual = seen[field] ?? null;
    if (JSON.stringify(expected) !== JSON.stringify(actual)) differences.push({ field, expected, actual });
  }
  return differences;
}

function judged(answer: object, differences: readonly Difference[], whenNotHeld: 'report' | 'fail'): object | Refusal {
  const held = differences.length === 0;
  const result = { ...answer, expectation: { held, differences } };
  if (held || whenNotHeld === 'report') return result;
  return {
    rejected: true,
    code: 'expectation-failed',
    pointer: '/expect',
    detail: `${differences.map(({ field }) => field).join(' and ')} turned out otherwise than expected; the operation was carried out`,
    hint: 'see result.expectation.differences',
    extra: { result },
  };
}
