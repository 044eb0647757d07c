/** Machines with one deliberate fault each, made by standing between the core and its caller: proof that the comparison can fail. */
import { isRejection } from '../../src/core/error.js';
import { asPfn } from '../../src/core/address.js';
import { FRAME_BASE } from '../../src/core/config.js';
import type { MachineConfig } from '../../src/core/config.js';
import type { Event } from '../../src/core/event.js';
import type { Outcome, Result, RmpEntry, WriteOutcome } from '../../src/core/outcome.js';
import { coreSubject } from './subject.js';
import type { MakeSubject, Subject } from './subject.js';

export interface Mutant {
  /** Ends the sentence "a core that …". */
  readonly fault: string;
  readonly make: MakeSubject;
}

/** The core with some of its answers replaced, also after it has been restored. */
function mutant(fault: string, change: (core: Subject, config: MachineConfig) => Partial<Subject>): Mutant {
  const wrap = (core: Subject, config: MachineConfig): Subject => {
    const changed = { ...core, ...change(core, config) };
    return { ...changed, restored: () => wrap(changed.restored(), config) };
  };
  return {
    fault,
    make: (config) => {
      const core = coreSubject(config);
      return isRejection(core) ? core : wrap(core, config);
    },
  };
}

function withOutcome(fault: string, change: (outcome: Outcome) => Outcome): Mutant {
  return mutant(fault, (core) => ({
    apply: (command) => {
      const result = core.apply(command);
      return isRejection(result) ? result : { ...result, outcome: change(result.outcome) };
    },
  }));
}

function withEvents(fault: string, change: (events: readonly Event[]) => readonly Event[]): Mutant {
  return mutant(fault, (core) => ({
    apply: (command): Result => {
      const result = core.apply(command);
      return isRejection(result) ? result : { ...result, events: change(result.events) };
    },
  }));
}

function withEntries(fault: string, change: (entry: RmpEntry) => RmpEntry): Mutant {
  return mutant(fault, (core) => ({ rmp: (from, count) => core.rmp(from, count).map(change) }));
}

function withWrites(fault: string, change: (outcome: WriteOutcome) => WriteOutcome): Mutant {
  return withOutcome(fault, (outcome) => (outcome.op === 'hypervisor-write' ? change(outcome) : outcome));
}

export const MUTANTS: readonly Mutant[] = [
  withWrites('does not look at the neighbours of a 2M leaf', (outcome) => {
    const faults = outcome.faults.filter((f) => f.reason !== 'mapping-overlaps-assigned');
    return { ...outcome, faults };
  }),
  withEntries('counts the base among its sub-pages', (entry) =>
    entry.subPageCount > 0 && entry.assigned ? { ...entry, subPageCount: entry.subPageCount + 1 } : entry,
  ),
  withEntries('keeps no validated bit', (entry) => ({ ...entry, validated: false })),
  withWrites('looks the right frame of a 1G leaf up', (outcome) => ({
    ...outcome,
    faults: outcome.faults.map((f) =>
      f.level === 3 && f.lookedUp !== null && f.pfn !== null ? { ...f, lookedUp: { ...f.lookedUp, pfn: f.pfn } } : f,
    ),
  })),
  withWrites('splits hugetlb', (outcome) => (outcome.outcome === 'livelock' ? { ...outcome, outcome: 'completed' } : outcome)),
  withWrites('takes a recurring state for a standstill', (outcome) =>
    outcome.outcome === 'ping-pong' ? { ...outcome, outcome: 'livelock' } : outcome,
  ),
  withWrites('counts the failing page as written', (outcome) =>
    outcome.outcome === 'completed' ? outcome : { ...outcome, bytesWritten: outcome.bytesWritten + 1 },
  ),
  withWrites('signals with the wrong code', (outcome) => ({
    ...outcome,
    faults: outcome.faults.map((f) => (f.signal?.name === 'SIGBUS' ? { ...f, signal: { ...f.signal, code: 3 } } : f)),
  })),
  withOutcome('lets an RMPUPDATE overlap', (outcome) =>
    outcome.op === 'rmpupdate' && outcome.code === 4 ? { ...outcome, status: 'SUCCESS', code: 0 } : outcome,
  ),
  withOutcome('says that PVALIDATE changed something when it did not', (outcome) =>
    outcome.op === 'pvalidate' && outcome.carry === true ? { ...outcome, carry: false } : outcome,
  ),
  withOutcome('answers PSMASH of a 4K region with success', (outcome) =>
    outcome.op === 'psmash' && outcome.code === 7 ? { ...outcome, status: 'SUCCESS', code: 0 } : outcome,
  ),
  withEvents('publishes no smash', (events) => events.filter((e) => e.type !== 'psmashed')),
  withEvents('publishes repairs before their fault', (events) =>
    [...events].sort((a, b) => Number(a.type === 'fault') - Number(b.type === 'fault')),
  ),
  withEvents('leaves gaps in its numbers', (events) => events.map((e) => (e.type === 'vm-killed' ? { ...e, seq: e.seq + 1 } : e))),
  mutant('forgets a page of its contents', (core) => ({
    apply: (command) => {
      const result = core.apply(command);
      if (isRejection(result) || result.outcome.op !== 'hypervisor-read') return result;
      return { ...result, outcome: { ...result.outcome, data: new Uint8Array(result.outcome.data.length) } };
    },
  })),
  mutant('keeps the first frame of every page', (core) => ({
    page: (gfn) => {
      const page = core.page(gfn);
      return page === null ? null : { ...page, pfn: asPfn(FRAME_BASE + gfn) };
    },
  })),
  withOutcome('swaps what is pinned', (outcome) =>
    outcome.op === 'leaf-state' && outcome.pinned > 0 ? { ...outcome, pages: outcome.pages + outcome.pinned, pinned: 0 } : outcome,
  ),
  withEvents('says nothing of lost frames', (events) => events.filter((e) => e.type !== 'page-leaked')),
  mutant('never splits its direct map', (core) => ({
    page: (gfn) => {
      const page = core.page(gfn);
      return page === null ? null : { ...page, directMapLevel: 2 };
    },
  })),
  mutant('keeps private pages in its direct map', (core) => ({
    page: (gfn) => {
      const page = core.page(gfn);
      return page === null ? null : { ...page, directMapPresent: true };
    },
  })),
  mutant('takes no notice of the private attribute', (core) => ({
    page: (gfn) => {
      const page = core.page(gfn);
      return page === null ? null : { ...page, privateAttribute: false };
    },
  })),
  withEvents('never asks the VMM', (events) => events.filter((e) => e.type !== 'memory-fault-exit')),
  withOutcome('refuses KVM no map', (outcome) =>
    outcome.op === 'kernel-map' && outcome.outcome === 'ebusy' ? { ...outcome, outcome: 'completed', map: 1 } : outcome,
  ),
  withOutcome('lets a held page become private', (outcome) =>
    outcome.op === 'page-state-change' && (outcome.status === 'EBUSY' || outcome.status === 'WAITS')
      ? { ...outcome, status: 'SUCCESS', code: 0 }
      : outcome,
  ),
  withWrites('splits with the flag of v5 for ever', (outcome) => ({
    ...outcome,
    faults: outcome.faults.map((f) => (f.faultFlags === 0x1255 ? { ...f, faultFlags: 0x655 } : f)),
  })),
  withWrites('lets the host touch what is the guest’s alone', (outcome) => ({
    ...outcome,
    faults: outcome.faults.filter((f) => f.kind !== 'not-present' || f.action !== 'sigbus'),
  })),
  mutant('comes out of a snapshot as it was created', (core, config) => ({
    restored: () => {
      const fresh = coreSubject(config);
      return isRejection(fresh) ? core : fresh;
    },
  })),
  mutant('changes its digest when it refuses', (core) => {
    let digest = core.digest();
    return {
      apply: (command) => {
        const result = core.apply(command);
        digest = isRejection(result) ? `${digest}+` : core.digest();
        return result;
      },
      digest: () => digest,
    };
  }),
];
