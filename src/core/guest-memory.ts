/** The bytes behind a guest's access. One place, so that it is known here and nowhere else what an encrypted page holds. */
import type { Machine } from './machine.js';

/** What the guest stores. */
export function storeAsGuest(m: Machine, pfn: number, offset: number, length: number, content: number | Uint8Array): void {
  m.contents.store(pfn, offset, length, content);
}

/** What the guest loads into `into`, which starts as zeroes. */
export function loadAsGuest(m: Machine, pfn: number, offset: number, into: Uint8Array): void {
  m.contents.load(pfn, offset, into);
}
