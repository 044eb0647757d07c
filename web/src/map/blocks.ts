/** What the counts of cells say about mappings: which level leads in a cell, and which regions lie under one huge mapping. */
import type { CellCounts, MapWindow } from '../live/protocol.js';
import { REGION_SHIFT } from './geometry.js';
import { LEVELS, STATES } from './states.js';

export type LevelWord = (typeof LEVELS)[number];

/** A 2 MiB region under a huge mapping, as far as it is in the window. */
export interface Block {
  readonly cell: number;
  readonly cells: number;
  readonly level: '1G' | '2M';
  /** Pages of more than one state: a store of the host to any of them overlaps the others. */
  readonly mixed: boolean;
}

/** null: no memory there. */
export function leadingLevel({ levels }: CellCounts, cell: number): LevelWord | null {
  let best: LevelWord | null = null;
  let most = 0;
  LEVELS.forEach((level, i) => {
    const n = levels[cell * LEVELS.length + i] ?? 0;
    if (n > most) [best, most] = [level, n];
  });
  return best;
}

/** How many states occur in these cells. */
export function statesIn({ states }: CellCounts, cell: number, cells: number): number {
  let found = 0;
  for (let i = 0; i < STATES.length; i++) {
    for (let at = cell; at < cell + cells; at++) {
      if ((states[at * STATES.length + i] ?? 0) === 0) continue;
      found++;
      break;
    }
  }
  return found;
}

/** Only where a cell is smaller than a region. */
export function blocksOf({ from, shift, cells }: MapWindow, counts: CellCounts): Block[] {
  const size = 2 ** (REGION_SHIFT - shift);
  const into = (from / 2 ** shift) % size;
  const blocks: Block[] = [];
  for (let first = -into; first < cells; first += size) {
    const cell = Math.max(first, 0);
    const count = Math.min(first + size, cells) - cell;
    const level = leadingLevel(counts, cell);
    if (level === '2M' || level === '1G') blocks.push({ cell, cells: count, level, mixed: statesIn(counts, cell, count) > 1 });
  }
  return blocks;
}
