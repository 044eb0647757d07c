/**
 * Messages between a guest and the firmware, which travel in pages that the host sees (SEV-SNP Firmware ABI, GUEST_REQUEST): AES-256-GCM under
 * one of the four keys of the secrets page.
 *
 *     0x00 tag (32)   0x20 sequence number   0x30 algorithm, versions, type, size, key   0x60 payload
 *     nonce: the sequence number; authenticated, not enciphered: 0x30 to 0x5f
 *
 * Of the messages the attestation report is answered. It is unsigned, as where the platform masks its chip key: there is no chip here.
 */
import { createHash } from 'node:crypto';
import { PAGE_BYTES } from './address.js';
import type { FirmwareStatus } from './firmware-request.js';
import type { GuestContext } from './firmware-state.js';
import type { PageCipher } from './page-cipher.js';

const HEADER_BYTES = 0x60;
const AUTHENTICATED_FROM = 0x30;
const TAG_BYTES = 16;
const ALGORITHM_GCM = 1;
const HEADER_VERSION = 1;
const MESSAGE_VERSION = 1;
export const VMPCKS = 4;
const VMPCK_BYTES = 32;

const REPORT_REQUEST = 5;
const REPORT_RESPONSE = 6;
const REPORT_REQUEST_BYTES = 0x60;
const REPORT_BYTES = 0x4a0;
/** Before the report: status, size, reserved. */
const REPORT_AT = 0x20;
const REPORT_DATA_BYTES = 64;
/** Statuses inside of a response. */
const STATUS_SUCCESS = 0;
const STATUS_INVALID_PARAM = 0x16;

export interface Platform {
  readonly seed: number;
  /** Frame of the guest's context, which tells guests of one host apart. */
  readonly context: number;
}

/** A key of the guest's: nothing outside of the firmware and the secrets page knows it. */
export function vmpck({ seed, context }: Platform, index: number): Uint8Array {
  return createHash('sha256').update(`vmpck ${seed} ${context} ${index}`).digest();
}

/** Where the keys lie in the secrets page, and its version. */
const SECRETS_VERSION = 3;
const SECRETS_KEYS_AT = 0x20;

export function secretsPage(platform: Platform): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  new DataView(page.buffer).setUint32(0, SECRETS_VERSION, true);
  for (let i = 0; i < VMPCKS; i++) page.set(vmpck(platform, i), SECRETS_KEYS_AT + i * VMPCK_BYTES);
  return page;
}

export interface Answered {
  readonly status: FirmwareStatus;
  /** The response page, where there is one. */
  readonly response: Uint8Array | null;
  /** Messages by key, after this one. */
  readonly messages: readonly number[];
}

/** What the firmware makes of a request page; the first objection is the answer. */
export function answerMessage(cipher: PageCipher, platform: Platform, guest: GuestContext, page: Uint8Array): Answered {
  const messages = guest.messages ?? Array.from({ length: VMPCKS }, () => 0);
  const refuse = (status: FirmwareStatus): Answered => ({ status, response: null, messages });
  const head = new DataView(page.buffer, page.byteOffset, HEADER_BYTES);
  const size = head.getUint16(0x36, true);
  const key = head.getUint8(0x3c);
  const sequence = Number(head.getBigUint64(0x20, true));
  const wellFormed =
    head.getUint8(0x30) === ALGORITHM_GCM &&
    head.getUint8(0x31) === HEADER_VERSION &&
    head.getUint16(0x32, true) === HEADER_BYTES &&
    head.getUint8(0x34) === REPORT_REQUEST &&
    head.getUint8(0x35) === MESSAGE_VERSION &&
    size === REPORT_REQUEST_BYTES &&
    key < VMPCKS;
  // Each message is one later than the response before it: what was sent already is not answered again.
  if (!wellFormed || sequence !== messages[key] + 1) return refuse('INVALID_PARAM');
  const payload = decipher(cipher, vmpck(platform, key), page, sequence, size);
  if (payload === null) return refuse('BAD_MEASUREMENT');
  return {
    status: 'SUCCESS',
    response: encipher(cipher, vmpck(platform, key), sequence + 1, key, reportResponse(platform, guest, key, payload)),
    messages: messages.map((count, i) => (i === key ? sequence + 1 : count)),
  };
}

function nonceOf(sequence: number): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(0, BigInt(sequence), true);
  return nonce;
}

/** null: the tag is not that of these bytes. */
function decipher(cipher: PageCipher, key: Uint8Array, page: Uint8Array, sequence: number, size: number): Uint8Array | null {
  const beside = page.subarray(AUTHENTICATED_FROM, HEADER_BYTES);
  const text = page.subarray(HEADER_BYTES, HEADER_BYTES + size);
  return cipher.open({ key, nonce: nonceOf(sequence), beside, text }, page.subarray(0, TAG_BYTES));
}

function encipher(cipher: PageCipher, key: Uint8Array, sequence: number, keyIndex: number, payload: Uint8Array): Uint8Array {
  const page = new Uint8Array(PAGE_BYTES);
  const head = new DataView(page.buffer);
  head.setBigUint64(0x20, BigInt(sequence), true);
  head.setUint8(0x30, ALGORITHM_GCM);
  head.setUint8(0x31, HEADER_VERSION);
  head.setUint16(0x32, HEADER_BYTES, true);
  head.setUint8(0x34, REPORT_RESPONSE);
  head.setUint8(0x35, MESSAGE_VERSION);
  head.setUint16(0x36, payload.length, true);
  head.setUint8(0x3c, keyIndex);
  const beside = page.subarray(AUTHENTICATED_FROM, HEADER_BYTES);
  const { text, tag } = cipher.seal({ key, nonce: nonceOf(sequence), beside, text: payload });
  page.set(text, HEADER_BYTES);
  page.set(tag, 0);
  return page;
}

/** A report says at which VMPL it was asked for: one that the key belongs to, or a less privileged one. */
function reportResponse(platform: Platform, guest: GuestContext, key: number, request: Uint8Array): Uint8Array {
  const vmpl = new DataView(request.buffer, request.byteOffset, request.length).getUint32(REPORT_DATA_BYTES, true);
  const allowed = vmpl >= key && vmpl < VMPCKS;
  const response = new Uint8Array(REPORT_AT + REPORT_BYTES);
  const view = new DataView(response.buffer);
  view.setUint32(0, allowed ? STATUS_SUCCESS : STATUS_INVALID_PARAM, true);
  view.setUint32(4, allowed ? REPORT_BYTES : 0, true);
  if (allowed) response.set(report(platform, guest, vmpl, request.subarray(0, REPORT_DATA_BYTES)), REPORT_AT);
  return response;
}

const REPORT_VERSION = 2;
const SIGNATURE_ECDSA_P384 = 1;
/** Bits 4:2 of the key information: 7 is none. */
const SIGNING_KEY_NONE = 7 << 2;

function report(platform: Platform, guest: GuestContext, vmpl: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0x00, REPORT_VERSION, true);
  view.setBigUint64(0x08, BigInt(guest.policy), true);
  view.setUint32(0x30, vmpl, true);
  view.setUint32(0x34, SIGNATURE_ECDSA_P384, true);
  view.setUint32(0x48, SIGNING_KEY_NONE, true);
  bytes.set(data, 0x50);
  bytes.set(Buffer.from(guest.digest, 'hex'), 0x90);
  bytes.set(createHash('sha256').update(`report ${platform.seed} ${platform.context}`).digest(), 0x140);
  // No migration agent.
  bytes.fill(0xff, 0x160, 0x180);
  return bytes;
}
