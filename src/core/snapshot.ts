/**
 * Machine ⇄ plain data. A *delta* is what operations changed: the small state, and each touched region in its canonical form. A *snapshot* is
 * the configuration and the delta from creation.
 */
import type { MachineConfig } from './config.js';
import { changedRmp } from './digest.js';
import { InjectCounters } from './inject.js';
import { KernelMaps } from './kernel-maps.js';
import { type Counters, Machine, noCounts } from './machine.js';

/** Raised when the form changes; an older one is read as long as it can be. */
export const SNAPSHOT_VERSION = 1;

/** A number and bytes in base64; null: as after creation. */
type Form = readonly [at: number, form: string | null];

export interface Delta {
  /** Everything went back to creation first. */
  readonly fromCreation: boolean;
  readonly state: 'running' | 'killed';
  readonly seq: number;
  readonly operations: number;
  readonly counters: Counters;
  readonly inject: readonly number[] | null;
  /** Left out where no map was ever made. */
  readonly kernelMaps?: { readonly last: number; readonly held: readonly (readonly [map: number, gfn: number])[] };
  /** By region of frames. */
  readonly rmp: readonly Form[];
  /** By region of virtual pages. */
  readonly leaves: readonly Form[];
  /** By frame. */
  readonly contents: readonly Form[];
  /** KVM's attributes by region of guest pages; left out where private memory has no pages of its own. */
  readonly attributes?: readonly Form[];
}

export interface Snapshot {
  readonly version: number;
  readonly config: MachineConfig;
  readonly delta: Delta;
}

export function snapshotOf(m: Machine): Snapshot {
  const changed = (regions: Iterable<number>, form: (region: number) => Uint8Array | null): Form[] =>
    [...regions].map((region) => formOf(region, form(region))).filter(([, form64]) => form64 !== null);
  return {
    version: SNAPSHOT_VERSION,
    config: m.config,
    delta: {
      ...smallState(m, true),
      rmp: changed(m.rmp.ledger.touchedRegions(), (region) => changedRmp(m, region)),
      leaves: changed(m.pageTable.ledger.touchedRegions(), (region) => m.pageTable.canonical(region)),
      contents: m.contents.sorted().map(([pfn, page]) => formOf(pfn, page)),
      ...attributesOf(
        m,
        changed(m.attributes.ledger.touchedRegions(), (region) => m.attributes.canonical(region)),
      ),
    },
  };
}

/** From now on `takeDelta` tells what the operations since then changed. */
export function trackDeltas(m: Machine): void {
  m.rmp.ledger.trackRecent();
  m.pageTable.ledger.trackRecent();
  m.contents.trackRecent();
  m.attributes.ledger.trackRecent();
}

/** What changed since it was last asked. To be asked right after a reset, which `wasReset` names: tracking starts anew with it. */
export function takeDelta(m: Machine, wasReset: boolean): Delta {
  if (wasReset) trackDeltas(m);
  return {
    ...smallState(m, wasReset),
    rmp: m.rmp.ledger.takeRecent().map((region) => formOf(region, changedRmp(m, region))),
    leaves: m.pageTable.ledger.takeRecent().map((region) => formOf(region, m.pageTable.canonical(region))),
    contents: m.contents.takeRecent().map(([pfn, page]) => formOf(pfn, page)),
    ...attributesOf(
      m,
      m.attributes.ledger.takeRecent().map((region) => formOf(region, m.attributes.canonical(region))),
    ),
  };
}

/** The machine again, with the same digest and the same answers to come. Throws RangeError on a version it does not know. */
export function restore(s: Snapshot): Machine {
  if (s.version !== SNAPSHOT_VERSION) throw new RangeError(`snapshot version ${s.version} is not ${SNAPSHOT_VERSION}`);
  const m = new Machine(s.config);
  applyDelta(m, s.delta);
  return m;
}

/** Makes of a machine what the operations behind the delta made of it, by their recorded effects and not by any rule. */
export function applyDelta(m: Machine, delta: Delta): void {
  if (delta.fromCreation) m.clear();
  for (const [region, form] of delta.rmp) m.rmp.load(region, form === null ? m.initialRmp().canonical(region) : bytesOf(form));
  for (const [region, form] of delta.leaves) m.pageTable.load(region, form === null ? null : bytesOf(form));
  for (const [pfn, form] of delta.contents) {
    if (form === null) m.contents.discard(pfn);
    else m.contents.store(pfn, 0, 4096, bytesOf(form));
  }
  for (const [region, form] of delta.attributes ?? []) m.attributes.load(region, form === null ? null : bytesOf(form));
  if (delta.kernelMaps !== undefined) m.kernelMaps = KernelMaps.restore(delta.kernelMaps.last, delta.kernelMaps.held);
  m.state = delta.state;
  m.seq = delta.seq;
  m.operations = delta.operations;
  m.counters = { ...noCounts(), ...structuredClone(delta.counters) };
  if (m.config.inject !== undefined && delta.inject !== null) m.vmInject = InjectCounters.restore(m.config.inject, delta.inject);
}

function smallState(
  m: Machine,
  fromCreation: boolean,
): Pick<Delta, 'fromCreation' | 'state' | 'seq' | 'operations' | 'counters' | 'inject' | 'kernelMaps'> {
  return {
    fromCreation,
    state: m.state,
    seq: m.seq,
    operations: m.operations,
    counters: structuredClone(m.counters),
    inject: m.vmInject?.counts() ?? null,
    ...(m.kernelMaps.last === 0 ? {} : { kernelMaps: { last: m.kernelMaps.last, held: m.kernelMaps.list() } }),
  };
}

function attributesOf(m: Machine, forms: readonly Form[]): { readonly attributes?: readonly Form[] } {
  return m.layout.privateBacking === 'separate' ? { attributes: forms } : {};
}

function formOf(at: number, form: Uint8Array | null): Form {
  return [at, form === null ? null : Buffer.from(form).toString('base64')];
}

function bytesOf(form: string): Uint8Array {
  return Buffer.from(form, 'base64');
}
