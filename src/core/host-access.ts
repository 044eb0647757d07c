/** Where a host access goes: the target of a command resolved to pages, with every check that comes before the first change. */
import { asPfn, asVpn, PAGE_BYTES, type Pfn, USER_VPN_END, type Vpn } from './address.js';
import type { Target } from './command.js';
import { type Rejection, reject } from './error.js';
import { vpnOf } from './layout.js';
import type { Machine } from './machine.js';

/** How many pages [offset, offset + size) touches. */
export function pagesTouched(offset: number, size: number): number {
  return Math.ceil((offset + size) / PAGE_BYTES);
}

/** First reason why a range makes no sense for this machine, or null. */
export function checkRange(m: Machine, target: Target, size: number): Rejection | null {
  const pages = pagesTouched(target.offset, size);
  switch (target.space) {
    case 'hva':
      if (target.page + pages <= USER_VPN_END) return null;
      return reject('address-out-of-range', '/hva', 'the range is not wholly at user addresses', 'user addresses end at 0x7fffffffffff');
    case 'gpa':
      return checkGuestRange(m, target.page, pages);
    case 'pfn':
      if (target.page + pages <= m.layout.frames) return null;
      return reject(
        'address-out-of-range',
        '/pfn',
        `the host has frames 0x0 to 0x${(m.layout.frames - 1).toString(16)}`,
        'name a frame that the host has',
      );
  }
}

export function checkGuestRange(m: Machine, gfn: number, pages: number): Rejection | null {
  for (let at = gfn; at < gfn + pages; ) {
    const slot = m.layout.slotAtGfn(at);
    if (slot === null) {
      return reject(
        'address-out-of-range',
        '/gpa',
        `guest page 0x${at.toString(16)} is in no memslot`,
        'keep the whole range inside the memslots that GET /v1/vms/{vm} lists',
      );
    }
    at = slot.gfnEnd;
  }
  return null;
}

/** Virtual page of the i-th page of a user access. */
export function vpnAt(m: Machine, target: Target, i: number): Vpn {
  if (target.space === 'hva') return asVpn(target.page + i);
  const slot = m.layout.slotAtGfn(target.page + i);
  if (slot === null) throw new Error('invariant broken: the range was checked');
  return vpnOf(slot, target.page + i);
}

/** Frame of the i-th page of a direct-map access; null for a user address behind which no memslot is. */
export function pfnAt(m: Machine, target: Target, i: number): Pfn | null {
  switch (target.space) {
    case 'pfn':
      return asPfn(target.page + i);
    case 'gpa':
      return m.frames.of(target.page + i);
    case 'hva': {
      const slot = m.layout.slotAtVpn(target.page + i);
      return slot === null ? null : m.frames.of(target.page + i - slot.shift);
    }
  }
}

/** A direct-map access by user address needs a frame behind every page. */
export function checkDirectMap(m: Machine, target: Target, size: number): Rejection | null {
  const pages = pagesTouched(target.offset, size);
  for (let i = 0; i < pages; i++) {
    if (pfnAt(m, target, i) === null) {
      return reject(
        'address-out-of-range',
        '/hva',
        'no memory backs a page of the range, so no frame does',
        'name the frame by pfn, or a gpa of a memslot',
      );
    }
  }
  return null;
}
