/** A guest asks for its attestation report: keys from the secrets page, a message through shared memory, the answer in a Firmware page. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { asPfn, FRAME_BASE } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

const pfn = (gfn: number) => asPfn(FRAME_BASE + gfn);
const GCTX = FRAME_BASE + 1300;
const [SECRETS, REQUEST, RESPONSE] = [7, 8, 9];

/** A guest that was launched with a secrets page, and what its guest reads there. */
function launched(): { readonly w: Workbench; readonly secrets: Uint8Array } {
  const w = new Workbench({ config: { launch: 'none' } });
  const firmwarePage = (gfn: number) => w.rmpupdate(gfn, { gfn: 0, asid: 0, immutable: true });
  firmwarePage(1300);
  w.firmware({ command: 'SNP_GCTX_CREATE', gctx: GCTX });
  w.firmware({ command: 'SNP_LAUNCH_START', gctx: GCTX, policy: 0x3_0000 });
  w.firmware({ command: 'SNP_ACTIVATE', gctx: GCTX, asid: 1 });
  w.rmpupdate(SECRETS, { immutable: true });
  expect(w.firmware({ command: 'SNP_LAUNCH_UPDATE', gctx: GCTX, page: pfn(SECRETS), pageSize: 1, pageType: 5, vmpl: 0 }).status).toBe(
    'SUCCESS',
  );
  w.firmware({ command: 'SNP_LAUNCH_FINISH', gctx: GCTX });
  firmwarePage(RESPONSE);
  const { data } = w.access(SECRETS, { access: 'read', size: 4096 });
  return { w, secrets: data ?? new Uint8Array() };
}

const keyOf = (secrets: Uint8Array, index: number): Uint8Array => secrets.slice(0x20 + 32 * index, 0x40 + 32 * index);

function nonce(sequence: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32LE(sequence);
  return bytes;
}

/** The message as the ABI lays it out: header, then the request for a report. */
function message(key: Uint8Array, sequence: number, over: { vmpck?: number; vmpl?: number; type?: number } = {}): Buffer {
  const page = Buffer.alloc(4096);
  page.writeBigUInt64LE(BigInt(sequence), 0x20);
  page.set([1, 1, 0x60, 0, over.type ?? 5, 1, 0x60, 0], 0x30);
  page[0x3c] = over.vmpck ?? 0;
  const payload = Buffer.alloc(0x60, 0);
  payload.fill(0x5a, 0, 64);
  payload.writeUInt32LE(over.vmpl ?? 0, 64);
  const gcm = createCipheriv('aes-256-gcm', key, nonce(sequence));
  gcm.setAAD(page.subarray(0x30, 0x60));
  gcm.update(payload).copy(page, 0x60);
  gcm.final();
  gcm.getAuthTag().copy(page, 0);
  return page;
}

function send(w: Workbench, page: Uint8Array) {
  w.write(REQUEST, { content: page, size: 4096 });
  return w.firmware({ command: 'SNP_GUEST_REQUEST', gctx: GCTX, request: pfn(REQUEST), response: pfn(RESPONSE) }).status;
}

function answer(w: Workbench, key: Uint8Array): { readonly sequence: number; readonly type: number; readonly plain: Buffer } {
  const page = Buffer.from(w.read(RESPONSE, 4096).data);
  const sequence = Number(page.readBigUInt64LE(0x20));
  const gcm = createDecipheriv('aes-256-gcm', key, nonce(sequence));
  gcm.setAAD(page.subarray(0x30, 0x60));
  gcm.setAuthTag(page.subarray(0, 16));
  const plain = gcm.update(page.subarray(0x60, 0x60 + page.readUInt16LE(0x36)));
  gcm.final();
  return { sequence, type: page[0x34], plain };
}

test('the secrets page has four keys, and no other eyes see them', () => {
  const { w, secrets } = launched();
  const keys = [0, 1, 2, 3].map((i) => Buffer.from(keyOf(secrets, i)).toString('hex'));
  expect(new Set(keys).size).toBe(4);
  expect(Buffer.from(w.read(SECRETS, 4096).data).includes(Buffer.from(keyOf(secrets, 0)))).toBe(false);
});

test('a request is answered with the report: the data of the guest, its policy and its launch digest', () => {
  const { w, secrets } = launched();
  const key = keyOf(secrets, 0);
  expect(send(w, message(key, 1))).toBe('SUCCESS');
  const { sequence, type, plain } = answer(w, key);
  expect([sequence, type, plain.readUInt32LE(0), plain.readUInt32LE(4)]).toEqual([2, 6, 0, 0x4a0]);
  const report = plain.subarray(0x20);
  const { guest } = w.firmware({ command: 'SNP_GUEST_REQUEST', gctx: GCTX, request: pfn(REQUEST), response: pfn(RESPONSE) });
  expect(report.readBigUInt64LE(8)).toBe(0x3_0000n);
  expect(report.subarray(0x50, 0x90).every((byte) => byte === 0x5a)).toBe(true);
  expect(report.subarray(0x90, 0xc0).toString('hex')).toBe(guest?.digest);
});

test('what was sent already, or was touched on the way, is not answered', () => {
  const { w, secrets } = launched();
  const key = keyOf(secrets, 0);
  const first = message(key, 1);
  expect(send(w, first)).toBe('SUCCESS');
  expect(send(w, first)).toBe('INVALID_PARAM');
  const touched = message(key, 3);
  touched[0x70] ^= 1;
  expect(send(w, touched)).toBe('BAD_MEASUREMENT');
  expect(send(w, message(key, 3))).toBe('SUCCESS');
  expect(send(w, message(keyOf(secrets, 1), 5))).toBe('BAD_MEASUREMENT');
  // Each key counts for itself.
  expect(send(w, message(keyOf(secrets, 1), 1, { vmpck: 1, vmpl: 1 }))).toBe('SUCCESS');
});

test('a key of VMPL1 gets no report of VMPL0, and other messages are none', () => {
  const { w, secrets } = launched();
  expect(send(w, message(keyOf(secrets, 1), 1, { vmpck: 1, vmpl: 0 }))).toBe('SUCCESS');
  expect(answer(w, keyOf(secrets, 1)).plain.readUInt32LE(0)).toBe(0x16);
  expect(send(w, message(keyOf(secrets, 0), 1, { type: 9 }))).toBe('INVALID_PARAM');
});

test('the books of the messages survive a snapshot', () => {
  const { w, secrets } = launched();
  send(w, message(keyOf(secrets, 0), 1));
  expect(w.m.guest.form().firmware.contexts[0][1].messages).toEqual([2, 0, 0, 0]);
});
