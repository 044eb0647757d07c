/** PVALIDATE as a command: what needs no look at memory (doubt D7), the instruction, and the guest's fallback to 4K where it asks for one. */
import { isAligned, LEVEL_2M, LEVEL_4K, REGION_PAGES } from './address.js';
import type { Pvalidate } from './command.js';
import { emitPvalidated, notInMemslot, validate } from './guest.js';
import { FAIL_INPUT, FAIL_PERMISSION, FAIL_SIZEMISMATCH, pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import type { Machine } from './machine.js';
import type { NestedFault, PvalidateOutcome, Result } from './outcome.js';
import { freshProgress, pvalidateRun } from './page-state-change.js';

type Ended = Omit<PvalidateOutcome, 'op'>;

const NESTED_FAULT = { outcome: 'nested-fault', status: 'NESTED_FAULT', code: null, carry: null } as const;

export function pvalidate(m: Machine, c: Pvalidate): Result {
  const slot = m.layout.slotAtGfn(c.gfn);
  if (slot === null) return notInMemslot(c.gfn);
  m.begin(c.inject);
  if (c.vmpl !== 0) return finish(m, belowVmpl0(m));
  if (c.offset !== 0 || !isAligned(c.gfn, c.pageSize)) return finish(m, coded(FAIL_INPUT));
  const faults: NestedFault[] = [];
  const result = validate(m, slot, c.gfn, c.pageSize, c.validate, faults);
  if (result.end === 'nested-fault') return finish(m, { ...NESTED_FAULT, faults, fallbackPages: 0 });
  const { code, carry } = result;
  if (code === FAIL_SIZEMISMATCH && c.fallback === true && c.pageSize === LEVEL_2M) return finish(m, fallBack(m, c, faults));
  if (code === SUCCESS) emitPvalidated(m, c.gfn, pagesOfSize(c.pageSize), c.pageSize, c.validate, carry);
  return finish(m, { ...coded(code), carry: code === SUCCESS ? carry : null, faults });
}

function coded(code: number): Ended {
  return { outcome: 'completed', status: statusOf(code), code, carry: null, faults: [], fallbackPages: 0 };
}

/** The 512 pages one by one, up to one that can never be answered: there may be no memory behind it. */
function fallBack(m: Machine, c: Pvalidate, faults: NestedFault[]): Ended {
  const progress = freshProgress();
  let pages = 0;
  while (pages < REGION_PAGES && m.layout.slotAtGfn(c.gfn + pages) !== null) pages += 1;
  const end = pvalidateRun(m, c.gfn, pages, LEVEL_4K, c.validate, progress, false, faults);
  if (end !== 'done' || pages < REGION_PAGES) return { ...NESTED_FAULT, faults, fallbackPages: 0 };
  return { ...coded(SUCCESS), carry: progress.carry === true, faults, fallbackPages: REGION_PAGES };
}

function belowVmpl0(m: Machine): Ended {
  if (m.config.doubts.D7 === 'permission') return coded(FAIL_PERMISSION);
  return { ...coded(SUCCESS), outcome: 'exception', status: 'GENERAL_PROTECTION', code: null };
}

function finish(m: Machine, outcome: Ended): Result {
  return { outcome: { op: 'pvalidate', ...outcome, ...m.printedMember() }, events: m.takeEvents() };
}
