/** The bytes behind a guest's access: through the cipher of its key where the mapping has the C-bit, else as they are. */
import type { Pfn } from './address.js';
import type { Machine } from './machine.js';

/** `encrypted`: the effective C-bit. */
export function storeAsGuest(m: Machine, encrypted: boolean, pfn: Pfn, offset: number, length: number, content: number | Uint8Array): void {
  if (encrypted) m.contents.storePrivate(pfn, offset, length, content);
  else m.contents.store(pfn, offset, length, content);
}

/** What the guest loads into `into`, which starts as zeroes. */
export function loadAsGuest(m: Machine, encrypted: boolean, pfn: Pfn, offset: number, into: Uint8Array): void {
  if (encrypted) m.contents.loadPrivate(pfn, offset, into);
  else m.contents.load(pfn, offset, into);
}
