/** madvise, advice by advice, as the manual page and the kernel's dispatch have it. */
import { asGfn, asVpn } from '../../src/core/address.js';
import type { Madvise } from '../../src/core/command.js';
import type { Errno, SyscallOutcome } from '../../src/core/outcome.js';
import type { HugeAdvice } from '../../src/core/vmas.js';
import { collapse, verdictOf } from './collapse.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import { blockStart, GIB, isInPlace, REGION } from './layout.js';
import { frameOfVpn } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { takeFromGuest } from './host-request.js';
import { isAnonymous, isHugetlb } from './vmas.js';
import type { Area } from './vmas.js';
import { dropPages, splitAt, zap } from './zap.js';

interface Ranged {
  readonly areas: readonly Area[];
  readonly whole: boolean;
}

export function madvise(state: NaiveState, log: EventLog, command: Madvise, { areas, whole }: Ranged): SyscallOutcome {
  let pages = 0;
  for (const area of areas) {
    const done = one(state, log, command.advice, area);
    pages += done.pages;
    if (done.errno !== null) return { op: 'madvise', outcome: done.errno, pages };
  }
  return { op: 'madvise', outcome: whole ? 'completed' : 'ENOMEM', pages };
}

interface Done {
  readonly errno: Errno | null;
  readonly pages: number;
}

function one(state: NaiveState, log: EventLog, advice: Madvise['advice'], area: Area): Done {
  const { slot, from, to } = area;
  const all: Done = { errno: null, pages: to - from };
  switch (advice) {
    case 'HUGEPAGE':
      advise(state, log, area, 'hugepage');
      return all;
    case 'NOHUGEPAGE':
      advise(state, log, area, 'nohugepage');
      return all;
    case 'COLLAPSE':
      return collapseAll(state, log, area);
    case 'DONTNEED':
      if (isHugetlb(slot)) return { errno: 'EINVAL', pages: 0 };
      zap(state, log, slot, from, to, 'madvise', 'keep');
      if (isAnonymous(state, slot)) dropPages(state, log, slot, from, to);
      return all;
    case 'REMOVE':
      if (isAnonymous(state, slot)) return { errno: 'EINVAL', pages: 0 };
      if (area.readOnly) return { errno: 'EACCES', pages: 0 };
      punch(state, log, area);
      return all;
  }
}

function advise(state: NaiveState, log: EventLog, area: Area, advice: HugeAdvice): void {
  if (area.advice === advice) return;
  const { slot, from, to } = area;
  splitAt(state, log, slot, from, 'madvise');
  splitAt(state, log, slot, to, 'madvise');
  for (let vpn = from; vpn < to; vpn++) state.advice.set(vpn, advice);
  emit(log, {
    type: 'vma-protected',
    vpn: asVpn(from),
    gfn: asGfn(from - slot.vpn + slot.gfn),
    pages: to - from,
    memslot: area.number,
    protection: area.readOnly ? 'read-only' : 'read-write',
    hugePages: advice,
  });
}

function collapseAll(state: NaiveState, log: EventLog, { slot, from, to }: Area): Done {
  let errno: Errno | null = 'EINVAL';
  let pages = 0;
  let failed: Errno | null = null;
  for (let start = blockStart(from + REGION - 1, REGION); start + REGION <= to; start += REGION) {
    errno = null;
    const verdict = verdictOf(state, slot, start, 'call');
    if (verdict === 'pinned') failed = 'EAGAIN';
    else if (verdict === 'no' || verdict === 'unsuitable') failed = 'EINVAL';
    else {
      if (verdict !== 'huge') collapse(state, log, slot, start, verdict, 'madvise');
      pages += REGION;
    }
  }
  return { errno: failed ?? errno, pages };
}

/** A hole in the file. Of hugetlb only whole huge pages go, the rest is zeroed; its pool gives the same page again. */
function punch(state: NaiveState, log: EventLog, { slot, from, to }: Area): void {
  if (isInPlace(state.config)) takeFromGuest(state, log, from - slot.vpn + slot.gfn, to - slot.vpn + slot.gfn);
  if (!isHugetlb(slot)) {
    zap(state, log, slot, from, to, 'madvise', 'keep');
    dropPages(state, log, slot, from, to);
    return;
  }
  const unit = slot.backing === 'hugetlb-1G' ? GIB : REGION;
  const first = blockStart(from + unit - 1, unit);
  const last = blockStart(to, unit);
  if (first < last) zap(state, log, slot, first, last, 'madvise', 'keep');
  for (let vpn = from; vpn < to; vpn++) state.contents.delete(frameOfVpn(state, vpn));
}
