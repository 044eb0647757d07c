/**
 * Machine ⇄ plain data. A *delta* is what operations changed: the small state, and each touched region in its canonical form. A *snapshot* is
 * the configuration and the delta from what that says. The *origin* of a forked or imported machine is the delta that it began with.
 */
import { PAGE_BYTES } from './address.js';
import type { MachineConfig } from './config.js';
import { changedRmp } from './digest.js';
import type { GuestForm } from './guest-side.js';
import { InjectCounters } from './inject.js';
import type { Event, Origin } from './event.js';
import { KernelMaps, type KernelMapsForm } from './kernel-maps.js';
import { type Counters, type KillCause, Machine, noCounts } from './machine.js';
import type { Slot } from './layout.js';
import { checkMemory } from './memory-check.js';
import type { PageCipherOf } from './page-cipher.js';

/** Raised when the form changes; an older one is read as long as it can be. */
export const SNAPSHOT_VERSION = 2;

/** A number and bytes in base64; null: as after creation. */
type Form = readonly [at: number, form: string | null];

export interface Delta {
  /** Everything went back to the beginning first: to the origin, where there is one. */
  readonly fromCreation: boolean;
  readonly killedBy: KillCause | null;
  readonly seq: number;
  readonly operations: number;
  readonly counters: Counters;
  readonly inject: readonly number[] | null;
  /** null: as it was. A delta of an earlier version has none. */
  readonly guest?: GuestForm | null;
  /** Left out where no map was ever made. */
  readonly kernelMaps?: KernelMapsForm;
  /** By region of frames. */
  readonly rmp: readonly Form[];
  /** By region of virtual pages. */
  readonly leaves: readonly Form[];
  /** By frame. */
  readonly contents: readonly Form[];
  /** By region of guest pages. Absent in version 1, as what follows. */
  readonly frames?: readonly Form[];
  /** By memslot. */
  readonly vmas?: readonly Form[];
  readonly unpinned?: readonly Form[];
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
      guest: m.guest.form(),
      rmp: changed(m.rmp.ledger.touchedRegions(), (region) => changedRmp(m, region)),
      leaves: changed(m.pageTable.ledger.touchedRegions(), (region) => m.pageTable.canonical(region)),
      contents: m.contents.sorted().map(([pfn, page]) => formOf(pfn, page)),
      frames: changed(m.frames.ledger.touchedRegions(), (region) => m.frames.canonical(region)),
      vmas: vmaForms(m, m.vmas.changedSlots()),
      unpinned: pinForms(m, m.layout.slots).filter(([, form]) => form !== null),
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
  m.guest.trackRecent();
  m.frames.ledger.trackRecent();
  m.vmas.trackRecent();
  m.pins.trackRecent();
  m.attributes.ledger.trackRecent();
}

/** What changed since it was last asked. To be asked right after a reset, which `wasReset` names: tracking starts anew with it. */
export function takeDelta(m: Machine, wasReset: boolean): Delta {
  if (wasReset) trackDeltas(m);
  return {
    ...smallState(m, wasReset),
    guest: m.guest.takeForm(),
    rmp: m.rmp.ledger.takeRecent().map((region) => formOf(region, changedRmp(m, region))),
    leaves: m.pageTable.ledger.takeRecent().map((region) => formOf(region, m.pageTable.canonical(region))),
    contents: m.contents.takeRecent().map(([pfn, page]) => formOf(pfn, page)),
    frames: m.frames.ledger.takeRecent().map((region) => formOf(region, m.frames.canonical(region))),
    vmas: m.vmas.takeRecent() ? vmaForms(m, numbersOf(m)) : [],
    unpinned: m.pins.takeRecent() ? pinForms(m, m.layout.slots) : [],
    ...attributesOf(
      m,
      m.attributes.ledger.takeRecent().map((region) => formOf(region, m.attributes.canonical(region))),
    ),
  };
}

/**
 * The machine again, with the same digest and the same answers to come. `origin`: what it began with. Throws RangeError on a version that it
 * does not know, and on forms that no machine has: of those that it takes, `snapshotOf` gives the same again or they were none.
 */
export function restore(s: Snapshot, cipherOf: PageCipherOf, origin: Delta | null = null): Machine {
  if (s.version < 1 || s.version > SNAPSHOT_VERSION) {
    throw new RangeError(`snapshot version ${s.version} is not one of 1 to ${SNAPSHOT_VERSION}`);
  }
  const m = new Machine(s.config, cipherOf);
  applyDelta(m, s.delta);
  m.origin = origin;
  return m;
}

/**
 * A machine of its own that begins with the state of another one: same digest, counts and numbers from the start. `began` is what to keep of
 * its beginning.
 */
export function beginFrom(
  s: Snapshot,
  origin: Origin,
  cipherOf: PageCipherOf,
): { readonly machine: Machine; readonly events: readonly Event[]; readonly began: Snapshot } {
  const began = { ...s, delta: { ...s.delta, seq: 1, operations: 0, counters: noCounts() } };
  const machine = restore({ ...began, delta: { ...began.delta, seq: 0 } }, cipherOf, began.delta);
  machine.emit({ seq: machine.nextSeq(), type: 'vm-created', origin });
  return { machine, events: machine.takeEvents(), began };
}

/** As the machine began, killed where it was; numbers of events and operations go on. */
export function backToOrigin(m: Machine): void {
  m.clear();
  if (m.origin === null) return;
  loadForms(m, m.origin);
  m.killedBy = m.origin.killedBy;
}

/** Makes of a machine what the operations behind the delta made of it, by their recorded effects and not by any rule. */
export function applyDelta(m: Machine, delta: Delta): void {
  if (delta.fromCreation) backToOrigin(m);
  loadForms(m, delta);
  m.killedBy = delta.killedBy;
  m.seq = delta.seq;
  m.operations = delta.operations;
  m.counters = { ...noCounts(), ...structuredClone(delta.counters) };
}

function loadForms(m: Machine, delta: Delta): void {
  for (const [region, form] of delta.rmp) m.rmp.load(region, form === null ? m.initialRmp().canonical(region) : bytesOf(form));
  for (const [region, form] of delta.leaves) m.pageTable.load(region, form === null ? null : bytesOf(form));
  for (const [pfn, form] of delta.contents) {
    if (pfn >= m.layout.frames || (form !== null && !m.contents.hasRoomFor(Number(!m.contents.has(pfn)))))
      throw new RangeError(`no page ${pfn} to keep`);
    if (form === null) m.contents.remove(pfn);
    else m.contents.store(pfn, 0, PAGE_BYTES, bytesOf(form));
  }
  for (const [region, form] of delta.frames ?? []) m.frames.load(region, form === null ? null : bytesOf(form));
  for (const [memslot, form] of delta.vmas ?? []) m.vmas.load(memslot, form === null ? null : bytesOf(form));
  for (const [memslot, form] of delta.unpinned ?? []) m.pins.load(slotOf(m, memslot), form === null ? null : bytesOf(form));
  for (const [region, form] of delta.attributes ?? []) m.attributes.load(region, form === null ? null : bytesOf(form));
  if (delta.kernelMaps !== undefined) m.kernelMaps = KernelMaps.restore(m.layout, delta.kernelMaps);
  checkMemory(m, delta);
  if (m.config.inject !== undefined && delta.inject !== null) m.vmInject = InjectCounters.restore(m.config.inject, delta.inject);
  if (delta.guest != null) m.guest.load(delta.guest);
}

const numbersOf = (m: Machine): readonly number[] => m.layout.slots.map(({ number }) => number);

function vmaForms(m: Machine, memslots: readonly number[]): Form[] {
  return memslots.map((memslot) => formOf(memslot, m.vmas.canonical(memslot)));
}

function pinForms(m: Machine, slots: readonly Slot[]): Form[] {
  return slots.map((slot) => formOf(slot.number, m.pins.canonical(slot)));
}

function slotOf(m: Machine, memslot: number): Slot {
  const slot = m.layout.slots.find(({ number }) => number === memslot);
  if (slot === undefined) throw new RangeError(`no memslot ${memslot}`);
  return slot;
}

function smallState(
  m: Machine,
  fromCreation: boolean,
): Pick<Delta, 'fromCreation' | 'killedBy' | 'seq' | 'operations' | 'counters' | 'inject' | 'kernelMaps'> {
  return {
    fromCreation,
    killedBy: m.killedBy,
    seq: m.seq,
    operations: m.operations,
    counters: structuredClone(m.counters),
    inject: m.vmInject?.counts() ?? null,
    ...(m.kernelMaps.last === 0 ? {} : { kernelMaps: m.kernelMaps.form() }),
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
