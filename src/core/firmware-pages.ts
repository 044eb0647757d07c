/** Commands that change what a page is: PAGE_RECLAIM, PAGE_UNSMASH, PAGE_MOVE, PAGE_MD_INIT and PAGE_SET_STATE. */
import { asPfn, isAligned, LEVEL_2M, pagesAt, REGION_PAGES } from './address.js';
import { contextOf } from './firmware-context.js';
import {
  type Changes,
  copyContents,
  FIRMWARE_BITS,
  type FirmwarePage,
  firstOf,
  isFrame,
  metadataOwner,
  pageAt,
  unless,
  zeroContents,
} from './firmware-page.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import type { Machine } from './machine.js';
import { ASSIGNED, IMMUTABLE, VALIDATED, VMSA } from './region-bits.js';
import { NO_OWNER, type Owner } from './rmp-owners.js';

type Of<N extends FirmwareRequest['command']> = Extract<FirmwareRequest, { command: N }>;

/** What the host does first with every page it wants back; a page that is mutable already is left alone. */
export function reclaim(m: Machine, r: Of<'SNP_PAGE_RECLAIM'>, changes: Changes): FirmwareStatus {
  if (!isFrame(m, r.page)) return 'INVALID_ADDRESS';
  const page = pageAt(m, r.page);
  // With D5 mirror a page of a 2M entry is immutable as well; it is not reclaimed by itself.
  const partial = page.entry.immutable && page.entry.level !== r.pageSize;
  if (page.entry.pageSize !== r.pageSize || partial) return 'INVALID_PAGE_SIZE';
  if (!isAligned(r.page, r.pageSize)) return 'INVALID_ADDRESS';
  if (!page.entry.immutable) return 'SUCCESS';
  if (page.state === 'firmware' || page.state === 'metadata') {
    m.guest.firmware.dropEntries(r.page);
    changes.set(page, ASSIGNED, NO_OWNER);
    return 'SUCCESS';
  }
  if (page.state !== 'pre-guest' && page.state !== 'pre-swap') return 'INVALID_PAGE_STATE';
  changes.set(page, bitsOf(page) & ~IMMUTABLE, ownerOf(page));
  return 'SUCCESS';
}

/** 512 entries of 4K that are alike, one behind the other and immutable become one. */
export function unsmash(m: Machine, r: Of<'SNP_PAGE_UNSMASH'>, changes: Changes): FirmwareStatus {
  if (!isFrame(m, r.page)) return 'INVALID_ADDRESS';
  if (!isAligned(r.page, LEVEL_2M)) return 'INVALID_PARAM';
  const base = pageAt(m, r.page);
  const { gfn, asid, vmpl, vmsa, level } = base.entry;
  const isGuests = base.state === 'pre-guest' || base.state === 'pre-swap';
  if (!isGuests || level === 2 || vmsa || !isAligned(gfn, LEVEL_2M)) return 'INVALID_PAGE_STATE';
  for (let i = 1; i < REGION_PAGES; i++) {
    const { state, entry } = pageAt(m, asPfn(r.page + i));
    const follows = state === base.state && entry.asid === asid && entry.gfn === gfn + i && entry.vmpl === vmpl && !entry.vmsa;
    if (!follows) return 'INVALID_PAGE_STATE';
  }
  changes.merge(r.page, bitsOf(base), ownerOf(base));
  return 'SUCCESS';
}

export function move(m: Machine, r: Of<'SNP_PAGE_MOVE'>, changes: Changes): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  if (!isFrame(m, r.source, r.destination)) return 'INVALID_ADDRESS';
  if (!isAligned(r.source, r.pageSize) || !isAligned(r.destination, r.pageSize)) return 'INVALID_ADDRESS';
  const [source, destination] = [pageAt(m, r.source), pageAt(m, r.destination)];
  const wrong = firstOf(
    unless(source.entry.level === r.pageSize && destination.entry.level === r.pageSize, 'INVALID_PAGE_SIZE'),
    unless(
      [source, destination].every(({ entry }) => entry.asid === 0 || entry.asid === guest.asid),
      'INVALID_PAGE_OWNER',
    ),
    unless(r.source !== r.destination, 'INVALID_PARAM'),
  );
  if (wrong !== null) return wrong;
  if (source.state === 'metadata' && destination.state === 'firmware') return moveMetadata(m, r, source, destination, changes);
  const fromGuest = source.state === 'pre-swap' || source.state === 'pre-guest';
  if (!fromGuest || destination.state !== 'pre-guest') return 'INVALID_PAGE_STATE';
  const kept = ASSIGNED | (source.entry.vmsa ? VMSA : 0);
  copyContents(m, r.source, r.destination, pagesAt(r.pageSize));
  changes.set(destination, kept | (source.entry.validated ? VALIDATED : 0), { ...ownerOf(source), asid: destination.entry.asid });
  changes.set(source, kept, ownerOf(source));
  return 'SUCCESS';
}

function moveMetadata(
  m: Machine,
  r: Of<'SNP_PAGE_MOVE'>,
  source: FirmwarePage,
  destination: FirmwarePage,
  changes: Changes,
): FirmwareStatus {
  if (source.entry.gfn !== metadataOwner(m, r.gctx).gfn) return 'INVALID_PAGE_OWNER';
  const { firmware } = m.guest;
  for (const [slot, entry] of firmware.entriesOf(r.source)) firmware.setEntry(r.destination, slot, entry);
  firmware.dropEntries(r.source);
  copyContents(m, r.source, r.destination, 1);
  changes.set(destination, FIRMWARE_BITS, metadataOwner(m, r.gctx));
  changes.set(source, FIRMWARE_BITS, NO_OWNER);
  return 'SUCCESS';
}

export function initMetadata(m: Machine, r: Of<'SNP_PAGE_MD_INIT'>, changes: Changes): FirmwareStatus {
  if (contextOf(m, r.gctx) === null) return 'INVALID_GUEST';
  if (!isFrame(m, r.page)) return 'INVALID_ADDRESS';
  const page = pageAt(m, r.page);
  const wrong = firstOf(unless(page.state === 'firmware', 'INVALID_PAGE_STATE'), unless(page.entry.level === 1, 'INVALID_PAGE_SIZE'));
  if (wrong !== null) return wrong;
  zeroContents(m, r.page, 1);
  changes.set(page, FIRMWARE_BITS, metadataOwner(m, r.gctx));
  return 'SUCCESS';
}

/** Firmware pages become the host's for ever. All are looked at before the first is changed. */
export function setState(m: Machine, r: Of<'SNP_PAGE_SET_STATE'>, changes: Changes): FirmwareStatus {
  if (!isFrame(m, ...r.pages)) return 'INVALID_ADDRESS';
  const pages = [...new Set(r.pages)].map((pfn) => pageAt(m, pfn));
  if (pages.some(({ state }) => state !== 'firmware')) return 'INVALID_PAGE_STATE';
  if (pages.some(({ entry }) => entry.level !== 1)) return 'INVALID_PAGE_SIZE';
  for (const page of pages) changes.set(page, IMMUTABLE, NO_OWNER);
  return 'SUCCESS';
}

export function bitsOf({ entry }: FirmwarePage): number {
  return (entry.assigned ? ASSIGNED : 0) | (entry.immutable ? IMMUTABLE : 0) | (entry.vmsa ? VMSA : 0) | (entry.validated ? VALIDATED : 0);
}

export function ownerOf({ entry: { gfn, asid, vmpl } }: FirmwarePage): Owner {
  return { gfn, asid, vmpl };
}
