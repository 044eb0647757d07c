/** The firmware a second time, from hardware.md 7: states, order of checks, statuses. */
import { createHash } from 'node:crypto';
import { asGfn, asPfn } from '../../src/core/address.js';
import { AEAD_LIMIT_MAX, FRAME_BASE } from '../../src/core/config.js';
import { reject } from '../../src/core/error.js';
import type { Rejection } from '../../src/core/error.js';
import type { FirmwareChange } from '../../src/core/event.js';
import type { FirmwareRequest, FirmwareStatus } from '../../src/core/firmware-request.js';
import { secretsPage } from '../../src/core/guest-message.js';
import type { FirmwareOutcome } from '../../src/core/outcome.js';
import { emit } from './event-log.js';
import type { EventLog } from './event-log.js';
import {
  encipherInPlace,
  exist,
  firstFailing,
  frameOfContext,
  guestOf,
  hex,
  metadataGfn,
  moveText,
  rawPage,
  rewrite,
  see,
} from './firmware-books.js';
import type { Seen } from './firmware-books.js';
import { NEW_GUEST, OWN } from './firmware-guests.js';
import type { Guest, Swapped } from './firmware-guests.js';
import { REGION } from './layout.js';
import { entryAt, gfnOfFrame } from './naive-state.js';
import type { NaiveState } from './naive-state.js';
import { effectiveEntry } from './rmp.js';

type Of<N extends FirmwareRequest['command']> = Extract<FirmwareRequest, { command: N }>;
type Changes = FirmwareChange[];
/** Its own pages are no guest's, so no VMPL may anything. */
const FIRMWARES = { vmpl: 0 } as const;

export function firmwareCommand(state: NaiveState, log: EventLog, r: FirmwareRequest): FirmwareOutcome | Rejection {
  if ('pages' in r && (r.pages.length < 1 || r.pages.length > 253)) return reject('limit-exceeded', '', 'pages', '');
  const changes: Changes = [];
  const status = carryOut(state, changes, r);
  const page = pageOf(state, r);
  const gfn = gfnOfFrame(state, page);
  const pages = 'pageSize' in r && r.pageSize === 2 ? REGION : 1;
  emit(log, {
    type: 'firmware-command',
    gfn: gfn === null ? null : asGfn(gfn),
    pfn: asPfn(page),
    pages,
    command: r.command,
    status,
    changes,
  });
  const guest = 'gctx' in r ? (state.firmware.guests.get(r.gctx) ?? null) : null;
  return { op: 'firmware-command', status, guest };
}

function pageOf(state: NaiveState, r: FirmwareRequest): number {
  if ('page' in r) return r.page;
  if ('source' in r) return r.source;
  if ('pages' in r) return r.pages[0];
  return frameOfContext(state, 'gctx' in r ? r.gctx : OWN);
}

function carryOut(state: NaiveState, changes: Changes, r: FirmwareRequest): FirmwareStatus {
  const { guests, unflushed } = state.firmware;
  if ('gctx' in r && r.command !== 'SNP_GCTX_CREATE') {
    const guest = guestOf(state, r.gctx);
    return guest === null ? 'INVALID_GUEST' : ofGuest(state, changes, r, guest, (next) => void guests.set(r.gctx, next));
  }
  switch (r.command) {
    case 'SNP_GCTX_CREATE':
      return createContext(state, changes, r.gctx);
    case 'SNP_DF_FLUSH':
      unflushed.clear();
      return 'SUCCESS';
    case 'SNP_PAGE_RECLAIM':
      return reclaim(state, changes, r);
    case 'SNP_PAGE_UNSMASH':
      return unsmash(state, changes, r.page);
    case 'SNP_PAGE_SET_STATE':
      return setState(state, changes, r.pages);
  }
}

type OfGuest = Exclude<
  FirmwareRequest,
  { command: 'SNP_GCTX_CREATE' | 'SNP_DF_FLUSH' | 'SNP_PAGE_RECLAIM' | 'SNP_PAGE_UNSMASH' | 'SNP_PAGE_SET_STATE' }
>;

function ofGuest(state: NaiveState, changes: Changes, r: OfGuest, guest: Guest, become: (next: Guest) => void): FirmwareStatus {
  switch (r.command) {
    case 'SNP_LAUNCH_START':
      if (guest.state !== 'init') return 'INVALID_GUEST_STATE';
      if ((BigInt(r.policy) & (1n << 17n)) === 0n) return 'POLICY_FAILURE';
      become({ ...guest, state: 'launch', policy: r.policy });
      return 'SUCCESS';
    case 'SNP_ACTIVATE': {
      const objection = firstFailing(
        [guest.state !== 'init', 'INVALID_GUEST_STATE'],
        [guest.asid === null, 'ACTIVE'],
        [r.asid > 0 && r.asid < 1023, 'INVALID_ASID'],
        [![...state.firmware.guests.values()].some(({ asid }) => asid === r.asid), 'ASID_OWNED'],
        [!asidHasPages(state, r.asid), 'INVALID_CONFIG'],
        [!state.firmware.unflushed.has(r.asid), 'DFFLUSH_REQUIRED'],
      );
      if (objection === null) become({ ...guest, asid: r.asid });
      return objection ?? 'SUCCESS';
    }
    case 'SNP_LAUNCH_UPDATE':
      return launchUpdate(state, changes, r, guest, become);
    case 'SNP_LAUNCH_FINISH': {
      const objection = firstFailing([guest.state === 'launch', 'INVALID_GUEST_STATE'], [guest.asid !== null, 'INACTIVE']);
      if (objection === null) become({ ...guest, state: 'running' });
      return objection ?? 'SUCCESS';
    }
    case 'SNP_DECOMMISSION':
      if (r.gctx !== OWN) rewrite(state, changes, see(state, r.gctx), { ...FIRMWARES, gfn: 0, vmsa: false });
      if (guest.asid !== null) state.firmware.unflushed.add(guest.asid);
      state.firmware.guests.delete(r.gctx);
      // The root's entry goes with the context; that of the VM's own guest is kept under a frame that nobody has.
      state.firmware.swapped.delete(r.gctx);
      return 'SUCCESS';
    case 'SNP_PAGE_MD_INIT': {
      if (!exist(state, r.page)) return 'INVALID_ADDRESS';
      const page = see(state, r.page);
      const objection = firstFailing([page.state === 'firmware', 'INVALID_PAGE_STATE'], [page.own.level === 1, 'INVALID_PAGE_SIZE']);
      if (objection !== null) return objection;
      state.contents.delete(r.page);
      rewrite(state, changes, page, { ...FIRMWARES, gfn: metadataGfn(state, r.gctx) });
      return 'SUCCESS';
    }
    case 'SNP_PAGE_MOVE':
      return move(state, changes, r, guest);
    case 'SNP_PAGE_SWAP_OUT':
      return swapOut(state, changes, r, guest, become);
    case 'SNP_PAGE_SWAP_IN':
      return swapIn(state, changes, r, guest);
    case 'SNP_GUEST_REQUEST': {
      if (!exist(state, r.request, r.response)) return 'INVALID_ADDRESS';
      const page = see(state, r.response);
      return (
        firstFailing(
          [page.state === 'firmware', 'INVALID_PAGE_STATE'],
          [page.own.level === 1, 'INVALID_PAGE_SIZE'],
          [guest.state === 'running', 'INVALID_GUEST_STATE'],
        ) ?? notAMessage(rawPage(state, r.request))
      );
    }
  }
}

/** No random page is a message; those that are have a test of their own. */
function notAMessage(page: Uint8Array): FirmwareStatus {
  if (page[0x31] === 1 && page[0x32] === 0x60) throw new Error('the model reads no messages');
  return 'INVALID_PARAM';
}

function asidHasPages(state: NaiveState, asid: number): boolean {
  const assigned = (pfn: number): boolean => {
    const entry = effectiveEntry(state, pfn);
    return entry.assigned && entry.asid === asid;
  };
  if ([...state.rmp.keys()].some(assigned)) return true;
  return state.config.memslots.some((slot) => {
    if (slot.initialState === 'shared') return false;
    for (let i = 0; i < slot.pages; i++) if (assigned(FRAME_BASE + slot.gfn + i)) return true;
    return false;
  });
}

function createContext(state: NaiveState, changes: Changes, gctx: number): FirmwareStatus {
  if (!exist(state, gctx) || gctx < 0) return 'INVALID_ADDRESS';
  const page = see(state, gctx);
  const objection = firstFailing([page.state === 'firmware', 'INVALID_PAGE_STATE'], [page.own.level === 1, 'INVALID_PAGE_SIZE']);
  if (objection !== null) return objection;
  state.contents.delete(gctx);
  rewrite(state, changes, page, { ...FIRMWARES, vmsa: true });
  state.firmware.guests.set(gctx, NEW_GUEST);
  return 'SUCCESS';
}

function launchUpdate(
  state: NaiveState,
  changes: Changes,
  r: Of<'SNP_LAUNCH_UPDATE'>,
  guest: Guest,
  become: (next: Guest) => void,
): FirmwareStatus {
  if (!exist(state, r.page)) return 'INVALID_ADDRESS';
  const page = see(state, r.page);
  const pages = r.pageSize === 2 ? REGION : 1;
  const objection = firstFailing(
    [page.state === 'pre-guest', 'INVALID_PAGE_STATE'],
    [page.own.level === r.pageSize, 'INVALID_PAGE_SIZE'],
    [r.page % pages === 0, 'INVALID_ADDRESS'],
    [r.pageType >= 1 && r.pageType <= 6, 'INVALID_PARAM'],
    [pages === 1 || [1, 3, 4].includes(r.pageType), 'INVALID_PAGE_SIZE'],
    [guest.state === 'launch', 'INVALID_GUEST_STATE'],
    [guest.asid !== null, 'INACTIVE'],
    [guest.asid === page.own.asid, 'INVALID_PAGE_OWNER'],
  );
  if (objection !== null) return objection;
  if (r.pageType === 3) for (let i = 0; i < pages; i++) state.contents.delete(r.page + i);
  if (r.pageType === 5) state.contents.set(r.page, secretsPage({ seed: state.config.seed, context: frameOfContext(state, r.gctx) }));
  let { digest } = guest;
  for (let i = 0; i < pages; i++) digest = nextDigest(state, digest, r, r.page + i, page.own.gfn + i);
  become({ ...guest, digest });
  encipherInPlace(state, r.page, pages);
  const vmpl = 0x1f + r.vmpl * 256;
  rewrite(state, changes, page, { validated: true, immutable: false, vmsa: r.pageType === 2, vmpl });
  return 'SUCCESS';
}

/** PAGE_INFO: the digest so far, that of the page where its type is measured, length, type, masks of VMPL3 to 1, gpa. */
function nextDigest(state: NaiveState, digest: string, r: Of<'SNP_LAUNCH_UPDATE'>, pfn: number, gfn: number): string {
  const sha = (bytes: Uint8Array) => createHash('sha384').update(bytes).digest();
  const measured = r.pageType === 1 || r.pageType === 2 ? sha(rawPage(state, pfn)) : Buffer.alloc(48);
  const [vmpl1, vmpl2, vmpl3] = [r.vmpl % 256, Math.floor(r.vmpl / 256) % 256, Math.floor(r.vmpl / 65536)];
  const tail = Buffer.alloc(16);
  tail.set([0x70, 0, r.pageType, 0, vmpl3, vmpl2, vmpl1]);
  tail.writeBigUInt64LE(BigInt(gfn) * 4096n, 8);
  return sha(Buffer.concat([Buffer.from(digest, 'hex'), measured, tail])).toString('hex');
}

function reclaim(state: NaiveState, changes: Changes, r: Of<'SNP_PAGE_RECLAIM'>): FirmwareStatus {
  if (!exist(state, r.page)) return 'INVALID_ADDRESS';
  const page = see(state, r.page);
  const { immutable, pageSize, level } = page.own;
  if (pageSize !== r.pageSize || (immutable && level !== r.pageSize)) return 'INVALID_PAGE_SIZE';
  if (r.pageSize === 2 && r.page % REGION !== 0) return 'INVALID_ADDRESS';
  if (!immutable) return 'SUCCESS';
  if (page.state === 'firmware' || page.state === 'metadata') {
    state.firmware.swapped.delete(r.page);
    rewrite(state, changes, page, { ...FIRMWARES, immutable: false, gfn: 0 });
    return 'SUCCESS';
  }
  if (page.state !== 'pre-guest' && page.state !== 'pre-swap') return 'INVALID_PAGE_STATE';
  rewrite(state, changes, page, { immutable: false });
  return 'SUCCESS';
}

function unsmash(state: NaiveState, changes: Changes, base: number): FirmwareStatus {
  if (!exist(state, base)) return 'INVALID_ADDRESS';
  if (base % REGION !== 0) return 'INVALID_PARAM';
  const first = see(state, base);
  const { gfn, asid, vmpl, level } = first.own;
  const all = Array.from({ length: REGION }, (_, i) => see(state, base + i));
  const alike = all.every(
    (page, i) =>
      page.state === first.state && !page.own.vmsa && page.own.asid === asid && page.own.vmpl === vmpl && page.own.gfn === gfn + i,
  );
  const mergeable = (first.state === 'pre-guest' || first.state === 'pre-swap') && level === 1 && gfn % REGION === 0 && alike;
  if (!mergeable) return 'INVALID_PAGE_STATE';
  rewrite(state, changes, first, { pageSize: 2 });
  return 'SUCCESS';
}

function setState(state: NaiveState, changes: Changes, given: readonly number[]): FirmwareStatus {
  if (!exist(state, ...given)) return 'INVALID_ADDRESS';
  const pages = [...new Set(given)].map((pfn) => see(state, pfn));
  const objection = firstFailing(
    [pages.every((page) => page.state === 'firmware'), 'INVALID_PAGE_STATE'],
    [pages.every((page) => page.own.level === 1), 'INVALID_PAGE_SIZE'],
  );
  if (objection !== null) return objection;
  for (const page of pages) rewrite(state, changes, page, { ...FIRMWARES, assigned: false });
  return 'SUCCESS';
}

function move(state: NaiveState, changes: Changes, r: Of<'SNP_PAGE_MOVE'>, guest: Guest): FirmwareStatus {
  const unit = r.pageSize === 2 ? REGION : 1;
  if (!exist(state, r.source, r.destination) || r.source % unit !== 0 || r.destination % unit !== 0) return 'INVALID_ADDRESS';
  const [from, to] = [see(state, r.source), see(state, r.destination)];
  const objection = firstFailing(
    [from.own.level === r.pageSize && to.own.level === r.pageSize, 'INVALID_PAGE_SIZE'],
    [[from, to].every(({ own }) => own.asid === 0 || own.asid === guest.asid), 'INVALID_PAGE_OWNER'],
    [r.source !== r.destination, 'INVALID_PARAM'],
  );
  if (objection !== null) return objection;
  if (from.state === 'metadata' && to.state === 'firmware') {
    if (from.own.gfn !== metadataGfn(state, r.gctx)) return 'INVALID_PAGE_OWNER';
    const entries = state.firmware.swapped.get(r.source);
    state.firmware.swapped.delete(r.source);
    if (entries !== undefined) state.firmware.swapped.set(r.destination, entries);
    moveText(state, r.source, r.destination, 1);
    rewrite(state, changes, to, { ...FIRMWARES, gfn: from.own.gfn });
    rewrite(state, changes, from, { ...FIRMWARES, gfn: 0 });
    return 'SUCCESS';
  }
  if ((from.state !== 'pre-guest' && from.state !== 'pre-swap') || to.state !== 'pre-guest') return 'INVALID_PAGE_STATE';
  moveText(state, r.source, r.destination, unit);
  const { gfn, vmsa, vmpl, validated } = from.own;
  rewrite(state, changes, to, { gfn, vmsa, vmpl, validated, immutable: false });
  rewrite(state, changes, from, { immutable: false, validated: false });
  return 'SUCCESS';
}

// --- swapping ------------------------------------------------------------------------------------------------------------------

type Swap = Of<'SNP_PAGE_SWAP_OUT'> | Of<'SNP_PAGE_SWAP_IN'>;

function places(state: NaiveState, r: Swap): FirmwareStatus | null {
  const unit = r.pageSize === 2 ? REGION : 1;
  const aligned = r.source % unit === 0 && r.destination % unit === 0;
  return firstFailing(
    [exist(state, r.source, r.destination, r.metadata ?? 0) && aligned, 'INVALID_ADDRESS'],
    [r.slot < 64 && r.source !== r.destination, 'INVALID_PARAM'],
  );
}

/** Where the entry is, or why it can be nowhere. Only a metadata page has its entry at the root. */
function entryPlace(state: NaiveState, r: Swap, metadata: boolean): FirmwareStatus | readonly [page: number, slot: number] {
  if (r.metadata === null) return metadata ? [frameOfContext(state, r.gctx), 0] : 'INVALID_PARAM';
  const page: Seen = see(state, r.metadata);
  const objection = firstFailing(
    [r.metadata !== r.source && r.metadata !== r.destination, 'INVALID_PARAM'],
    [page.state === 'metadata', 'INVALID_PAGE_STATE'],
    [page.own.gfn === metadataGfn(state, r.gctx), 'INVALID_PAGE_OWNER'],
  );
  return objection ?? [r.metadata, r.slot];
}

function swapOut(
  state: NaiveState,
  changes: Changes,
  r: Of<'SNP_PAGE_SWAP_OUT'>,
  guest: Guest,
  become: (next: Guest) => void,
): FirmwareStatus {
  const misplaced = places(state, r);
  if (misplaced !== null) return misplaced;
  const [from, to] = [see(state, r.source), see(state, r.destination)];
  const metadata = from.state === 'metadata';
  const owned = metadata ? from.own.gfn === metadataGfn(state, r.gctx) : from.own.asid === guest.asid;
  const objection = firstFailing(
    [from.own.level === r.pageSize && to.own.level === r.pageSize, 'INVALID_PAGE_SIZE'],
    [metadata || from.state === 'pre-guest' || from.state === 'pre-swap', 'INVALID_PAGE_STATE'],
    [owned, 'INVALID_PAGE_OWNER'],
    [to.state === 'firmware' || to.state === 'default', 'INVALID_PAGE_STATE'],
  );
  if (objection !== null) return objection;
  const place = entryPlace(state, r, metadata);
  if (typeof place === 'string') return place;
  if (guest.swaps >= (state.config.aeadLimit ?? AEAD_LIMIT_MAX)) return 'AEAD_OFLOW';
  become({ ...guest, swaps: guest.swaps + 1 });
  const unit = r.pageSize === 2 ? REGION : 1;
  moveText(state, r.source, r.destination, unit);
  const swapped: Swapped = {
    gctx: r.gctx,
    metadata,
    pageSize: r.pageSize,
    entry: entryAt(state, r.source),
    bytes: hex(state, r.destination, unit),
    inner: metadata ? (state.firmware.swapped.get(r.source) ?? new Map()) : new Map(),
  };
  if (metadata) {
    state.firmware.swapped.delete(r.source);
    rewrite(state, changes, from, { ...FIRMWARES, gfn: 0 });
  } else rewrite(state, changes, from, { validated: false });
  const entries = state.firmware.swapped.get(place[0]) ?? new Map<number, Swapped>();
  state.firmware.swapped.set(place[0], entries.set(place[1], swapped));
  return 'SUCCESS';
}

function swapIn(state: NaiveState, changes: Changes, r: Of<'SNP_PAGE_SWAP_IN'>, guest: Guest): FirmwareStatus {
  const misplaced = places(state, r);
  if (misplaced !== null) return misplaced;
  const to = see(state, r.destination);
  const metadata = to.state === 'firmware';
  const objection = firstFailing(
    [to.own.level === r.pageSize, 'INVALID_PAGE_SIZE'],
    [metadata || to.state === 'pre-guest', 'INVALID_PAGE_STATE'],
    [metadata || to.own.asid === guest.asid, 'INVALID_PAGE_OWNER'],
  );
  if (objection !== null) return objection;
  const place = entryPlace(state, r, metadata);
  if (typeof place === 'string') return place;
  const [page, slot] = place;
  const kept = state.firmware.swapped.get(page)?.get(slot);
  if (kept?.gctx !== r.gctx || kept.metadata !== metadata || kept.pageSize !== r.pageSize) return 'INVALID_MDATA_ENTRY';
  const unit = r.pageSize === 2 ? REGION : 1;
  if (kept.bytes !== hex(state, r.source, unit)) return 'BAD_MEASUREMENT';
  moveText(state, r.source, r.destination, unit);
  state.firmware.swapped.get(page)?.delete(slot);
  if (metadata) {
    rewrite(state, changes, to, { ...FIRMWARES, gfn: metadataGfn(state, r.gctx) });
    const entries = state.firmware.swapped.get(r.destination) ?? new Map<number, Swapped>();
    for (const [inner, one] of kept.inner) entries.set(inner, one);
    state.firmware.swapped.set(r.destination, entries);
    return 'SUCCESS';
  }
  const { gfn, vmsa, vmpl, validated } = kept.entry;
  rewrite(state, changes, to, { gfn, vmsa, vmpl, validated });
  return 'SUCCESS';
}
