/**
 * Where pages lie on the map: rows of 64 cells, a cell being 2^shift pages. 64 is a power of two, so a 2M region is always a rectangle: eight
 * rows when a cell is one page, a piece of a row when it is more than eight.
 */
import type { MapWindow } from '../live/protocol.js';

export const COLUMNS = 64;
export const ROWS_MAX = 64;
export const CELLS_MAX = COLUMNS * ROWS_MAX;
/** 2^9 pages are 2 MiB. */
export const REGION_SHIFT = 9;
const OVERVIEW_CELLS = 256;

/** The least zoom at which all of memory is to be seen at once. */
export function shiftMax(end: number): number {
  let shift = 0;
  while (Math.ceil(end / 2 ** shift) > CELLS_MAX) shift++;
  return shift;
}

/** A window that lies in memory and begins with a row, as near to `from` as that allows. */
export function windowAt(end: number, shift: number, from: number): MapWindow {
  const zoom = Math.min(Math.max(shift, 0), shiftMax(end));
  const row = COLUMNS * 2 ** zoom;
  const rows = Math.ceil(end / row);
  const last = Math.max(0, rows - ROWS_MAX);
  const first = Math.min(Math.max(Math.round(from / row), 0), last);
  const start = first * row;
  return { from: start, shift: zoom, cells: Math.min(CELLS_MAX, Math.ceil((end - start) / 2 ** zoom)), end };
}

/** All of memory, as one line. */
export function overviewOf(end: number): MapWindow {
  let shift = 0;
  while (Math.ceil(end / 2 ** shift) > OVERVIEW_CELLS) shift++;
  return { from: 0, shift, cells: Math.ceil(end / 2 ** shift), end };
}

/** Nearer or farther, with what is at `cell` staying where it is as far as rows allow. */
export function zoomAt(window: MapWindow, shift: number, cell: number): MapWindow {
  const zoom = Math.min(Math.max(shift, 0), shiftMax(window.end));
  const page = pageOfCell(window, cell);
  const row = Math.floor(cell / COLUMNS);
  const pageRow = Math.floor(page / (COLUMNS * 2 ** zoom));
  return windowAt(window.end, zoom, (pageRow - row) * COLUMNS * 2 ** zoom);
}

export function scrollBy(window: MapWindow, rows: number): MapWindow {
  return windowAt(window.end, window.shift, window.from + rows * COLUMNS * 2 ** window.shift);
}

/** The same window where the page is in it, else one around the page. */
export function windowWith(window: MapWindow, page: number): MapWindow {
  if (cellOfPage(window, page) !== null) return window;
  return windowAt(window.end, window.shift, page - (CELLS_MAX / 2) * 2 ** window.shift);
}

export function pageOfCell({ from, shift, cells }: MapWindow, cell: number): number {
  return from + Math.min(Math.max(cell, 0), cells - 1) * 2 ** shift;
}

/** null outside of the window. */
export function cellOfPage({ from, shift, cells }: MapWindow, page: number): number | null {
  const cell = Math.floor((page - from) / 2 ** shift);
  return cell >= 0 && cell < cells ? cell : null;
}

export function rowsOf({ cells }: MapWindow): number {
  return Math.ceil(cells / COLUMNS);
}

export function sameWindow(a: MapWindow, b: MapWindow): boolean {
  return a.from === b.from && a.shift === b.shift && a.cells === b.cells && a.end === b.end;
}
