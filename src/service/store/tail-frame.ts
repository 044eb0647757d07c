/**
 * A commit in the tail file: head, changes, end mark, zeros up to the next sector.
 *
 *     0  magic        4  generation    8  length of the changes   12  their CRC-32
 *    16  first record (f64)           24  number of records       28  synced up to (f64)      36  CRC-32 of the 36 bytes before
 *    40  changes … end mark (4)
 *
 * `synced up to` is where the file was known to be on disk when the frame was written: a hole before that is damage; one behind it is
 * what a power cut may leave.
 */
import { crc32 } from 'node:zlib';
import { type Change, changesLength, decodeChanges, type Span, writeChanges } from './key-values.js';

export const SECTOR_BYTES = 512;
/** Headers come first. */
export const FRAMES_AT = 4096;

const MAGIC = 0x4d4152_46;
const END_MARK = 0x21444e45;
const HEAD_BYTES = 40;
const END_BYTES = 4;

interface FrameMeta extends Span {
  readonly generation: number;
  readonly syncedTo: number;
}

export interface Frame extends FrameMeta {
  readonly changes: readonly Change[];
  /** Where the next one begins. */
  readonly end: number;
}

export interface TailScan {
  readonly frames: readonly Frame[];
  /** What follows the last whole frame. */
  readonly rest:
    | { readonly kind: 'nothing' }
    /** A frame was being written: part of it never arrived. Told to nobody where answers wait for the sync. */
    | { readonly kind: 'unfinished'; readonly records: number }
    /** The last frame is all there and wrong, or frames not yet synced came through in part. `records` at least. */
    | { readonly kind: 'lost'; readonly records: number }
    /** What is wrong here was on disk before: whole frames follow that were written later, or the header does not fit. */
    | { readonly kind: 'damaged'; readonly at: number };
}

/** Sectors, in bytes. */
export function frameLength(changes: readonly Change[]): number {
  return Math.ceil((HEAD_BYTES + changesLength(changes) + END_BYTES) / SECTOR_BYTES) * SECTOR_BYTES;
}

/** Into a buffer of that length or more; the part of it that is the frame. */
export function writeFrame(into: Buffer, meta: FrameMeta, changes: readonly Change[]): Buffer {
  const frame = into.subarray(0, frameLength(changes));
  const bodyEnd = writeChanges(changes, frame, HEAD_BYTES);
  frame.writeUInt32LE(MAGIC, 0);
  frame.writeUInt32LE(meta.generation, 4);
  frame.writeUInt32LE(bodyEnd - HEAD_BYTES, 8);
  frame.writeUInt32LE(crc32(frame.subarray(HEAD_BYTES, bodyEnd)), 12);
  frame.writeDoubleLE(meta.firstRecord, 16);
  frame.writeUInt32LE(meta.records, 24);
  frame.writeDoubleLE(meta.syncedTo, 28);
  frame.writeUInt32LE(crc32(frame.subarray(0, 36)), 36);
  frame.writeUInt32LE(END_MARK, bodyEnd);
  frame.fill(0, bodyEnd + END_BYTES);
  return frame;
}

export function scanTail(file: Buffer, generation: number): TailScan {
  const frames: Frame[] = [];
  let at = FRAMES_AT;
  for (let frame = frameAt(file, at, generation); frame !== null; frame = frameAt(file, at, generation)) {
    frames.push(frame);
    at = frame.end;
  }
  return { frames, rest: restFrom(file, at, generation) };
}

interface Head extends FrameMeta {
  readonly length: number;
  readonly sum: number;
}

function headAt(file: Buffer, at: number): Head | null {
  if (at + HEAD_BYTES > file.length || file.readUInt32LE(at) !== MAGIC) return null;
  if (crc32(file.subarray(at, at + 36)) !== file.readUInt32LE(at + 36)) return null;
  return {
    generation: file.readUInt32LE(at + 4),
    length: file.readUInt32LE(at + 8),
    sum: file.readUInt32LE(at + 12),
    firstRecord: file.readDoubleLE(at + 16),
    records: file.readUInt32LE(at + 24),
    syncedTo: file.readDoubleLE(at + 28),
  };
}

function frameAt(file: Buffer, at: number, generation: number): Frame | null {
  const head = headAt(file, at);
  if (head === null || head.generation !== generation) return null;
  const bodyEnd = at + HEAD_BYTES + head.length;
  if (bodyEnd + END_BYTES > file.length || file.readUInt32LE(bodyEnd) !== END_MARK) return null;
  const body = file.subarray(at + HEAD_BYTES, bodyEnd);
  const changes = crc32(body) === head.sum ? decodeChanges(body) : null;
  return changes === null ? null : { ...head, changes, end: endOf(at, head) };
}

const endOf = (at: number, { length }: Head): number => at + Math.ceil((HEAD_BYTES + length + END_BYTES) / SECTOR_BYTES) * SECTOR_BYTES;

function restFrom(file: Buffer, at: number, generation: number): TailScan['rest'] {
  const head = headAt(file, at);
  // Of an older generation: the cut after a checkpoint did not get to the disk, and nothing was written since.
  if (isZero(file, at, file.length) || (head !== null && head.generation < generation)) return { kind: 'nothing' };
  // Of a later one: the header that began it is lost, and with it what the frames follow.
  if (head !== null && head.generation > generation) return { kind: 'damaged', at };
  const later = framesAfter(file, at + SECTOR_BYTES, generation);
  if (later.some(({ syncedTo }) => syncedTo > at)) return { kind: 'damaged', at };
  const last = later.at(-1);
  const own = head?.records ?? 1;
  if (last !== undefined)
    return { kind: 'lost', records: Math.max(own, head === null ? 1 : last.firstRecord + last.records - head.firstRecord) };
  const end = head === null ? at + SECTOR_BYTES : endOf(at, head);
  return isCutShort(file, at, end, head) ? { kind: 'unfinished', records: own } : { kind: 'lost', records: own };
}

function framesAfter(file: Buffer, from: number, generation: number): readonly Frame[] {
  const found: Frame[] = [];
  for (let at = from; at < file.length; ) {
    const frame = frameAt(file, at, generation);
    if (frame !== null) found.push(frame);
    at = frame?.end ?? at + SECTOR_BYTES;
  }
  return found;
}

/** A sector that never arrived is all zero, which no sector of a frame is. */
function isCutShort(file: Buffer, at: number, end: number, head: Head | null): boolean {
  for (let sector = at; sector < end; sector += SECTOR_BYTES) {
    if (isZero(file, sector, Math.min(sector + SECTOR_BYTES, end))) return true;
  }
  const mark = head === null ? at + HEAD_BYTES - END_BYTES : at + HEAD_BYTES + head.length;
  return mark + END_BYTES > file.length || file.readUInt32LE(mark) === 0;
}

/** Past the end of the file counts as zero. */
function isZero(file: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to && at < file.length; at++) if (file[at] !== 0) return false;
  return true;
}
