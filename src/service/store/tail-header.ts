/** The header of the tail file, in two places: written one after the other, so that one cut short leaves the one before, and a rotten one its copy. */
import { crc32 } from 'node:zlib';
import { SECTOR_BYTES } from './tail-frame.js';
import type { SyncMode } from './store.js';

export interface TailHeader {
  /** Of this store alone; the tables have it too. */
  readonly store: string;
  readonly generation: number;
  /** The transaction of the tables that is surely on disk and that the frames follow. */
  readonly transaction: number;
  /** The running of the machine in which it was written, '' where the system does not say. */
  readonly boot: string;
  readonly mode: SyncMode;
  /** Closed in order: nothing was under way. */
  readonly clean: boolean;
}

const MAGIC = Buffer.from('RMPTAIL1');
const LENGTH_AT = 8;
const SUM_AT = 12;
const TEXT_AT = 16;

export const HEADER_PLACES = [0, SECTOR_BYTES] as const;

export function encodeHeader(header: TailHeader): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const sector = Buffer.alloc(SECTOR_BYTES);
  MAGIC.copy(sector);
  sector.writeUInt32LE(text.length, LENGTH_AT);
  sector.writeUInt32LE(crc32(text), SUM_AT);
  text.copy(sector, TEXT_AT);
  return sector;
}

export interface FoundHeader {
  readonly header: TailHeader;
  /** The place that can be written over: the other one has the newest header. */
  readonly spare: 0 | 1;
}

/** The newer one where they differ; null where neither is whole. */
export function readHeader(file: Buffer): FoundHeader | null {
  const [first, second] = HEADER_PLACES.map((at) => decodeHeader(file.subarray(at, at + SECTOR_BYTES)));
  if (first !== null && (second === null || first.generation > second.generation)) return { header: first, spare: 1 };
  return second === null ? null : { header: second, spare: 0 };
}

function decodeHeader(sector: Buffer): TailHeader | null {
  if (sector.length < SECTOR_BYTES || !sector.subarray(0, MAGIC.length).equals(MAGIC)) return null;
  const text = sector.subarray(TEXT_AT, TEXT_AT + sector.readUInt32LE(LENGTH_AT));
  if (crc32(text) !== sector.readUInt32LE(SUM_AT)) return null;
  return JSON.parse(text.toString()) as TailHeader;
}
