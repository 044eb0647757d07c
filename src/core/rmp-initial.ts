/** The RMP as creation leaves it, a GiB at a time: private memslots are assigned and validated. */
import { GIB_PAGES, REGION_PAGES } from './address.js';
import type { GenerationFacts } from './generations/facts.js';
import { initialRmpOf, type Layout } from './layout.js';
import { ASSIGNED, type InitialChunk, type InitialRegion, VALIDATED } from './region-bits.js';

/** What initialState private leaves. */
const INITIAL_PRIVATE = ASSIGNED | VALIDATED;

/** Whether the RMPUPDATEs that made a region so have split the direct map over it. */
const SPLIT_BY_CREATION: Readonly<Record<GenerationFacts['directMap'], (start: InitialRegion) => boolean>> = {
  'split-always': () => true,
  removed: () => true,
  'split-if-4k': (start) => start.form !== 'huge',
  untouched: () => false,
};

/** null: nothing of the GiB is private. */
export function initialChunkOf(layout: Layout, gib: number, facts: GenerationFacts): InitialChunk | null {
  const first = gib * GIB_PAGES;
  // GiBs are either of the one kind of frames or of the other: privateBase is aligned.
  if (!layout.slotsTouching(layout.gfnBehind(first), GIB_PAGES).some((slot) => slot.initialState === 'private')) return null;
  return {
    directMapSplit: SPLIT_BY_CREATION[facts.directMap],
    region(index) {
      const base = first + index * REGION_PAGES;
      const initial = initialRmpOf(layout, base, facts.privatePages ?? '4K');
      if (initial.form === 'shared') return null;
      if (initial.form !== 'pages') return { form: initial.form, bits: INITIAL_PRIVATE };
      return { form: 'pages', bits: (page) => (initial.covers(base + page) ? INITIAL_PRIVATE : 0) };
    },
  };
}
