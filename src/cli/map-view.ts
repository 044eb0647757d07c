/** The memory map in the terminal: one character a cell, and below it how the host maps it. */
import type { Schemas } from '../client/index.js';
import { type Paint, plural, type Style } from './text.js';

type Cell = Schemas['Map']['cells'][number];

interface Sign {
  readonly sign: string;
  readonly style: Style;
  readonly meaning: string;
}

/** Told apart by their shapes too, not by colour alone. */
const STATES: Readonly<Record<string, Sign>> = {
  hypervisor: { sign: '.', style: 'dim', meaning: 'shared' },
  'guest-valid': { sign: '#', style: 'green', meaning: 'private' },
  'guest-invalid': { sign: 'o', style: 'yellow', meaning: 'private, not validated' },
  firmware: { sign: 'F', style: 'magenta', meaning: 'firmware' },
};
const OTHER_STATE: Sign = { sign: '?', style: 'magenta', meaning: 'another state' };
const MIXED: Sign = { sign: '%', style: 'red', meaning: 'mixed' };

const LEVELS: Readonly<Record<string, Sign>> = {
  '4K': { sign: ':', style: 'cyan', meaning: 'mapped 4K' },
  '2M': { sign: '=', style: 'blue', meaning: '2M' },
  '1G': { sign: 'G', style: 'blue', meaning: '1G' },
  none: { sign: ' ', style: 'dim', meaning: 'not mapped' },
};
const MIXED_LEVELS: Sign = { sign: '-', style: 'yellow', meaning: 'several levels' };

/** Cells that fit in a row beside its address. */
export function columnsOf(width: number): number {
  return Math.max(16, Math.floor((width - 16) / 8) * 8);
}

export function drawMap(cells: readonly Cell[], columns: number, paint: Paint): string {
  const used = new Map<Sign, true>();
  const draw = (sign: Sign): string => {
    used.set(sign, true);
    return paint(sign.style, sign.sign);
  };
  let text = '';
  for (let row = 0; row < cells.length; row += columns) {
    const part = cells.slice(row, row + columns);
    text += `${(part[0]?.gpa ?? '').padStart(14)}  ${part.map((cell) => draw(stateOf(cell))).join('')}\n`;
    text += `${' '.repeat(16)}${part.map((cell) => draw(levelOf(cell))).join('')}`.trimEnd() + '\n';
  }
  const legend = [...used.keys()].map(({ sign, style, meaning }) => `${sign === ' ' ? 'blank' : paint(style, sign)} ${meaning}`);
  const pages = cells[0]?.pages ?? 0;
  return `${text}\none cell is ${plural(pages, 'page')} of 4K: ${legend.join(', ')}\n`;
}

function stateOf({ states, mixed }: Cell): Sign {
  if (mixed) return MIXED;
  const [state = ''] = Object.keys(states);
  return STATES[state] ?? OTHER_STATE;
}

function levelOf({ levels }: Cell): Sign {
  const [level = 'none', ...others] = Object.keys(levels);
  return others.length > 0 ? MIXED_LEVELS : (LEVELS[level] ?? MIXED_LEVELS);
}
