/** The service's cells → numbers that can be drawn. */
import type { Schemas, Vm } from '../../../src/client/browser.js';
import type { CellCounts, MapWindow } from '../live/protocol.js';
import { LEVELS, STATES } from './states.js';

type Cell = Schemas['Map']['cells'][number];

/**
 * A window of the map. The service divides a range into cells of equal size and leaves the rest to the last, so that what is no whole cell at
 * the end of memory has to be asked for by itself.
 */
export async function readCells(vm: Vm, { from, shift, cells, end }: MapWindow, signal: AbortSignal): Promise<CellCounts> {
  const size = 2 ** shift;
  const to = Math.min(from + cells * size, end);
  const whole = Math.floor((to - from) / size);
  const found: Cell[] = [];
  const ask = async (first: number, last: number, count: number): Promise<void> => {
    const answer = await vm.map({ from: hex(first), to: hex(last), cells: String(count) }, { signal });
    found.push(...answer.cells);
  };
  if (whole > 0) await ask(from, from + whole * size, whole);
  if (from + whole * size < to) await ask(from + whole * size, to, 1);
  return countsOf(found, cells);
}

function hex(page: number): string {
  return `0x${(page * 4096).toString(16)}`;
}

function countsOf(found: readonly Cell[], cells: number): CellCounts {
  const states = new Uint32Array(cells * STATES.length);
  const levels = new Uint32Array(cells * LEVELS.length);
  found.forEach((cell, at) => {
    STATES.forEach((state, i) => (states[at * STATES.length + i] = cell.states[state] ?? 0));
    LEVELS.forEach((level, i) => (levels[at * LEVELS.length + i] = cell.levels[level] ?? 0));
  });
  return { states, levels };
}
