/**
 * Page-state change requests as the guest's bytes, in the NAE form (exit code 0x8000_0010) and the MSR form (0x014). Nothing in them is
 * misuse: what is wrong is answered as a host answers it (hardware.md 5.1, 5.2, 5.4).
 *
 *     0       2       4               8              16
 *     | cur   | end   | reserved      | entry 0      | entry 1 ...      at most 253
 *     entry:  cur_page 11:0, gfn 51:12, operation 55:52, page size 56
 *
 * The host does entries from cur_entry on and writes its progress back, so that a request that stopped half way is taken up again by sending
 * the bytes once more.
 */
import { asGfn, LEVEL_2M, REGION_PAGES } from './address.js';
import type { GhcbRequest, PageStateOperation } from './command.js';
import { PSC_ENTRIES_MAX } from './config.js';
import { convert } from './conversion.js';
import { SUCCESS } from './instructions.js';
import type { Machine } from './machine.js';
import type { GhcbOutcome, Result } from './outcome.js';
import { statusOfHost } from './kernel-rmp.js';
import { emitChanged } from './page-state-change.js';

const HEADER_BYTES = 8;
const ENTRY_BYTES = 8;
/** The GHCB's shared buffer, which the structure has to lie in: 8 + 253 * 8. */
const BUFFER_BYTES = HEADER_BYTES + PSC_ENTRIES_MAX * ENTRY_BYTES;

/** SW_EXITINFO2, upper and lower half. */
const DONE = [0, 0] as const;
const INVALID_HEADER = [1, 1] as const;
const INVALID_ENTRY = [1, 2] as const;
const GENERIC_ERROR = [0x100, 0] as const;
/** SW_EXITINFO1 of a GHCB that is malformed itself, and the reason for a bad scratch area. */
const MALFORMED = 2;
const BAD_SCRATCH_AREA = [0, 3] as const;

type ExitInfo2 = readonly [high: number, low: number];

const OPERATIONS: readonly (PageStateOperation | undefined)[] = [undefined, 'private', 'shared', 'psmash', 'unsmash'];

export function ghcbRequest(m: Machine, c: GhcbRequest): Result {
  m.begin(c.inject);
  const outcome = c.form === 'msr' ? msrRequest(m, c.high, c.low) : naeRequest(m, c.content, c.stopAfterPages);
  return { outcome: { ...outcome, ...m.printedMember() }, events: m.takeEvents() };
}

// --- NAE form --------------------------------------------------------------------------------------------------------------------

interface Entry {
  readonly curPage: number;
  readonly gfn: number;
  readonly operation: PageStateOperation | undefined;
  readonly pageSize: 1 | 2;
}

function naeRequest(m: Machine, content: Uint8Array, stopAfterPages: number): GhcbOutcome {
  const buffer = Uint8Array.from(content);
  const view = new DataView(buffer.buffer);
  const answer = (exitInfo2: ExitInfo2, exitInfo1 = 0): GhcbOutcome => ({
    op: 'ghcb-request',
    form: 'nae',
    exitInfo1,
    exitInfo2,
    content: buffer,
  });
  if (buffer.length < HEADER_BYTES || buffer.length > BUFFER_BYTES) return answer(BAD_SCRATCH_AREA, MALFORMED);
  const end = view.getUint16(2, true);
  if (end >= PSC_ENTRIES_MAX) return answer(INVALID_HEADER);
  const cur = view.getUint16(0, true);
  if (cur <= end && HEADER_BYTES + (end + 1) * ENTRY_BYTES > buffer.length) return answer(BAD_SCRATCH_AREA, MALFORMED);
  let budget = stopAfterPages;
  for (let i = cur; i <= end; i++) {
    const done = oneEntry(m, entryAt(view, i), budget);
    if (done.error !== null) return answer(done.error);
    budget -= done.pages;
    setCurPage(view, i, done.curPage);
    if (!done.whole) break;
    view.setUint16(0, i + 1, true);
  }
  return answer(DONE);
}

function entryAt(view: DataView, i: number): Entry {
  const at = HEADER_BYTES + i * ENTRY_BYTES;
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  return {
    curPage: low & 0xfff,
    gfn: gfnOfHalves(high, low),
    operation: OPERATIONS[(high >>> 20) & 0xf],
    pageSize: (high >>> 24) & 1 ? 2 : 1,
  };
}

/** Bits 51:12 of a quadword. */
function gfnOfHalves(high: number, low: number): number {
  return (high & 0xf_ffff) * 2 ** 20 + (low >>> 12);
}

function setCurPage(view: DataView, i: number, curPage: number): void {
  const at = HEADER_BYTES + i * ENTRY_BYTES;
  view.setUint32(at, ((view.getUint32(at, true) & ~0xfff) | curPage) >>> 0, true);
}

interface EntryDone {
  readonly error: ExitInfo2 | null;
  /** 4K pages of the budget that it took. */
  readonly pages: number;
  readonly curPage: number;
  readonly whole: boolean;
}

const failed = (error: ExitInfo2): EntryDone => ({ error, pages: 0, curPage: 0, whole: false });

/** What is left of an entry, as far as the budget goes. A 2M entry that is begun already is gone on with by 4K. */
function oneEntry(m: Machine, entry: Entry, budget: number): EntryDone {
  const unit = entry.pageSize === LEVEL_2M ? REGION_PAGES : 1;
  if (entry.curPage > unit || entry.gfn % unit !== 0) return failed(INVALID_ENTRY);
  const left = unit - entry.curPage;
  if (left === 0) return { error: null, pages: 0, curPage: unit, whole: true };
  if (entry.operation === undefined) return failed(INVALID_ENTRY);
  const pages = Math.min(left, budget);
  if (pages === 0) return { error: null, pages: 0, curPage: entry.curPage, whole: false };
  const pageSize = pages === unit ? entry.pageSize : 1;
  if (!change(m, entry.operation, entry.gfn + entry.curPage, pages, pageSize)) return failed(GENERIC_ERROR);
  return { error: null, pages, curPage: entry.curPage + pages, whole: pages === left };
}

/** What the host does for pages of one region. false: it could not. */
function change(m: Machine, operation: PageStateOperation, gfn: number, pages: number, pageSize: 1 | 2): boolean {
  for (let at = gfn; at < gfn + pages; at++) if (m.layout.slotAtGfn(at) === null) return false;
  const span = { gfn: asGfn(gfn), pages, pageSize, operation };
  const { code, rmpPages } = convert(m, span);
  emitChanged(m, span, statusOfHost(code), rmpPages);
  return code === SUCCESS;
}

// --- MSR form --------------------------------------------------------------------------------------------------------------------

const MSR_SEV_INFO_REQUEST = 0x002;
const MSR_SEV_INFO = 0x001;
const MSR_REGISTER_GPA = 0x012;
const MSR_REGISTERED_GPA = 0x013;
const MSR_CHANGE = 0x014;
const MSR_CHANGED = 0x015;
const MSR_FEATURES_REQUEST = 0x080;
const MSR_FEATURES = 0x081;
/** Protocol versions 1 to 2 in bits 63:32, the C-bit's number in 31:24. */
const PROTOCOLS = 0x0002_0001;
const C_BIT = 51;
/** SNP, and SNP AP creation. */
const FEATURES = 3;
/** "Set highest bit as a generic error response": what KVM answers. */
const MSR_ERROR_HIGH = 0x8000_0000;

function msrRequest(m: Machine, high: number, low: number): GhcbOutcome {
  const answer = (answerHigh: number, answerLow: number): GhcbOutcome => ({
    op: 'ghcb-request',
    form: 'msr',
    high: answerHigh >>> 0,
    low: answerLow >>> 0,
  });
  switch (low & 0xfff) {
    case MSR_CHANGE: {
      const operation = OPERATIONS[(high >>> 20) & 0xf];
      const gfn = gfnOfHalves(high, low);
      const done = (operation === 'private' || operation === 'shared') && change(m, operation, gfn, 1, 1);
      return answer(done ? 0 : MSR_ERROR_HIGH, MSR_CHANGED);
    }
    case MSR_SEV_INFO_REQUEST:
      return answer(PROTOCOLS, (C_BIT << 24) | MSR_SEV_INFO);
    case MSR_REGISTER_GPA:
      return answer(high, (low & ~0xfff) | MSR_REGISTERED_GPA);
    case MSR_FEATURES_REQUEST:
      return answer(0, (FEATURES << 12) | MSR_FEATURES);
    // KVM: an error, and the MSR keeps its value.
    default:
      return answer(high, low);
  }
}
