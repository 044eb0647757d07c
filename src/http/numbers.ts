/** Addresses and sizes as callers write them → page numbers and bytes. The schemas have already checked their form. */
import { PAGE_BYTES } from '../core/index.js';

export interface PagedAddress {
  /** Address / 4096, exact for all 64 bits. */
  readonly page: number;
  readonly offset: number;
}

/** Digits of hex text that are the offset in a page. */
const OFFSET_DIGITS = 3;

export function pagedAddress(given: string | number): PagedAddress {
  if (typeof given === 'number' || !given.startsWith('0x')) {
    const value = Number(given);
    return { page: Math.floor(value / PAGE_BYTES), offset: value % PAGE_BYTES };
  }
  const split = Math.max(2, given.length - OFFSET_DIGITS);
  return { page: split === 2 ? 0 : Number.parseInt(given.slice(2, split), 16), offset: Number.parseInt(given.slice(split), 16) };
}

/** A frame number; above 2^53, which no frame reaches, it is not exact. */
export function frameNumber(given: string | number): number {
  return Number(given);
}

const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** Bytes; larger than every limit where the text says so. */
export function sizeBytes(given: string | number): number {
  if (typeof given === 'number') return given;
  const [, digits, unit] = /^([0-9]+)([KMGT])/.exec(given) ?? [];
  return Number(digits) * UNITS[unit as keyof typeof UNITS];
}
