/** PVALIDATE (hardware.md 3.4). */
import { FAULTS_LISTED_MAX } from '../../src/core/config.js';
import type { InstructionStatus, NestedFault } from '../../src/core/outcome.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { forgetFrames, pagesAt } from './host-rmp.js';
import { REGION, slotOfGfn } from './layout.js';
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

const NOTHING_THERE: Validation = { status: 'NESTED_FAULT', code: null, carry: null, faults: [] };

/** What a guest does whose 2M was answered FAIL_SIZEMISMATCH. */
export function oneByOne(state: NaiveState, log: EventLog, gfn: number, validate: boolean, before: readonly NestedFault[]) {
  const faults = [...before];
  let carry = false;
  log.group = 'fallback';
  for (let i = 0; i < REGION; i++) {
    const exists = slotOfGfn(state.config, gfn + i) !== null;
    const answer = exists ? pvalidate(state, log, gfn + i, 0, 1, validate) : NOTHING_THERE;
    faults.push(...answer.faults);
    if (answer.status !== 'SUCCESS') return { ...answer, faults: faults.slice(0, FAULTS_LISTED_MAX), fallbackPages: 0 };
    carry ||= answer.carry === true;
  }
  const status: InstructionStatus = 'SUCCESS';
  return { status, code: 0, carry, faults: faults.slice(0, FAULTS_LISTED_MAX), fallbackPages: REGION };
}

function setValidated(state: NaiveState, pfn: number, validate: boolean): boolean {
  const entry = entryAt(state, pfn);
  state.rmp.set(pfn, { ...entry, validated: validate });
  if (entry.validated !== validate) forgetFrames(state, pfn, entry.pageSize === 2 ? 512 : 1);
  return entry.validated === validate;
}
