/** Which guest a command is about. */
import { asPfn } from './address.js';
import { isFrame, pageAt } from './firmware-page.js';
import { type GuestContext, OWN_CONTEXT } from './firmware-state.js';
import type { Machine } from './machine.js';

/** The guest of a context page; null where the page is none. */
export function contextOf(m: Machine, gctx: number): GuestContext | null {
  const isPage = gctx === OWN_CONTEXT || (isFrame(m, gctx) && pageAt(m, asPfn(gctx)).state === 'context');
  return isPage ? m.guest.firmware.context(gctx) : null;
}
