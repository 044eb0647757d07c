/** Firmware commands: the one switch over them, and the event of each. Their order of checks is hardware.md 7's. */
import { asPfn } from './address.js';
import type { FirmwareCommand } from './command.js';
import { CONTENT_BYTES_MAX } from './config.js';
import { reject, type Rejection, unreachable } from './error.js';
import { activate, createContext, decommission, launchFinish, launchStart, launchUpdate } from './firmware-launch.js';
import { guestRequest } from './firmware-message.js';
import { Changes, contextFrame, freshPages } from './firmware-page.js';
import { initMetadata, move, reclaim, setState, unsmash } from './firmware-pages.js';
import { type FirmwareRequest, type FirmwareStatus, SET_STATE_PAGES_MAX } from './firmware-request.js';
import { OWN_CONTEXT } from './firmware-state.js';
import { swapIn, swapOut } from './firmware-swap.js';
import { pagesOfSize } from './instructions.js';
import type { Machine } from './machine.js';
import type { Result } from './outcome.js';

export function firmwareCommand(m: Machine, { request: r }: FirmwareCommand): Result {
  const wrong = check(m, r);
  if (wrong !== null) return wrong;
  m.begin(undefined);
  const changes = new Changes(m);
  const status = carryOut(m, r, changes);
  const page = pageOf(m, r);
  m.emit({
    seq: m.nextSeq(),
    type: 'firmware-command',
    gfn: m.frames.gfnOf(page),
    pfn: asPfn(page),
    pages: 'pageSize' in r ? pagesOfSize(r.pageSize) : 1,
    command: r.command,
    status,
    changes: changes.made,
  });
  const guest = 'gctx' in r ? m.guest.firmware.context(r.gctx) : null;
  return { outcome: { op: 'firmware-command', status, guest }, events: m.takeEvents() };
}

function carryOut(m: Machine, r: FirmwareRequest, changes: Changes): FirmwareStatus {
  switch (r.command) {
    case 'SNP_GCTX_CREATE':
      return createContext(m, r, changes);
    case 'SNP_LAUNCH_START':
      return launchStart(m, r);
    case 'SNP_ACTIVATE':
      return activate(m, r);
    case 'SNP_LAUNCH_UPDATE':
      return launchUpdate(m, r, changes);
    case 'SNP_LAUNCH_FINISH':
      return launchFinish(m, r);
    case 'SNP_DF_FLUSH':
      m.guest.firmware.flush();
      return 'SUCCESS';
    case 'SNP_DECOMMISSION':
      return decommission(m, r, changes);
    case 'SNP_PAGE_RECLAIM':
      return reclaim(m, r, changes);
    case 'SNP_PAGE_UNSMASH':
      return unsmash(m, r, changes);
    case 'SNP_PAGE_MOVE':
      return move(m, r, changes);
    case 'SNP_PAGE_MD_INIT':
      return initMetadata(m, r, changes);
    case 'SNP_PAGE_SWAP_OUT':
      return swapOut(m, r, changes);
    case 'SNP_PAGE_SWAP_IN':
      return swapIn(m, r, changes);
    case 'SNP_PAGE_SET_STATE':
      return setState(m, r, changes);
    case 'SNP_GUEST_REQUEST':
      return guestRequest(m, r);
    default:
      return unreachable(r);
  }
}

/** The page that a command is about. */
function pageOf(m: Machine, r: FirmwareRequest): number {
  if ('page' in r) return r.page;
  if ('source' in r) return r.source;
  if ('pages' in r) return r.pages[0] ?? 0;
  return contextFrame(m, 'gctx' in r ? r.gctx : OWN_CONTEXT);
}

/** Contents that a command copies count for the VM's limit. */
function check(m: Machine, r: FirmwareRequest): Rejection | null {
  if ('pages' in r && (r.pages.length < 1 || r.pages.length > SET_STATE_PAGES_MAX)) {
    const detail = `a command lists 1 to ${SET_STATE_PAGES_MAX} pages, not ${r.pages.length}`;
    return reject('limit-exceeded', '/pages', detail, 'send the rest in another command');
  }
  if (m.contents.hasRoomFor(freshContents(m, r))) return null;
  return reject(
    'content-limit',
    '',
    `the VM would keep more than ${CONTENT_BYTES_MAX} bytes of contents`,
    'reset the VM, or delete others',
  );
}

function freshContents(m: Machine, r: FirmwareRequest): number {
  if ('source' in r) return freshPages(m, r.source, r.destination, pagesOfSize(r.pageSize));
  if (r.command === 'SNP_GUEST_REQUEST') return freshPages(m, null, r.response, 1);
  return r.command === 'SNP_LAUNCH_UPDATE' ? freshPages(m, null, r.page, pagesOfSize(r.pageSize)) : 0;
}
