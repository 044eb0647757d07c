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
  /** Or words, where it cannot be tried. */
  readonly result: OperationResult | string;
  readonly explanation: Schemas['Explanation'] | null;
}

export type Operation = Readonly<Record<string, unknown>> & { readonly op: string };

interface Alone {
  readonly words: string;
  carryOut(vm: string, operation: Operation): Promise<OperationResult>;
}

/** What is no part of a list, and so cannot be taken back. */
const ALONE: Readonly<Record<string, Alone>> = {
  munmap: {
    words:
      'The VMA, or the part of it from start on, goes: a store there ends in SIGSEGV until it is mapped again. The pages keep their RMP entries.',
    carryOut: (vm, { start, size }) => {
      const query = size === undefined ? {} : { size: textOf(size) };
      return orProblem(rampart().api.DELETE('/v1/vms/{vm}/vmas/{start}', { params: { path: { vm, start: textOf(start) }, query } }));
    },
  },
  'kernel-unmap': {
    words: 'KVM lets go of a page that it maps for writing: a request to make the page private is not refused for it any more.',
    carryOut: (vm, { map }) =>
      orProblem(rampart().api.DELETE('/v1/vms/{vm}/kernel-maps/{map}', { params: { path: { vm, map: textOf(map) } } })),
  },
  mprotect: {
    words:
      'The VMA from start on is read-only, so that a store there ends in SIGSEGV, or takes stores again. A huge leaf that reaches beyond the range is split.',
    carryOut: (vm, { start, protection, size }) => {
      const body = { protection, ...(size === undefined ? {} : { size }) } as Schemas['MprotectRequest'];
      return orProblem(rampart().api.PATCH('/v1/vms/{vm}/vmas/{start}', { params: { path: { vm, start: textOf(start) } }, body }));
    },
  },
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A refusal is a result here: it is shown where results are. */
async function orProblem(call: Promise<{ data?: object | undefined; error?: unknown; response: Response }>): Promise<OperationResult> {
  const answer = await call;
  if (answer.response.ok) return (answer.data ?? {}) as OperationResult;
  return { problem: answer.error as Schemas['Problem'] };
}

/** Reading a byte of RAM never ends so. */
const NEVER = { op: 'hypervisor-read', size: 1, expect: { outcome: 'oops' } };

export async function foresee(vm: string, operation: Operation, somewhere: string): Promise<Foreseen> {
  const alone = ALONE[operation.op];
  if (alone !== undefined) return { result: alone.words, explanation: null };
  const [result, explanation] = await Promise.all([rehearse(vm, operation, somewhere), explain(vm, operation)]);
  return { result, explanation };
}

async function rehearse(vm: string, operation: Operation, somewhere: string): Promise<OperationResult> {
  return first(await send(vm, [operation, { ...NEVER, gpa: somewhere }], 'atomic'));
}

export async function carryOut(vm: string, operation: Operation): Promise<OperationResult> {
  const alone = ALONE[operation.op];
  if (alone !== undefined) return alone.carryOut(vm, operation);
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
