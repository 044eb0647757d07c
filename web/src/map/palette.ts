/**
 * How states look. Hues are far apart for all common kinds of colour vision, lightness differs too, and every state but the two most common
 * ones has a pattern, so that nothing is told by hue alone.
 */
import type { PageState } from './states.js';

export type Theme = 'dark' | 'light';
type Pattern = 'plain' | 'rise' | 'fall' | 'dots' | 'rows' | 'columns' | 'grid' | 'cross';

interface Look {
  readonly dark: string;
  readonly light: string;
  readonly pattern: Pattern;
}

export const LOOKS: Readonly<Record<PageState, Look>> = {
  hypervisor: { dark: '#39424f', light: '#cfd4da', pattern: 'plain' },
  'guest-valid': { dark: '#4a9be0', light: '#2a78c2', pattern: 'plain' },
  'guest-invalid': { dark: '#8cc4ee', light: '#6fb0e4', pattern: 'rise' },
  'pre-guest': { dark: '#2fae98', light: '#1f9683', pattern: 'rows' },
  'pre-swap': { dark: '#85d0c2', light: '#57b5a5', pattern: 'columns' },
  reclaim: { dark: '#e3a13c', light: '#d98f1f', pattern: 'dots' },
  firmware: { dark: '#a477d1', light: '#8656b5', pattern: 'grid' },
  'firmware-iommu': { dark: '#c9a9e6', light: '#b28fd4', pattern: 'dots' },
  context: { dark: '#d468a8', light: '#bd4a8e', pattern: 'fall' },
  metadata: { dark: '#eaa6cd', light: '#d884b5', pattern: 'columns' },
  invalid: { dark: '#e0552d', light: '#c9431d', pattern: 'cross' },
  'hv-fixed': { dark: '#868e99', light: '#858c95', pattern: 'cross' },
  default: { dark: '#20252c', light: '#eceef0', pattern: 'dots' },
};

export interface Inks {
  /** Behind everything: no memory. */
  readonly ground: string;
  /** Outlines of huge mappings. */
  readonly line: string;
  /** Of a huge mapping over pages of more than one state. */
  readonly hot: string;
  readonly onHot: string;
  readonly mark: string;
}

export const INKS: Readonly<Record<Theme, Inks>> = {
  dark: { ground: '#12151a', line: '#a9b4c2', hot: '#ffb340', onHot: '#1a1204', mark: 'rgb(10 13 18 / 62%)' },
  light: { ground: '#f3f2ee', line: '#4b5563', hot: '#b3261e', onHot: '#ffffff', mark: 'rgb(255 255 255 / 72%)' },
};

/** A pattern over a fill, so that it is the same everywhere: cells are cut out of one tile. */
export function paintTile(context: Canvas, state: PageState, theme: Theme, width: number, height: number, scale: number): void {
  const { pattern, ...colours } = LOOKS[state];
  context.fillStyle = colours[theme];
  context.fillRect(0, 0, width, height);
  const step = Math.max(4, Math.round(4 * scale));
  const thick = Math.max(1, Math.round(scale));
  context.strokeStyle = context.fillStyle = INKS[theme].mark;
  context.lineWidth = thick;
  context.beginPath();
  if (pattern === 'rise' || pattern === 'cross') for (let at = -height; at < width; at += step) line(context, at, height, at + height, 0);
  if (pattern === 'fall' || pattern === 'cross') for (let at = -height; at < width; at += step) line(context, at, 0, at + height, height);
  if (pattern === 'rows' || pattern === 'grid') for (let at = step / 2; at < height; at += step) line(context, 0, at, width, at);
  if (pattern === 'columns' || pattern === 'grid') for (let at = step / 2; at < width; at += step) line(context, at, 0, at, height);
  context.stroke();
  if (pattern !== 'dots') return;
  for (let y = thick; y < height; y += step)
    for (let x = thick + (((y - thick) / step) % 2) * (step / 2); x < width; x += step) context.fillRect(x, y, thick * 1.5, thick * 1.5);
}

export type Canvas = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

function line(context: Canvas, x0: number, y0: number, x1: number, y1: number): void {
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
}
