/** PVALIDATE (hardware.md 3.4). */
import type { InstructionStatus, NestedFault } from '../../src/core/outcome.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { forgetFrames, pagesAt } from './host-rmp.js';
import { REGION } from './layout.js';
import { entryAt } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { nestedLeaf, ownership, sizes, tryUntilDone } from './nested.js';
import { asGfn, asPfn } from '../../src/core/address.js';

export interface Validation {
  readonly status: InstructionStatus;
  readonly code: number | null;
  readonly carry: boolean | null;
  readonly faults: readonly NestedFault[];
}

export function pvalidate(state: NaiveState, log: EventLog, gfn: number, offset: number, pageSize: 1 | 2, validate: boolean): Validation {
  const faults: NestedFault[] = [];
  if (offset !== 0 || (pageSize === 2 && gfn % REGION !== 0)) return { status: 'FAIL_INPUT', code: 1, carry: null, faults };
  const doing = { gfn, access: 'pvalidate', encrypted: true, faults } as const;
  const carry = tryUntilDone<boolean | 'mismatch'>(state, log, doing, (leaf) => {
    const refusal = ownership(state, gfn, leaf.pfn) ?? sizes(state, leaf, pageSize);
    if (refusal === 'mismatch') return { done: 'mismatch' };
    return refusal ?? { done: setValidated(state, leaf.pfn, validate) };
  });
  if (carry === null || carry === 'exit') return { status: 'NESTED_FAULT', code: null, carry: null, faults };
  if (carry === 'mismatch') return { status: 'FAIL_SIZEMISMATCH', code: 6, carry: null, faults };
  const { pfn } = nestedLeaf(state, gfn);
  emit(log, { type: 'pvalidated', validate, pageSize, carry, ...pagesAt(state, pfn, pageSize), gfn: asGfn(gfn), pfn: asPfn(pfn) });
  return { status: 'SUCCESS', code: 0, carry, faults };
}

function setValidated(state: NaiveState, pfn: number, validate: boolean): boolean {
  const entry = entryAt(state, pfn);
  state.rmp.set(pfn, { ...entry, validated: validate });
  if (entry.validated !== validate) forgetFrames(state, pfn, entry.pageSize === 2 ? 512 : 1);
  return entry.validated === validate;
}
