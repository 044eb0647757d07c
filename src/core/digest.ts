/**
 * The digest of a machine: SHA-256 over the small state and, for each table, the sum modulo 2^256 of the hashes of its regions that differ
 * from creation. It does not depend on how a region is stored, and only regions changed since it was last asked are hashed again.
 */
import { createHash } from 'node:crypto';
import { REGION_PAGES } from './address.js';
import { HOST_CPUS_DEFAULT } from './config.js';
import { DEFAULT_DOUBTS, type DoubtName, type Doubts, EARLY_DOUBTS } from './doubts.js';
import type { Machine } from './machine.js';

/** Lower-case hex, 64 digits. */
export function digestOf(m: Machine): string {
  const small = JSON.stringify({
    generation: m.config.generation,
    memslots: m.config.memslots.map((s) => [s.gfn, s.pages, s.vpn, s.backing, s.initialState]),
    asid: m.config.asid,
    seed: m.config.seed,
    onSigbus: m.config.onSigbus,
    doubts: choicesOf(m.config.doubts),
    launch: m.config.launch ?? 'finished',
    ...(m.config.sevFeatures === undefined ? {} : { sevFeatures: m.config.sevFeatures }),
    ...(m.config.aeadLimit === undefined ? {} : { aeadLimit: m.config.aeadLimit }),
    host: [m.layout.covered, m.config.hvFixed ?? []],
    // What came later is left out at its default, so that a machine without it keeps its digest.
    privateBacking: m.layout.privateBacking === 'separate' ? 'separate' : undefined,
    hostCpus: m.hostCpus === HOST_CPUS_DEFAULT ? undefined : m.hostCpus,
    kernelMaps: m.kernelMaps.last === 0 ? undefined : [m.kernelMaps.last, m.kernelMaps.list()],
    state: m.state,
    guest: m.guest.form(),
    vmas: m.vmas.changedSlots().map((memslot) => [memslot, hexOf(m.vmas.canonical(memslot))]),
    unpinned: m.layout.slots.map((slot) => hexOf(m.pins.canonical(slot))),
    inject: m.vmInject === null ? null : [m.vmInject.inject, m.vmInject.counts()],
  });
  const sums = [
    m.rmp.ledger.sum((region) => hashOf('rmp', region, changedRmp(m, region))),
    m.pageTable.ledger.sum((region) => hashOf('leaf', region, m.pageTable.canonical(region))),
    m.contents.ledger.sum((region) => hashOf('contents', region, contentsOf(m, region))),
    m.frames.ledger.sum((region) => hashOf('frames', region, m.frames.canonical(region))),
    ...(m.layout.privateBacking === 'separate'
      ? [m.attributes.ledger.sum((region) => hashOf('attribute', region, m.attributes.canonical(region)))]
      : []),
  ];
  return createHash('sha256')
    .update([small, ...sums].join('\n'))
    .digest('hex');
}

/** The early doubts, and later ones where they are not as assumed, so that a machine from before keeps its digest. */
function choicesOf(doubts: Doubts): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(doubts).filter(
      ([name, value]) => EARLY_DOUBTS.some((early) => early === name) || value !== DEFAULT_DOUBTS[name as DoubtName],
    ),
  );
}

function hexOf(form: Uint8Array | null): string | null {
  return form === null ? null : Buffer.from(form).toString('hex');
}

function hashOf(table: string, region: number, form: Uint8Array | null): Uint8Array | null {
  if (form === null) return null;
  return createHash('sha256').update(`${table} ${region} `).update(form).digest();
}

/** The region's canonical form, or null where it is as after creation. */
export function changedRmp(m: Machine, region: number): Uint8Array | null {
  const form = m.rmp.canonical(region);
  const initial = m.initialRmp().canonical(region);
  return Buffer.compare(form, initial) === 0 ? null : form;
}

/** Pages of zeroes read as if nothing had been stored, so they do not count. */
function contentsOf(m: Machine, region: number): Uint8Array | null {
  const pages = m.contents.pagesOf(region).filter(([, page]) => page.some((byte) => byte !== 0));
  if (pages.length === 0) return null;
  const hash = createHash('sha256');
  for (const [pfn, page] of pages) hash.update(Uint8Array.of(pfn % 256, Math.floor((pfn % REGION_PAGES) / 256))).update(page);
  return hash.digest();
}
