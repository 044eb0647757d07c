/**
 * Results as 8-byte little-endian records: u8 outcome, u8 last decision or status code, u16 faults, u32 bytes or pages done (api:
 * application/vnd.rampart.ops).
 */
import type { Decision, Outcome } from '../../core/index.js';
import type { Item } from './item.js';
import { faultsOf, wordOf } from './summary.js';

export const RESULT_BYTES = 8;

const OUTCOMES: Readonly<Record<string, number>> = {
  completed: 0,
  SUCCESS: 0,
  sigbus: 1,
  efault: 2,
  ebusy: 3,
  oops: 4,
  livelock: 5,
  'ping-pong': 6,
  segv: 7,
  'nested-fault': 8,
  'vc-exception': 9,
  'memory-fault-exit': 10,
  // 11 is below.
  'page-fault': 12,
  'vmexit-vc': 13,
};
/** An instruction's status other than SUCCESS. */
const OTHER_STATUS = 11;
const VM_KILLED = 254;
export const REFUSED = 255;

const DECISIONS: Readonly<Record<Decision, number>> = { RETRY: 1, KILL: 2, PAGE_SPLIT: 3, FORCE_SHARED: 4, NONE: 5 };
const COUNT_MAX = 0xffff;

export function putResult(into: DataView, at: number, item: Item): void {
  if (item.kind === 'refused') {
    into.setUint8(at, item.refusal.code === 'vm-killed' ? VM_KILLED : REFUSED);
    return;
  }
  const { outcome } = item.done;
  into.setUint8(at, OUTCOMES[wordOf(outcome)] ?? OTHER_STATUS);
  into.setUint8(at + 1, decisionOf(outcome));
  into.setUint16(at + 2, Math.min(faultsOf(outcome), COUNT_MAX), true);
  into.setUint32(at + 4, amountOf(outcome), true);
}

/** The last decision that was taken, 0 for none; the return code of an operation that has one. */
function decisionOf(outcome: Outcome): number {
  if ('code' in outcome) return outcome.code ?? 0;
  if (!('faults' in outcome)) return 0;
  const last = outcome.faults.findLast((fault) => 'decision' in fault && fault.decision !== null);
  return last !== undefined && 'decision' in last && last.decision !== null ? DECISIONS[last.decision] : 0;
}

/** Bytes of an access, 4K pages of a page-state change. */
function amountOf(outcome: Outcome): number {
  if (outcome.op === 'hypervisor-write') return outcome.bytesWritten;
  if (outcome.op === 'hypervisor-read') return outcome.bytesRead;
  if (outcome.op === 'guest-access') return outcome.bytesDone;
  return outcome.op === 'page-state-change' ? outcome.results.reduce((sum, { rmpPages }) => sum + rmpPages, 0) : 0;
}
