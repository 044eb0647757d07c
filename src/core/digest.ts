/**
 * The digest of a machine: SHA-256 over the small state and, for each table, the sum modulo 2^256 of the hashes of its regions that differ
 * from creation. It does not depend on how a region is stored, and only regions changed since it was last asked are hashed again.
 */
import { createHash } from 'node:crypto';
import { REGION_PAGES } from './address.js';
import type { Machine } from './machine.js';

/** Lower-case hex, 64 digits. */
export function digestOf(m: Machine): string {
  const small = JSON.stringify({
    generation: m.config.generation,
    memslots: m.config.memslots.map((s) => [s.gfn, s.pages, s.vpn, s.backing, s.initialState]),
    asid: m.config.asid,
    seed: m.config.seed,
    onSigbus: m.config.onSigbus,
    doubts: m.doubts,
    privateBacking: m.layout.privateBacking,
    hostCpus: m.hostCpus,
    state: m.state,
    kernelMaps: [m.kernelMaps.last, m.kernelMaps.list()],
    inject: m.vmInject === null ? null : [m.vmInject.inject, m.vmInject.counts()],
  });
  const sums = [
    m.rmp.ledger.sum((region) => hashOf('rmp', region, changedRmp(m, region))),
    m.pageTable.ledger.sum((region) => hashOf('leaf', region, m.pageTable.canonical(region))),
    m.contents.ledger.sum((region) => hashOf('contents', region, contentsOf(m, region))),
    m.attributes.ledger.sum((region) => hashOf('attribute', region, m.attributes.canonical(region))),
  ];
  return createHash('sha256')
    .update([small, ...sums].join('\n'))
    .digest('hex');
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
