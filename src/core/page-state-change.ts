/**
 * The guest's page-state changes: the entries cut into GHCB requests, and around each request the guest's PVALIDATEs.
 *
 *     for each request of at most 253 pages of an entry's size:
 *       PVALIDATE(0) on pages that are private and asked shared     the guest lets go
 *       the request itself, in order                                 the host does RMPUPDATE (conversion.ts)
 *       PVALIDATE(1) on pages that an entry made private             the guest takes hold
 *
 * The order is Linux': a page is never shared while it is still valid. A PVALIDATE concerns only pages whose state the request changes.
 */
import { asGfn, type Gfn, isAligned, LEVEL_2M, levelName, pagesAt, REGION_PAGES } from './address.js';
import type { PageStateChange, PageStateEntry } from './command.js';
import { PSC_ENTRIES_MAX, PSC_PAGES_MAX } from './config.js';
import { convert } from './conversion.js';
import { type Rejection, reject } from './error.js';
import { emitPvalidated, validate } from './guest.js';
import { pagesOfSize, SUCCESS } from './instructions.js';
import { statusOfHost } from './kernel-rmp.js';
import type { Machine } from './machine.js';
import { frameOf } from './nested-leaf.js';
import type { InstructionStatus, NestedFault, PageStateOutcome, PageStateResult, Result } from './outcome.js';
import { runsOf } from './runs.js';

/** A stretch of one entry inside one 2M region and one GHCB request. */
interface Span {
  readonly entry: number;
  readonly gfn: Gfn;
  /** 4K pages. */
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateEntry['operation'];
}

/** What became of an entry so far. */
export interface Progress {
  status: InstructionStatus;
  code: number | null;
  carry: boolean | undefined;
  rmpPages: number;
  /** Pages of the entry's size that a request was made for. */
  asked: number;
}

export function freshProgress(): Progress {
  return { status: 'NOT_ATTEMPTED', code: null, carry: undefined, rmpPages: 0, asked: 0 };
}

export function changePageStates(m: Machine, c: PageStateChange): Result {
  const wrong = check(m, c);
  if (wrong !== null) return wrong;
  m.begin(c.inject);
  const progress = c.entries.map(freshProgress);
  let requestFailed = false;
  let failure: Progress | null = null;
  for (const request of requestsOf(c.entries)) {
    failure = runRequest(m, c, request, progress);
    if (failure === null) continue;
    requestFailed = !NO_ANSWER.includes(failure.status);
    leaveRest(c.entries, progress, failure);
    break;
  }
  if (failure === null)
    for (const done of progress) if (done.status === 'NOT_ATTEMPTED') throw new Error('invariant broken: an entry was left out');
  // A guest whose request has to wait is still in it.
  if (failure !== null && c.strictGuest && failure.status !== 'WAITS') {
    failure.status = requestFailed ? failure.status : 'GUEST_TERMINATED';
    m.kill('guest-terminated');
  }
  const outcome: PageStateOutcome = {
    op: 'page-state-change',
    status: failure?.status ?? 'SUCCESS',
    code: failure === null ? SUCCESS : failure.code,
    results: progress.map(resultOf),
    requestFailed,
  };
  return { outcome: { ...outcome, ...m.printedMember() }, events: m.takeEvents() };
}

/** The guest gets no answer to its request: it never came to one, or the host is still at it. */
const NO_ANSWER: readonly InstructionStatus[] = ['NESTED_FAULT', 'GUEST_TERMINATED', 'WAITS'];

/**
 * Entries after the failed one count as not attempted, also those whose RMP entries changed but whose PVALIDATE never came; so does an
 * earlier one of which a part was left to a request that was never made.
 */
function leaveRest(entries: readonly PageStateEntry[], progress: readonly Progress[], failure: Progress): void {
  const failed = progress.indexOf(failure);
  for (const [i, other] of progress.entries()) {
    if (i === failed || (i < failed && other.asked === entries[i].pages)) continue;
    other.status = 'NOT_ATTEMPTED';
    other.code = null;
  }
}

function resultOf(p: Progress): PageStateResult {
  const { status, code, rmpPages } = p;
  return p.carry === undefined ? { status, code, rmpPages } : { status, code, carry: p.carry, rmpPages };
}

// --- checks ------------------------------------------------------------------------------------------------------------------

function check(m: Machine, c: PageStateChange): Rejection | null {
  if (c.entries.length < 1 || c.entries.length > PSC_ENTRIES_MAX) {
    return reject(
      'limit-exceeded',
      '/entries',
      `a request has 1 to ${PSC_ENTRIES_MAX} entries, not ${c.entries.length}`,
      'send the rest in another request',
    );
  }
  let total = 0;
  for (const [i, entry] of c.entries.entries()) {
    const wrong = checkEntry(m, entry, `/entries/${i}`);
    if (wrong !== null) return wrong;
    total += entry.pages * pagesOfSize(entry.pageSize);
  }
  if (total <= PSC_PAGES_MAX) return null;
  return reject(
    'limit-exceeded',
    '/entries',
    `the entries name ${total} 4K pages; one request may name ${PSC_PAGES_MAX}`,
    'split it into several requests',
  );
}

function checkEntry(m: Machine, entry: PageStateEntry, pointer: string): Rejection | null {
  if (!isAligned(entry.gfn, entry.pageSize)) {
    const size = levelName(entry.pageSize);
    return reject(
      'invalid-field',
      `${pointer}/gpa`,
      `the gpa is not aligned to ${size}`,
      `use a multiple of ${pagesAt(entry.pageSize) * 4096} bytes, or 4K pages`,
    );
  }
  if (entry.pages < 1) return reject('invalid-field', `${pointer}/pages`, 'an entry names at least one page', 'give pages of 1 or more');
  const end = entry.gfn + entry.pages * pagesOfSize(entry.pageSize);
  for (let at = entry.gfn as number; at < end; ) {
    const slot = m.layout.slotAtGfn(at);
    if (slot === null) {
      return reject(
        'address-out-of-range',
        `${pointer}/gpa`,
        `guest page 0x${at.toString(16)} is in no memslot`,
        'keep the whole entry inside the memslots',
      );
    }
    at = slot.gfnEnd;
  }
  return null;
}

// --- requests ------------------------------------------------------------------------------------------------------------------

/** Cuts the entries into GHCB requests: 253 pages of the entry's size each, in order. */
function* requestsOf(entries: readonly PageStateEntry[]): Generator<readonly Span[]> {
  let request: Span[] = [];
  let room = PSC_ENTRIES_MAX;
  for (const [number, entry] of entries.entries()) {
    const unit = pagesOfSize(entry.pageSize);
    for (let done = 0; done < entry.pages; ) {
      const gfn = asGfn(entry.gfn + done * unit);
      const inRegion = entry.pageSize === LEVEL_2M ? 1 : pagesAt(LEVEL_2M) - (gfn % pagesAt(LEVEL_2M));
      const count = Math.min(entry.pages - done, inRegion, room);
      request.push({ entry: number, gfn, pages: count * unit, pageSize: entry.pageSize, operation: entry.operation });
      done += count;
      room -= count;
      if (room > 0) continue;
      yield request;
      request = [];
      room = PSC_ENTRIES_MAX;
    }
  }
  if (request.length > 0) yield request;
}

/** The entry that failed, or null. */
function runRequest(m: Machine, c: PageStateChange, request: readonly Span[], progress: readonly Progress[]): Progress | null {
  if (c.validate) {
    for (const span of request) {
      if (span.operation !== 'shared') continue;
      const isPrivate = (gfn: number): boolean => m.rmp.isAssigned(m.frames.privateOf(gfn));
      if (pvalidateSpan(m, span, false, progress[span.entry], c.strictGuest, isPrivate)) return progress[span.entry];
    }
  }
  /** Which entry made a page private: an entry that finds it private already changes nothing, and validates nothing. */
  const madeBy = new Map<number, number>();
  for (const span of request) {
    const done = progress[span.entry];
    const converted = convert(m, span);
    done.rmpPages += converted.rmpPages;
    done.asked += span.pages / pagesOfSize(span.pageSize);
    done.code = converted.code < 0 ? null : converted.code;
    done.status = statusOfHost(converted.code);
    emitChanged(m, span, done.status, converted.rmpPages);
    if (converted.code !== SUCCESS) return done;
    for (const gfn of converted.changed) {
      if (span.operation === 'private') madeBy.set(gfn, span.entry);
      else madeBy.delete(gfn);
    }
  }
  if (!c.validate) return null;
  for (const span of request) {
    if (span.operation !== 'private') continue;
    const ownWork = (gfn: number): boolean => madeBy.get(gfn) === span.entry;
    const before = assignedIn(m, span);
    const failed = pvalidateSpan(m, span, true, progress[span.entry], c.strictGuest, ownWork);
    progress[span.entry].rmpPages += assignedIn(m, span) - before;
    if (failed) return progress[span.entry];
  }
  return null;
}

/** Pages of the span that are assigned in private memory of its own, where the guest's access is what assigns them. */
function assignedIn(m: Machine, { gfn, pages }: Span): number {
  if (m.layout.privateBacking === 'same') return 0;
  let assigned = 0;
  for (let page: number = gfn; page < gfn + pages; page++) assigned += Number(m.rmp.isAssigned(m.layout.privateFrameOf(page)));
  return assigned;
}

export function emitChanged(m: Machine, span: Omit<Span, 'entry'>, status: InstructionStatus, rmpPages: number): void {
  const { gfn, pages, operation, pageSize } = span;
  const pfn = operation === 'private' ? m.frames.privateOf(gfn) : m.frames.of(gfn);
  m.emit({ seq: m.nextSeq(), type: 'page-state-changed', gfn, pfn, pages, operation, pageSize, status, rmpPages });
}

// --- PVALIDATE of a span ---------------------------------------------------------------------------------------------------------

/** true: the guest cannot go on. */
function pvalidateSpan(
  m: Machine,
  span: Span,
  validated: boolean,
  progress: Progress,
  strict: boolean,
  concerns: (gfn: number) => boolean,
): boolean {
  if (span.pageSize === LEVEL_2M && concernsAll(m, span, concerns)) {
    const done = pvalidateRun(m, span.gfn, 1, LEVEL_2M, validated, progress, strict);
    if (done !== 'mismatch') return done === 'failed';
  }
  // FAIL_SIZEMISMATCH, or not all of them: the guest falls back to single pages, of a 2M page to those that it had decided on before.
  const runs = runsOf(span.gfn, span.pages, concerns);
  for (const [first, pages] of span.pageSize === LEVEL_2M ? [...runs] : runs) {
    if (pvalidateRun(m, first, pages, 1, validated, progress, strict) !== 'done') return true;
  }
  return false;
}

/** Pages of one 2M entry are all private or all shared. */
function concernsAll(m: Machine, { gfn, pages }: Span, concerns: (gfn: number) => boolean): boolean {
  const whole = m.layout.privateBacking === 'separate' || m.frames.isBlock(gfn);
  const pfn = m.frames.privateOf(gfn);
  if (whole && m.rmp.isHugeAssigned(pfn)) return concerns(gfn);
  for (let page = gfn as number; page < gfn + pages; page++) if (!concerns(page)) return false;
  return true;
}

/** The page's frame follows that of the page before, in the same 2M of frames: both can be in one event. */
function continues(m: Machine, gfn: number): boolean {
  const pfn = frameOf(m, gfn);
  return pfn % REGION_PAGES !== 0 && frameOf(m, gfn - 1) + 1 === pfn;
}

/** PVALIDATEs pages one by one and publishes those alike as one event. Nested faults on the way are added to `faults`. */
export function pvalidateRun(
  m: Machine,
  first: number,
  count: number,
  pageSize: 1 | 2,
  validated: boolean,
  progress: Progress,
  strict: boolean,
  faults: NestedFault[] = [],
): 'done' | 'failed' | 'mismatch' {
  let from = first;
  let runCarry = false;
  const publish = (to: number): void => {
    if (to > from) emitPvalidated(m, asGfn(from), (to - from) * pagesOfSize(pageSize), pageSize, validated, runCarry);
    from = to;
  };
  for (let gfn = first; gfn < first + count; gfn++) {
    if (gfn > from && !continues(m, gfn)) publish(gfn);
    const result = validate(m, m.layout.slotOf(gfn), asGfn(gfn), pageSize, validated, faults, () => publish(gfn));
    if (result.end === 'code' && result.code !== SUCCESS) return 'mismatch';
    const failed = result.end === 'nested-fault' || (strict && result.carry);
    if (result.end === 'code') {
      progress.carry = progress.carry === true || result.carry;
      if (result.carry !== runCarry) publish(gfn);
      runCarry = result.carry;
    }
    if (!failed) continue;
    publish(result.end === 'code' ? gfn + 1 : gfn);
    progress.status = result.end === 'code' ? 'GUEST_TERMINATED' : 'NESTED_FAULT';
    progress.code = null;
    return 'failed';
  }
  publish(first + count);
  return 'done';
}
