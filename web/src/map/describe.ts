/** A cell in words: for the line under the map, and for those who hear it. */
import type { CellCounts, MapWindow } from '../live/protocol.js';
import { count, gpaOf, pages } from '../ui/format.js';
import { leadingLevel, statesIn } from './blocks.js';
import { pageOfCell, REGION_SHIFT } from './geometry.js';
import { STATES } from './states.js';

export interface CellWords {
  readonly gpa: string;
  readonly size: string;
  readonly states: readonly { readonly state: (typeof STATES)[number]; readonly pages: number }[];
  readonly mapping: string;
  /** A huge mapping lies over pages of several states. */
  readonly overlap: boolean;
}

export function describeCell(window: MapWindow, counts: CellCounts, cell: number): CellWords {
  const page = pageOfCell(window, cell);
  const states = STATES.flatMap((state, i) => {
    const n = counts.states[cell * STATES.length + i] ?? 0;
    return n === 0 ? [] : [{ state, pages: n }];
  });
  const level = leadingLevel(counts, cell);
  const huge = level === '2M' || level === '1G';
  return {
    gpa: gpaOf(page),
    size: pages(2 ** window.shift),
    states,
    mapping: level === null ? 'no memory' : level === 'none' ? 'not mapped' : `mapped ${level}`,
    overlap: huge && regionStates(window, counts, cell) > 1,
  };
}

function regionStates({ shift, from, cells }: MapWindow, counts: CellCounts, cell: number): number {
  if (shift >= REGION_SHIFT) return statesIn(counts, cell, 1);
  const size = 2 ** (REGION_SHIFT - shift);
  const into = (from / 2 ** shift) % size;
  const first = Math.max(0, Math.floor((cell + into) / size) * size - into);
  return statesIn(counts, first, Math.min(size, cells - first));
}

export function sentence({ gpa, size, states, mapping, overlap }: CellWords): string {
  const shares = states.length === 1 ? states[0]?.state : states.map(({ state, pages: n }) => `${count(n)} ${state}`).join(', ');
  return `${gpa}, ${size}: ${shares ?? 'nothing'}, ${mapping}${overlap ? ', over pages of several states' : ''}`;
}
