/** What is tested, seen through the machine's public door only, so that a broken machine can stand in its place. */
import {
  apply,
  asidCounters,
  asPfn,
  createMachine,
  digestOf,
  isRejection,
  pageView,
  restore,
  rmpSlice,
  snapshotOf,
  statsOf,
} from '../../src/core/index.js';
import type { Command, Gfn, Machine, MachineConfig, PageView, Rejection, Result, RmpEntry, Stats } from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';

export interface Subject {
  apply(command: Command): Result;
  page(gfn: Gfn): PageView | null;
  /** Entries of `count` frames from `from`, as many as are covered. */
  rmp(from: number, count: number): readonly RmpEntry[];
  stats(): Stats;
  /** Assigned pages by ASID. */
  asidCounters(): readonly (readonly [asid: number, pages: number])[];
  digest(): string;
  seq(): number;
  killed(): boolean;
  /** The same machine out of its snapshot. */
  restored(): Subject;
}

export type MakeSubject = (config: MachineConfig) => Subject | Rejection;

export const coreSubject: MakeSubject = (config) => {
  const created = createMachine(config, memoryCipher);
  return isRejection(created) ? created : subjectOf(created.machine);
};

function subjectOf(machine: Machine): Subject {
  return {
    apply: (command) => apply(machine, command),
    page: (gfn) => pageView(machine, gfn),
    rmp: (from, count) => entries(machine, from, count),
    stats: () => statsOf(machine),
    asidCounters: () => asidCounters(machine),
    digest: () => digestOf(machine),
    seq: () => machine.seq,
    killed: () => machine.state === 'killed',
    restored: () => subjectOf(restore(snapshotOf(machine), memoryCipher)),
  };
}

function entries(machine: Machine, from: number, count: number): readonly RmpEntry[] {
  const found: RmpEntry[] = [];
  let next: number | null = from;
  while (next !== null && found.length < count) {
    const slice: ReturnType<typeof rmpSlice> = rmpSlice(machine, asPfn(next), count - found.length);
    found.push(...slice.entries);
    next = slice.next;
  }
  return found;
}
