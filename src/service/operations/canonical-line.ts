/**
 * The line that tools write most, read byte by byte: `{"op":"hypervisor-write","gpa":"0x200000","size":64}`, or with hva, or a read. No
 * other spelling is known here; null sends it to the full parser, which comes to the same for these lines too.
 */
import { asGfn, asVpn, type Command, type Target } from '../../core/index.js';

const WRITE = Buffer.from('{"op":"hypervisor-write","');
const READ = Buffer.from('{"op":"hypervisor-read","');
const ADDRESS = Buffer.from('":"0x');
const SIZE = Buffer.from('","size":');
const BRACE = 0x7d;
const ZERO = 0x30;
/** More digits are more than 2^53 bytes. */
const SIZE_DIGITS_MAX = 15;
const HEX_DIGITS_MAX = 16;
/** Digits that are the offset in a page. */
const OFFSET_DIGITS = 3;

/** Value of a lower-case hex digit by its character, -1 for any other. */
const HEX = Int8Array.from({ length: 256 }, (_, c) => (c >= 0x30 && c <= 0x39 ? c - 0x30 : c >= 0x61 && c <= 0x66 ? c - 0x57 : -1));

export function canonicalCommand(line: Uint8Array): Command | null {
  const isRead = begins(line, READ, 0);
  const head = isRead ? READ.length : begins(line, WRITE, 0) ? WRITE.length : 0;
  if (head === 0) return null;
  const space = spaceAt(line, head);
  if (space === null || !begins(line, ADDRESS, head + 3)) return null;
  const first = head + 3 + ADDRESS.length;
  let end = first;
  while (end < line.length && HEX[line[end]] >= 0) end++;
  if (end === first || end - first > HEX_DIGITS_MAX || !begins(line, SIZE, end)) return null;
  const size = decimal(line, end + SIZE.length);
  if (size === null) return null;
  const split = Math.max(first, end - OFFSET_DIGITS);
  const target = targetOf(space, hex(line, first, split), hex(line, split, end));
  return isRead
    ? { op: 'hypervisor-read', target, size, via: 'user' }
    : { op: 'hypervisor-write', target, size, via: 'user', pagefaultDisabled: false };
}

function begins(line: Uint8Array, with_: Uint8Array, at: number): boolean {
  if (line.length < at + with_.length) return false;
  for (let i = 0; i < with_.length; i++) if (line[at + i] !== with_[i]) return false;
  return true;
}

function spaceAt(line: Uint8Array, at: number): 'gpa' | 'hva' | null {
  const isAddress = line[at + 2] === 0x61;
  if (isAddress && line[at] === 0x67 && line[at + 1] === 0x70) return 'gpa';
  return isAddress && line[at] === 0x68 && line[at + 1] === 0x76 ? 'hva' : null;
}

function targetOf(space: 'gpa' | 'hva', page: number, offset: number): Target {
  return space === 'gpa' ? { space, page: asGfn(page), offset } : { space, page: asVpn(page), offset };
}

function hex(line: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 16 + HEX[line[i]];
  return value;
}

/** A whole number from 1 that the closing brace follows and nothing else; null for any other text. */
function decimal(line: Uint8Array, from: number): number | null {
  let value = 0;
  let i = from;
  for (; i < line.length && line[i] >= ZERO && line[i] <= 0x39; i++) value = value * 10 + line[i] - ZERO;
  const digits = i - from;
  return digits === 0 || digits > SIZE_DIGITS_MAX || line[from] === ZERO || line[i] !== BRACE || i + 1 !== line.length ? null : value;
}
