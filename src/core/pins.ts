/**
 * Which guest pages are pinned: all of them at first, as registration (KVM_MEMORY_ENCRYPT_REG_REGION) leaves them, so that the stretches
 * without a pin are what is kept. A pin keeps a page's frame: it is neither swapped nor migrated, and khugepaged cannot copy it.
 */
export type Stretch = readonly [from: number, end: number];

export class Pins {
  private unpinned: readonly Stretch[] = [];
  private changedRecently = false;

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

  form(): readonly Stretch[] {
    return this.unpinned;
  }

  load(form: readonly Stretch[]): void {
    this.unpinned = form;
    this.changedRecently = true;
  }
}
