/**
 * Which guest pages are pinned: all of them at first, as registration (KVM_MEMORY_ENCRYPT_REG_REGION) leaves them, so that the stretches
 * without a pin are what is kept; none where guest_memfd has the private pages. A pin keeps a page's frame: it is neither swapped nor migrated,
 * and khugepaged cannot copy it.
 */
import type { Layout, Slot } from './layout.js';

export type Stretch = readonly [from: number, end: number];

export class Pins {
  private unpinned: readonly Stretch[] = [];
  private changedRecently = false;
  private readonly pinnedAtFirst: boolean;

  constructor(layout: Layout, pinnedAtFirst: boolean) {
    this.pinnedAtFirst = pinnedAtFirst;
    if (!pinnedAtFirst) for (const { gfn, gfnEnd } of layout.slots) this.unpinned = this.changed(gfn, gfnEnd, false);
  }

  isPinned(gfn: number): boolean {
    return !this.unpinned.some(([from, end]) => gfn >= from && gfn < end);
  }

  /** Whether any of [gfn, end) is pinned. */
  anyPinned(gfn: number, end: number): boolean {
    let at = gfn;
    for (const [from, to] of this.unpinned) {
      if (from > at) break;
      at = Math.max(at, to);
    }
    return at < end;
  }

  /** The stretches after [gfn, end) is pinned or unpinned: ascending, apart from one another. */
  changed(gfn: number, end: number, pinned: boolean): readonly Stretch[] {
    const kept = this.unpinned.flatMap(([from, to]): Stretch[] => {
      const parts: Stretch[] = [
        [from, Math.min(to, gfn)],
        [Math.max(from, end), to],
      ];
      return parts.filter(([a, b]) => a < b);
    });
    const stretches = pinned ? kept : [...kept, [gfn, end] as const].toSorted((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [from, to] of stretches) {
      const previous = merged.at(-1);
      if (previous !== undefined && previous[1] === from) previous[1] = to;
      else merged.push([from, to]);
    }
    return merged;
  }

  set(gfn: number, end: number, pinned: boolean): void {
    if (!pinned && !this.anyPinned(gfn, end)) return;
    this.unpinned = this.changed(gfn, end, pinned);
    this.changedRecently = true;
  }

  /** From now on `takeRecent` tells whether anything changed. */
  trackRecent(): void {
    this.changedRecently = false;
  }

  takeRecent(): boolean {
    const changed = this.changedRecently;
    this.changedRecently = false;
    return changed;
  }

  /** The stretches of a memslot without a pin: first page and end, 4 bytes each; null where it is as at first. */
  canonical(slot: Slot): Uint8Array | null {
    const words = this.within(slot).flatMap(([from, end]) => [from - slot.gfn, end - slot.gfn]);
    const isWhole = words.length === 2 && words[1] - words[0] === slot.pages;
    if (this.pinnedAtFirst ? words.length === 0 : isWhole) return null;
    return new Uint8Array(Uint32Array.from(words).buffer);
  }

  /** Takes back what `canonical` gave. Throws RangeError on what it cannot have given. */
  load(slot: Slot, form: Uint8Array | null): void {
    if (form !== null && form.length % STRETCH_BYTES !== 0) throw new RangeError(`no stretches of memslot ${slot.number}`);
    this.set(slot.gfn, slot.gfnEnd, form !== null || this.pinnedAtFirst);
    if (form === null) return;
    const view = new DataView(form.buffer, form.byteOffset, form.byteLength);
    for (let at = 0, last = slot.gfn as number; at < form.length; at += STRETCH_BYTES) {
      const from = slot.gfn + view.getUint32(at, true);
      const end = slot.gfn + view.getUint32(at + 4, true);
      if (from < last || from >= end || end > slot.gfnEnd) throw new RangeError(`no stretch of memslot ${slot.number}`);
      this.set(from, end, false);
      last = end;
    }
  }

  private within(slot: Slot): readonly Stretch[] {
    return this.unpinned
      .map(([from, end]): Stretch => [Math.max(from, slot.gfn), Math.min(end, slot.gfnEnd)])
      .filter(([from, end]) => from < end);
  }
}

const STRETCH_BYTES = 8;
