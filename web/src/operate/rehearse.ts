/**
 * What an operation would do, without doing it: the service carries it out in an atomic list whose last operation cannot hold, so that it takes
 * all of it back. Neither the VM nor its log is any different afterwards.
 */
import type { Schemas } from '../../../src/client/browser.js';
import { rampart } from '../session.js';
import { answered } from '../ui/answered.js';
import { EXPLAINED } from './words.js';

/** The answer of an operation, as far as all have the same. */
export interface OperationResult {
  readonly outcome?: string;
  readonly status?: string;
  readonly code?: number | null;
  readonly carry?: boolean | null;
  readonly faults?: readonly (Schemas['Fault'] | Schemas['NestedFault'])[];
  readonly problem?: Schemas['Problem'];
  readonly firstSeq?: number;
  readonly seq?: number;
  readonly [field: string]: unknown;
}

export interface Foreseen {
  readonly result: OperationResult;
  readonly explanation: Schemas['Explanation'] | null;
}

export type Operation = Readonly<Record<string, unknown>> & { readonly op: string };

/** Reading a byte of RAM never ends so. */
const NEVER = { op: 'hypervisor-read', size: 1, expect: { outcome: 'oops' } };

export async function foresee(vm: string, operation: Operation, somewhere: string): Promise<Foreseen> {
  const [result, explanation] = await Promise.all([rehearse(vm, operation, somewhere), explain(vm, operation)]);
  return { result, explanation };
}

async function rehearse(vm: string, operation: Operation, somewhere: string): Promise<OperationResult> {
  return first(await send(vm, [operation, { ...NEVER, gpa: somewhere }], 'atomic'));
}

export async function carryOut(vm: string, operation: Operation): Promise<OperationResult> {
  return first(await send(vm, [operation], 'continue'));
}

async function send(vm: string, operations: readonly Operation[], mode: 'atomic' | 'continue'): Promise<Schemas['BatchAnswer']> {
  const body = { operations: operations as Schemas['BatchRequest']['operations'], mode, reply: 'full' as const };
  const answer: unknown = await answered<unknown>(rampart().api.POST('/v1/vms/{vm}/operations', { params: { path: { vm } }, body }));
  return answer as Schemas['BatchAnswer'];
}

function first({ results }: Schemas['BatchAnswer']): OperationResult {
  return (results?.[0] ?? {}) as OperationResult;
}

async function explain(vm: string, operation: Operation): Promise<Schemas['Explanation'] | null> {
  if (!EXPLAINED.includes(operation.op)) return null;
  const { inject, ...body } = operation;
  if (inject !== undefined) return null;
  // What it refuses, the rehearsal is refused too, and says so.
  const { data } = await rampart().api.POST('/v1/vms/{vm}/explain', {
    params: { path: { vm } },
    body: body as unknown as Schemas['ExplainRequest'],
  });
  return data ?? null;
}
