/** One operation of a list: read, carried out, judged. */
import type { Command, Outcome } from '../../core/index.js';
import type { Done } from '../../service/executor.js';
import type { Operations } from '../../service/operations/operations.js';
import type { Vm } from '../../service/machines.js';
import { problemDocument, refuse, type Refusal } from '../problem.js';
import { type Difference, differencesOf, type Expected, type Kinds, numbersOf, type OperationKind } from './kind.js';

/** What it came to. It failed where it was refused, or where what it expects did not happen. */
export type Item =
  | { readonly kind: 'done'; readonly op: OperationKind; readonly done: Done<Outcome>; readonly differences: readonly Difference[] | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export function hasFailed(item: Item): boolean {
  return item.kind === 'refused' || (item.differences !== null && item.differences.length > 0);
}

/** value: an object with `op` and the body that the operation's own route takes. */
export function carryOut(operations: Operations, kinds: Kinds, value: unknown): Item {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('invalid-field', '', 'an operation is an object', 'give its op and what its own route takes');
  const { op, ...body } = value as Readonly<Record<string, unknown>>;
  const kind = typeof op === 'string' ? kinds.get(op) : undefined;
  if (kind === undefined) {
    const names = [...kinds.keys()].map((name) => JSON.stringify(name)).join(', ');
    return refused('invalid-field', '/op', op === undefined ? '/op is missing' : '/op is no operation', `give one of ${names}`);
  }
  const read = kind.read(body);
  if ('rejected' in read) return { kind: 'refused', refusal: read };
  const command = kind.command(read.value);
  if ('rejected' in command) return { kind: 'refused', refusal: command };
  const { expect } = read.value as { readonly expect?: Expected };
  return run(operations, kind, command, expect);
}

export function run(operations: Operations, kind: OperationKind, command: Command, expect?: Expected): Item {
  const done = operations.run(command);
  if ('rejected' in done) return { kind: 'refused', refusal: done };
  return { kind: 'done', op: kind, done, differences: expect === undefined ? null : differencesOf(expect, kind.seen(done.outcome)) };
}

function refused(code: Refusal['code'], pointer: string, detail: string, hint: string): Item {
  return { kind: 'refused', refusal: refuse(code, pointer, detail, hint) };
}

/** As it stands among the results. */
export function resultOf(item: Item, index: number, vm: Vm, requestId: string): object {
  if (item.kind === 'refused') return { index, problem: problemDocument(item.refusal, requestId) };
  const { op, done, differences } = item;
  const answer = { index, ...op.show(done.outcome, numbersOf(vm.machine.seq, done.events)) };
  return differences === null ? answer : { ...answer, expectation: { held: differences.length === 0, differences } };
}
