/**
 * In-place conversion's hold on the host's page table: what becomes private is unmapped there, out of a huge leaf that is split for it, and a
 * huge page that is wholly shared again may be mapped huge again. Source: generations.md 5, 1G RFC v2 and in-place conversion.
 */
import { asVpn, type Gfn, LEVEL_1G, LEVEL_2M, LEVEL_4K, type Level, pagesAt, REGION_PAGES, type Vpn } from './address.js';
import { hasPrivatePages, isHugeInPlace } from './guest-memfd.js';
import { gfnAt, levelOfBacking, type Slot, vpnOf } from './layout.js';
import type { Machine } from './machine.js';
import { zap } from './mapping.js';
import { runsOf } from './runs.js';

/** Pages of one region, ascending, are taken from the host. */
export function unmapForGuest(m: Machine, slot: Slot, gfns: readonly number[]): void {
  const first = vpnOf(slot, gfns[0]);
  const leaf = m.pageTable.walk(first, slot);
  if (leaf === null) return;
  const whole = leaf.level === LEVEL_2M && gfns.length === REGION_PAGES;
  if (leaf.level > LEVEL_4K && !whole) {
    const place = blockAt(slot, first, leaf.level);
    if (!m.pageTable.splitWhole(first, slot)) {
      // Another thread took the huge leaf out of memory: there is nothing to keep of it.
      m.pageTable.clear(first, slot);
      m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...place, level: leaf.level, cause: 'conversion', leaf: 'none' });
      return;
    }
    m.counters.splits += 1;
    m.emit({ seq: m.nextSeq(), type: 'mapping-split', ...place, from: leaf.level, level: LEVEL_4K, cause: 'conversion' });
  }
  zapPages(m, slot, gfns);
}

/** Takes the leaves of pages of one region away, ascending; the table stays. */
export function zapPages(m: Machine, slot: Slot, gfns: readonly number[]): void {
  const chosen = new Set(gfns);
  const last = gfns[gfns.length - 1];
  for (const [from, pages] of runsOf(gfns[0], last - gfns[0] + 1, (gfn) => chosen.has(gfn))) {
    zap(m, slot, from + slot.shift, from + pages + slot.shift, 'conversion', 'keep');
  }
}

/** After pages were given back: where nothing of the huge page is private any more, the next touch may map it huge. */
export function mergeForHost(m: Machine, gfn: Gfn): void {
  const slot = m.layout.slotOf(gfn);
  const vpn = vpnOf(slot, gfn);
  const level = levelOfBacking(slot.backing);
  const base = gfn - (gfn % REGION_PAGES);
  if (level === LEVEL_4K || !isHugeInPlace(slot, gfn) || !m.frames.isBlock(base) || hasPrivatePages(m, slot, vpn)) return;
  const leaf = m.pageTable.walk(vpn, slot);
  if (leaf !== null && leaf.level === level) return;
  const merged = level === LEVEL_1G ? m.pageTable.mergeGigantic(vpn, slot) : m.pageTable.clear(vpn, slot);
  if (merged) {
    const place = blockAt(slot, vpn, level);
    m.emit({ seq: m.nextSeq(), type: 'mapping-removed', ...place, level: LEVEL_4K, cause: 'conversion', leaf: 'none' });
  }
}

function blockAt(slot: Slot, vpn: number, level: Level): { readonly vpn: Vpn; readonly gfn: Gfn; readonly pages: number } {
  const pages = pagesAt(level);
  const first = asVpn(vpn - (vpn % pages));
  return { vpn: first, gfn: gfnAt(slot, first), pages };
}
