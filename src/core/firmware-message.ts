/** GUEST_REQUEST: the host carries a message of the guest's to the firmware, and its answer back in a Firmware page. */
import { PAGE_BYTES } from './address.js';
import { contextOf } from './firmware-context.js';
import { contextFrame, firstOf, isFrame, pageAt, unless } from './firmware-page.js';
import type { FirmwareRequest, FirmwareStatus } from './firmware-request.js';
import { answerMessage, type Platform } from './guest-message.js';
import type { Machine } from './machine.js';

type GuestRequest = Extract<FirmwareRequest, { command: 'SNP_GUEST_REQUEST' }>;

export function platformOf(m: Machine, gctx: number): Platform {
  return { seed: m.config.seed, context: contextFrame(m, gctx) };
}

export function guestRequest(m: Machine, r: GuestRequest): FirmwareStatus {
  const guest = contextOf(m, r.gctx);
  if (guest === null) return 'INVALID_GUEST';
  if (!isFrame(m, r.request, r.response)) return 'INVALID_ADDRESS';
  const response = pageAt(m, r.response);
  const wrong = firstOf(
    unless(response.state === 'firmware', 'INVALID_PAGE_STATE'),
    unless(response.entry.level === 1, 'INVALID_PAGE_SIZE'),
    unless(guest.state === 'running', 'INVALID_GUEST_STATE'),
  );
  if (wrong !== null) return wrong;
  const page = new Uint8Array(PAGE_BYTES);
  m.contents.load(r.request, 0, page);
  const answered = answerMessage(m.cipher, platformOf(m, r.gctx), guest, page);
  if (answered.response === null) return answered.status;
  m.contents.store(r.response, 0, PAGE_BYTES, answered.response);
  m.guest.firmware.setContext(r.gctx, { ...guest, messages: answered.messages });
  return answered.status;
}
