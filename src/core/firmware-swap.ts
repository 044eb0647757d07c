/** PAGE_SWAP_OUT and PAGE_SWAP_IN: a page's contents go elsewhere, what it was stays in an entry of a metadata page. */
import { createHash } from 'node:crypto';
import { asPfn, isAligned, pagesAt } from './address.js';
import { AEAD_LIMIT_MAX } from './config.js';
import { contextOf } from './firmware-context.js';
import {
  type Changes,
  contextFrame,
  copyContents,
  FIRMWARE_BITS,
  type FirmwarePage,
  firstOf,
  isFrame,
  metadataOwner,
  pageAt,
  unless,
} from './firmware-page.js';
import { bitsOf, ownerOf } from './firmware-pages.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import { type GuestContext, ROOT_SLOT, type SwapEntry } from './firmware-state.js';
import type { Machine } from './machine.js';
import { ASSIGNED, IMMUTABLE, VALIDATED, VMSA } from './region-bits.js';
import { NO_OWNER } from './rmp-owners.js';

type SwapOut = Extract<FirmwareRequest, { command: 'SNP_PAGE_SWAP_OUT' }>;
type SwapIn = Extract<FirmwareRequest, { command: 'SNP_PAGE_SWAP_IN' }>;

/** Entries of 64 bytes in a metadata page. */
const SLOTS = 64;

export function swapOut(m: Machine, r: SwapOut, changes: Changes): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  const misplaced = checkPlaces(m, r);
  if (misplaced !== null) return misplaced;
  const source = pageAt(m, r.source);
  const destination = pageAt(m, r.destination);
  const isMetadata = source.state === 'metadata';
  const wrong = firstOf(
    unless(source.entry.level === r.pageSize && destination.entry.level === r.pageSize, 'INVALID_PAGE_SIZE'),
    ownsSource(m, r, guest, source),
    unless(destination.state === 'firmware' || destination.state === 'default', 'INVALID_PAGE_STATE'),
    objectionToMetadata(m, r, isMetadata),
    unless(guest.swaps < (m.config.aeadLimit ?? AEAD_LIMIT_MAX), 'AEAD_OFLOW'),
  );
  if (wrong !== null) return wrong;
  const { firmware } = m.guest;
  firmware.setContext(r.gctx, { ...guest, swaps: guest.swaps + 1 });
  copyContents(m, r.source, r.destination, pagesAt(r.pageSize));
  const { gfn, validated, vmsa, vmpl } = source.entry;
  const entry: SwapEntry = {
    context: r.gctx,
    kind: isMetadata ? 'metadata' : 'guest',
    pageSize: r.pageSize,
    gfn,
    validated,
    vmsa,
    vmpl,
    tag: tagOf(m, r.destination, r.pageSize),
    inner: isMetadata ? firmware.entriesOf(r.source) : [],
  };
  if (isMetadata) {
    firmware.dropEntries(r.source);
    changes.set(source, FIRMWARE_BITS, NO_OWNER);
  } else {
    changes.set(source, bitsOf(source) & ~VALIDATED, ownerOf(source));
  }
  firmware.setEntry(entryPage(m, r), r.metadata === null ? ROOT_SLOT : r.slot, entry);
  return 'SUCCESS';
}

export function swapIn(m: Machine, r: SwapIn, changes: Changes): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  const misplaced = checkPlaces(m, r);
  if (misplaced !== null) return misplaced;
  const destination = pageAt(m, r.destination);
  const wrong = firstOf(
    unless(destination.entry.level === r.pageSize, 'INVALID_PAGE_SIZE'),
    unless(destination.state === 'pre-guest' || destination.state === 'firmware', 'INVALID_PAGE_STATE'),
    unless(destination.state !== 'pre-guest' || destination.entry.asid === guest.asid, 'INVALID_PAGE_OWNER'),
    objectionToMetadata(m, r, destination.state === 'firmware'),
  );
  if (wrong !== null) return wrong;
  const { firmware } = m.guest;
  const slot = r.metadata === null ? ROOT_SLOT : r.slot;
  const entry = firmware.entry(entryPage(m, r), slot);
  const kind = destination.state === 'firmware' ? 'metadata' : 'guest';
  if (entry === null || entry.context !== r.gctx || entry.kind !== kind || entry.pageSize !== r.pageSize) return 'INVALID_MDATA_ENTRY';
  if (entry.tag !== tagOf(m, r.source, r.pageSize)) return 'BAD_MEASUREMENT';
  copyContents(m, r.source, r.destination, pagesAt(r.pageSize));
  firmware.dropEntry(entryPage(m, r), slot);
  if (kind === 'metadata') {
    changes.set(destination, FIRMWARE_BITS, metadataOwner(m, r.gctx));
    for (const [inner, one] of entry.inner) firmware.setEntry(r.destination, inner, one);
  } else {
    const bits = ASSIGNED | IMMUTABLE | (entry.validated ? VALIDATED : 0) | (entry.vmsa ? VMSA : 0);
    changes.set(destination, bits, { gfn: entry.gfn, asid: destination.entry.asid, vmpl: entry.vmpl });
  }
  return 'SUCCESS';
}

function checkPlaces(m: Machine, r: SwapOut | SwapIn): FirmwareStatus | null {
  const aligned = isAligned(r.source, r.pageSize) && isAligned(r.destination, r.pageSize);
  return firstOf(
    unless(isFrame(m, r.source, r.destination, r.metadata ?? 0) && aligned, 'INVALID_ADDRESS'),
    unless(r.slot < SLOTS && r.source !== r.destination, 'INVALID_PARAM'),
  );
}

function ownsSource(m: Machine, r: SwapOut, guest: GuestContext, { state, entry }: FirmwarePage): FirmwareStatus | null {
  if (state === 'metadata') return unless(entry.gfn === metadataOwner(m, r.gctx).gfn, 'INVALID_PAGE_OWNER');
  if (state !== 'pre-guest' && state !== 'pre-swap') return 'INVALID_PAGE_STATE';
  return unless(entry.asid === guest.asid, 'INVALID_PAGE_OWNER');
}

/** Only the entry of a metadata page may be the root's. */
function objectionToMetadata(m: Machine, r: SwapOut | SwapIn, isMetadata: boolean): FirmwareStatus | null {
  if (r.metadata === null) return unless(isMetadata, 'INVALID_PARAM');
  const page = pageAt(m, asPfn(r.metadata));
  return firstOf(
    unless(r.metadata !== r.source && r.metadata !== r.destination, 'INVALID_PARAM'),
    unless(page.state === 'metadata', 'INVALID_PAGE_STATE'),
    unless(page.entry.gfn === metadataOwner(m, r.gctx).gfn, 'INVALID_PAGE_OWNER'),
  );
}

/** Where the entry is kept: the metadata page, or the guest's context. */
function entryPage(m: Machine, r: SwapOut | SwapIn): number {
  return r.metadata ?? contextFrame(m, r.gctx);
}

function tagOf(m: Machine, pfn: number, pageSize: 1 | 2): string {
  const hash = createHash('sha256');
  const page = new Uint8Array(4096);
  for (let i = 0; i < pagesAt(pageSize); i++) {
    page.fill(0);
    m.contents.load(pfn + i, 0, page);
    hash.update(page);
  }
  return hash.digest('hex');
}
