/** Machine ⇄ plain data. A snapshot is the small state and the regions that differ from creation, each in its canonical form. */
import type { MachineConfig } from './config.js';
import { changedRmp } from './digest.js';
import { InjectCounters } from './inject.js';
import { type Counters, Machine } from './machine.js';

/** Raised when the form changes; an older one is read as long as it can be. */
export const SNAPSHOT_VERSION = 1;

export interface Snapshot {
  readonly version: number;
  readonly config: MachineConfig;
  readonly state: 'running' | 'killed';
  readonly seq: number;
  readonly operations: number;
  readonly counters: Counters;
  readonly inject: readonly number[] | null;
  /** Region number and canonical form in base64. */
  readonly rmp: readonly (readonly [region: number, form: string])[];
  readonly leaves: readonly (readonly [region: number, form: string])[];
  /** Frame and its 4096 bytes in base64. */
  readonly contents: readonly (readonly [pfn: number, page: string])[];
}

export function snapshotOf(m: Machine): Snapshot {
  return {
    version: SNAPSHOT_VERSION,
    config: m.config,
    state: m.state,
    seq: m.seq,
    operations: m.operations,
    counters: structuredClone(m.counters),
    inject: m.vmInject?.counts() ?? null,
    rmp: formsOf(m.rmp.ledger.touchedRegions(), (region) => changedRmp(m, region)),
    leaves: formsOf(m.pageTable.ledger.touchedRegions(), (region) => m.pageTable.canonical(region)),
    contents: m.contents.sorted().map(([pfn, page]) => [pfn, Buffer.from(page).toString('base64')] as const),
  };
}

function formsOf(regions: Iterable<number>, form: (region: number) => Uint8Array | null): (readonly [number, string])[] {
  const out: (readonly [number, string])[] = [];
  for (const region of regions) {
    const bytes = form(region);
    if (bytes !== null) out.push([region, Buffer.from(bytes).toString('base64')]);
  }
  return out;
}

/** The machine again, with the same digest and the same answers to come. Throws RangeError on a version it does not know. */
export function restore(s: Snapshot): Machine {
  if (s.version !== SNAPSHOT_VERSION) throw new RangeError(`snapshot version ${s.version} is not ${SNAPSHOT_VERSION}`);
  const m = new Machine(s.config);
  for (const [region, form] of s.rmp) m.rmp.load(region, Buffer.from(form, 'base64'));
  for (const [region, form] of s.leaves) m.pageTable.load(region, Buffer.from(form, 'base64'));
  for (const [pfn, page] of s.contents) m.contents.store(pfn, 0, 4096, Buffer.from(page, 'base64'));
  m.state = s.state;
  m.seq = s.seq;
  m.operations = s.operations;
  m.counters = structuredClone(s.counters);
  if (m.config.inject !== undefined && s.inject !== null) m.vmInject = InjectCounters.restore(m.config.inject, s.inject);
  return m;
}
