/**
 * WebSocket text frames as a server sends them (RFC 6455, 5.2): final, not masked.
 *
 *     1000 0001 | length < 126            | payload
 *     1000 0001 | 126 | 16 bits of length | payload
 *     1000 0001 | 127 | 64 bits of length | payload
 */
import { Packer } from '../service/packer.js';

const FINAL_TEXT = 0x81;

export function headerBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;
}

export function packHeader(packer: Packer, payloadBytes: number): Packer {
  packer.number(FINAL_TEXT, 1);
  if (payloadBytes < 126) return packer.number(payloadBytes, 1);
  if (payloadBytes < 65_536) return packer.number(126, 1).number(payloadBytes, 2);
  return packer.number(127, 1).number(0, 4).number(payloadBytes, 4);
}

export function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const header = packHeader(new Packer(headerBytes(payload.length)), payload.length).take();
  return Buffer.concat([header, payload]);
}
