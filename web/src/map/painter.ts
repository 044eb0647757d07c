/**
 * Draws the map. Two canvases: cells, of which only those are drawn again that have changed, and the host's mappings over them. A huge mapping
 * is one slab with an outline, 4K mappings leave their cells apart, and a page that is not mapped is only a small square.
 */
import type { CellCounts, MapWindow } from '../live/protocol.js';
import { type Block, blocksOf, leadingLevel, statesIn } from './blocks.js';
import { COLUMNS, REGION_SHIFT, rowsOf, sameWindow } from './geometry.js';
import { INKS, paintTile, type Theme } from './palette.js';
import { LEVELS, STATES } from './states.js';

/** In device pixels. */
export interface Size {
  /** Of all columns together. */
  readonly width: number;
  readonly cellHeight: number;
  readonly scale: number;
}

/** Device pixels that the smallest share of a cell is still drawn with. */
const SHARE_LEAST = 2;

export class MapPainter {
  private readonly cells: CanvasRenderingContext2D;
  private readonly lines: CanvasRenderingContext2D;
  private tiles: readonly OffscreenCanvas[] = [];
  private drawn: { readonly window: MapWindow; readonly counts: CellCounts } | null = null;
  private size: Size = { width: COLUMNS, cellHeight: 1, scale: 1 };
  private theme: Theme = 'dark';

  constructor(cells: HTMLCanvasElement, lines: HTMLCanvasElement) {
    this.cells = contextOf(cells);
    this.lines = contextOf(lines);
  }

  /** Everything is drawn again after this. */
  setLook(size: Size, rows: number, theme: Theme): void {
    this.size = size;
    this.theme = theme;
    for (const { canvas } of [this.cells, this.lines]) {
      canvas.width = size.width;
      canvas.height = rows * size.cellHeight;
    }
    this.tiles = STATES.map((state) => {
      const width = Math.ceil(size.width / COLUMNS);
      const tile = new OffscreenCanvas(width, size.cellHeight);
      const context = tile.getContext('2d');
      if (context !== null) paintTile(context, state, theme, width, size.cellHeight, size.scale);
      return tile;
    });
    this.drawn = null;
  }

  /** How many cells it drew. */
  draw(window: MapWindow, counts: CellCounts): number {
    const before = this.drawn !== null && sameWindow(this.drawn.window, window) ? this.drawn.counts : null;
    if (before === null) {
      this.cells.fillStyle = INKS[this.theme].ground;
      this.cells.fillRect(0, 0, this.cells.canvas.width, this.cells.canvas.height);
    }
    let painted = 0;
    for (let cell = 0; cell < window.cells; cell++) {
      if (before !== null && alike(before, counts, cell)) continue;
      this.paintCell(cell, counts, window.shift);
      painted++;
    }
    if (painted > 0) this.paintMappings(window, counts);
    this.drawn = { window, counts };
    return painted;
  }

  private edge(column: number): number {
    return columnEdge(this.size, column);
  }

  private paintCell(cell: number, counts: CellCounts, shift: number): void {
    const { cellHeight, scale } = this.size;
    const x = this.edge(cell % COLUMNS);
    const cellWidth = this.edge((cell % COLUMNS) + 1) - x;
    const y = Math.floor(cell / COLUMNS) * cellHeight;
    this.cells.fillStyle = INKS[this.theme].ground;
    this.cells.fillRect(x, y, cellWidth, cellHeight);
    const level = leadingLevel(counts, cell);
    if (level === null) return;
    const apart = Math.max(1, Math.round(scale));
    const fused = shift < REGION_SHIFT && (level === '2M' || level === '1G');
    const inset = level === 'none' ? Math.round(cellHeight * 0.32) : 0;
    const gap = fused ? 0 : apart;
    this.paintShares(cell, counts, {
      x: x + inset,
      y: y + inset,
      width: cellWidth - 2 * inset - gap,
      height: cellHeight - 2 * inset - gap,
    });
  }

  /** States of a cell, one on the other, each as high as its share. */
  private paintShares(cell: number, { states }: CellCounts, box: { x: number; y: number; width: number; height: number }): void {
    const first = cell * STATES.length;
    let total = 0;
    let last = 0;
    for (let i = 0; i < STATES.length; i++) {
      const n = states[first + i] ?? 0;
      total += n;
      if (n > 0) last = i;
    }
    let left = box.height;
    for (let i = 0; i <= last; i++) {
      const n = states[first + i] ?? 0;
      const tile = this.tiles[i];
      if (n === 0 || tile === undefined || left <= 0) continue;
      const share = i === last ? left : Math.min(Math.max(SHARE_LEAST, Math.round((n / total) * box.height)), left);
      this.cells.drawImage(tile, 0, left - share, box.width, share, box.x, box.y + left - share, box.width, share);
      left -= share;
    }
  }

  private paintMappings(window: MapWindow, counts: CellCounts): void {
    const { canvas } = this.lines;
    this.lines.clearRect(0, 0, canvas.width, canvas.height);
    if (window.shift < REGION_SHIFT) for (const block of blocksOf(window, counts)) this.paintBlock(block);
    else for (let cell = 0; cell < window.cells; cell++) this.paintMarks(cell, counts);
  }

  private paintBlock({ cell, cells, level, mixed }: Block): void {
    const { cellHeight, scale } = this.size;
    const ink = INKS[this.theme];
    const column = cell % COLUMNS;
    const x = this.edge(column);
    const y = Math.floor(cell / COLUMNS) * cellHeight;
    const width = this.edge(Math.min(column + cells, COLUMNS)) - x;
    const height = Math.max(1, cells / COLUMNS) * cellHeight;
    const thick = Math.max(1, Math.round((mixed ? 2 : 1) * scale));
    this.lines.lineWidth = thick;
    this.lines.strokeStyle = mixed ? ink.hot : ink.line;
    this.lines.globalAlpha = mixed ? 1 : 0.55;
    this.lines.strokeRect(x + thick / 2, y + thick / 2, width - thick, height - thick);
    this.lines.globalAlpha = 1;
    if (mixed && height >= 18 * scale) this.paintBadge(level, x + width, y, scale);
  }

  private paintBadge(text: string, right: number, top: number, scale: number): void {
    const ink = INKS[this.theme];
    this.lines.font = `600 ${Math.round(10 * scale)}px "JetBrains Mono", monospace`;
    this.lines.textBaseline = 'middle';
    const width = this.lines.measureText(text).width + 8 * scale;
    this.lines.fillStyle = ink.hot;
    this.lines.fillRect(right - width, top, width, 14 * scale);
    this.lines.fillStyle = ink.onHot;
    this.lines.fillText(text, right - width + 4 * scale, top + 7.5 * scale);
  }

  /** From afar: how much of the cell is mapped 4K, and a corner where a huge mapping may lie over mixed pages. */
  private paintMarks(cell: number, counts: CellCounts): void {
    const { cellHeight, scale } = this.size;
    const at = cell * LEVELS.length;
    const [huge1G = 0, huge2M = 0, small = 0, none = 0] = counts.levels.subarray(at, at + LEVELS.length);
    const total = huge1G + huge2M + small + none;
    if (total === 0) return;
    const x = this.edge(cell % COLUMNS);
    const cellWidth = this.edge((cell % COLUMNS) + 1) - x;
    const y = Math.floor(cell / COLUMNS) * cellHeight;
    const ink = INKS[this.theme];
    if (small > 0) {
      const high = Math.max(1, Math.round(1.5 * scale));
      this.lines.fillStyle = ink.line;
      this.lines.fillRect(x, y + cellHeight - high - Math.round(scale), Math.max(3 * scale, (cellWidth - scale) * (small / total)), high);
    }
    if (huge1G + huge2M === 0 || statesIn(counts, cell, 1) < 2) return;
    const corner = Math.min(5 * scale, cellHeight / 2);
    this.lines.fillStyle = ink.hot;
    this.lines.beginPath();
    this.lines.moveTo(x + cellWidth - corner - scale, y);
    this.lines.lineTo(x + cellWidth - scale, y);
    this.lines.lineTo(x + cellWidth - scale, y + corner);
    this.lines.fill();
  }
}

/** Where a column begins, in whole device pixels: some are a pixel wider than others. */
export function columnEdge({ width }: Size, column: number): number {
  return Math.round((column * width) / COLUMNS);
}

export function sizeFor(cssWidth: number, window: MapWindow, scale: number): Size {
  const rows = rowsOf(window);
  const cssHeight = rows > 40 ? 10 : rows > 16 ? 13 : 18;
  return { width: Math.max(2 * COLUMNS, Math.floor(cssWidth * scale)), cellHeight: Math.round(cssHeight * scale), scale };
}

function alike(a: CellCounts, b: CellCounts, cell: number): boolean {
  for (let i = cell * STATES.length; i < (cell + 1) * STATES.length; i++) if (a.states[i] !== b.states[i]) return false;
  for (let i = cell * LEVELS.length; i < (cell + 1) * LEVELS.length; i++) if (a.levels[i] !== b.levels[i]) return false;
  return true;
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no canvas');
  return context;
}
