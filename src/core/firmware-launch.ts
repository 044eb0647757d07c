/**
 * The life of a guest in the firmware's eyes:
 *
 *     GCTX_CREATE ─▶ INIT ─LAUNCH_START─▶ LAUNCH ─ACTIVATE, LAUNCH_UPDATE…─ LAUNCH_FINISH ─▶ RUNNING ─▶ DECOMMISSION
 *
 * The launch digest is a chain: the SHA-384 of a page's description, in which the digest so far stands (SEV-SNP Firmware ABI, PAGE_INFO).
 */
import { createHash } from 'node:crypto';
import { asPfn, isAligned, LEVEL_2M, PAGE_BYTES, pagesAt } from './address.js';
import { pagesOfAsid } from './asid-counters.js';
import { ASID_MAX } from './config.js';
import { contextOf } from './firmware-context.js';
import {
  type Changes,
  encipherContents,
  FIRMWARE_BITS,
  type FirmwarePage,
  firstOf,
  isFrame,
  pageAt,
  unless,
  zeroContents,
} from './firmware-page.js';
import { platformOf } from './firmware-message.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import { OWN_CONTEXT } from './firmware-state.js';
import { secretsPage } from './guest-message.js';
import type { Machine } from './machine.js';
import { ASSIGNED, VALIDATED, VMSA } from './region-bits.js';
import { NO_OWNER, VMPL0_ALL } from './rmp-owners.js';

type Of<N extends FirmwareRequest['command']> = Extract<FirmwareRequest, { command: N }>;

export function createContext(m: Machine, r: Of<'SNP_GCTX_CREATE'>, changes: Changes): FirmwareStatus {
  if (!isFrame(m, r.gctx)) return 'INVALID_ADDRESS';
  const page = pageAt(m, asPfn(r.gctx));
  const wrong = firstOf(unless(page.state === 'firmware', 'INVALID_PAGE_STATE'), unless(page.entry.level === 1, 'INVALID_PAGE_SIZE'));
  if (wrong !== null) return wrong;
  zeroContents(m, page.pfn, 1);
  changes.set(page, FIRMWARE_BITS | VMSA, NO_OWNER);
  m.guest.firmware.createContext(page.pfn);
  return 'SUCCESS';
}

/** Bit 17 of a guest's policy is reserved and must be one. */
const POLICY_RESERVED_ONE = 2 ** 17;

export function launchStart(m: Machine, r: Of<'SNP_LAUNCH_START'>): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  if (guest.state !== 'init') return 'INVALID_GUEST_STATE';
  if (Math.floor(r.policy / POLICY_RESERVED_ONE) % 2 === 0) return 'POLICY_FAILURE';
  m.guest.firmware.setContext(r.gctx, { ...guest, state: 'launch', policy: r.policy });
  return 'SUCCESS';
}

export function activate(m: Machine, r: Of<'SNP_ACTIVATE'>): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  const { firmware } = m.guest;
  const wrong = firstOf(
    unless(guest.state !== 'init', 'INVALID_GUEST_STATE'),
    unless(guest.asid === null, 'ACTIVE'),
    unless(r.asid >= 1 && r.asid <= ASID_MAX, 'INVALID_ASID'),
    unless(firmware.ownerOfAsid(r.asid) === null, 'ASID_OWNED'),
  );
  if (wrong !== null) return wrong;
  if (pagesOfAsid(m, r.asid) > 0) return 'INVALID_CONFIG';
  if (firmware.needsFlush(r.asid)) return 'DFFLUSH_REQUIRED';
  firmware.setContext(r.gctx, { ...guest, asid: r.asid });
  return 'SUCCESS';
}

export function launchFinish(m: Machine, r: Of<'SNP_LAUNCH_FINISH'>): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  if (guest.state !== 'launch') return 'INVALID_GUEST_STATE';
  if (guest.asid === null) return 'INACTIVE';
  m.guest.firmware.setContext(r.gctx, { ...guest, state: 'running' });
  return 'SUCCESS';
}

/** The guest's pages stay as they are: the host has to take them back before the ASID can be activated again. */
export function decommission(m: Machine, r: Of<'SNP_DECOMMISSION'>, changes: Changes): FirmwareStatus {
  if (contextOf(m, r.gctx) === null) return 'INVALID_GUEST';
  if (r.gctx !== OWN_CONTEXT) changes.set(pageAt(m, asPfn(r.gctx)), FIRMWARE_BITS, NO_OWNER);
  m.guest.firmware.removeContext(r.gctx);
  return 'SUCCESS';
}

// --- LAUNCH_UPDATE -----------------------------------------------------------------------------------------------------------------

const TYPE_NORMAL = 1;
const TYPE_VMSA = 2;
const TYPE_ZERO = 3;
const TYPE_UNMEASURED = 4;
const TYPE_SECRETS = 5;
const TYPE_CPUID = 6;
const TYPES_OF_ANY_SIZE: readonly number[] = [TYPE_NORMAL, TYPE_ZERO, TYPE_UNMEASURED];
const TYPES_OF_4K: readonly number[] = [TYPE_VMSA, TYPE_SECRETS, TYPE_CPUID];

export function launchUpdate(m: Machine, r: Of<'SNP_LAUNCH_UPDATE'>, changes: Changes): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  if (!isFrame(m, r.page)) return 'INVALID_ADDRESS';
  const page = pageAt(m, r.page);
  const wrong = firstOf(
    unless(page.state === 'pre-guest', 'INVALID_PAGE_STATE'),
    unless(page.entry.level === r.pageSize, 'INVALID_PAGE_SIZE'),
    unless(isAligned(r.page, r.pageSize), 'INVALID_ADDRESS'),
    objectionToType(r),
    unless(guest.state === 'launch', 'INVALID_GUEST_STATE'),
    unless(guest.asid !== null, 'INACTIVE'),
    unless(guest.asid === page.entry.asid, 'INVALID_PAGE_OWNER'),
  );
  if (wrong !== null) return wrong;
  if (r.pageType === TYPE_ZERO) zeroContents(m, r.page, pagesAt(r.pageSize));
  if (r.pageType === TYPE_SECRETS) m.contents.store(r.page, 0, PAGE_BYTES, secretsPage(platformOf(m, r.gctx)));
  m.guest.firmware.setContext(r.gctx, { ...guest, digest: measured(m, guest.digest, r, page) });
  encipherContents(m, r.page, pagesAt(r.pageSize));
  const vmpl = (VMPL0_ALL | (r.vmpl << 8)) >>> 0;
  const bits = ASSIGNED | VALIDATED | (r.pageType === TYPE_VMSA ? VMSA : 0);
  changes.set(page, bits, { gfn: page.entry.gfn, asid: page.entry.asid, vmpl });
  return 'SUCCESS';
}

function objectionToType({ pageType, pageSize }: Of<'SNP_LAUNCH_UPDATE'>): FirmwareStatus | null {
  if (TYPES_OF_ANY_SIZE.includes(pageType)) return null;
  if (!TYPES_OF_4K.includes(pageType)) return 'INVALID_PARAM';
  return pageSize === LEVEL_2M ? 'INVALID_PAGE_SIZE' : null;
}

const DIGEST_BYTES = 48;
/** Length of PAGE_INFO, which stands in it. */
const PAGE_INFO_BYTES = 0x70;

/** The digest after the page; a 2M page is measured as its 512 pages of 4K. */
function measured(m: Machine, digest: string, r: Of<'SNP_LAUNCH_UPDATE'>, page: FirmwarePage): string {
  let chain: Uint8Array = Buffer.from(digest, 'hex');
  for (let i = 0; i < pagesAt(r.pageSize); i++) chain = sha384(pageInfo(chain, contentDigest(m, r, i), r, page.entry.gfn + i));
  return Buffer.from(chain).toString('hex');
}

function pageInfo(digest: Uint8Array, contents: Uint8Array, r: Of<'SNP_LAUNCH_UPDATE'>, gfn: number): Uint8Array {
  const info = new Uint8Array(PAGE_INFO_BYTES);
  const view = new DataView(info.buffer);
  info.set(digest, 0);
  info.set(contents, DIGEST_BYTES);
  view.setUint16(0x60, PAGE_INFO_BYTES, true);
  view.setUint8(0x62, r.pageType);
  // 0x63: no page of an initial migration image. The masks stand from VMPL3 down.
  view.setUint8(0x64, (r.vmpl >>> 16) & 0xff);
  view.setUint8(0x65, (r.vmpl >>> 8) & 0xff);
  view.setUint8(0x66, r.vmpl & 0xff);
  view.setBigUint64(0x68, BigInt(gfn) * BigInt(PAGE_BYTES), true);
  return info;
}

/** SHA-384 of the page as the host wrote it, for the types that are measured; else zeroes. */
function contentDigest(m: Machine, r: Of<'SNP_LAUNCH_UPDATE'>, i: number): Uint8Array {
  if (r.pageType !== TYPE_NORMAL && r.pageType !== TYPE_VMSA) return new Uint8Array(DIGEST_BYTES);
  if (!m.contents.has(r.page + i)) return ZERO_PAGE_DIGEST;
  const bytes = new Uint8Array(PAGE_BYTES);
  m.contents.load(r.page + i, 0, bytes);
  return sha384(bytes);
}

function sha384(bytes: Uint8Array): Uint8Array {
  return createHash('sha384').update(bytes).digest();
}

const ZERO_PAGE_DIGEST = sha384(new Uint8Array(PAGE_BYTES));
