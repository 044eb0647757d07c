/** A bar on standard error for a person who waits: how far, how fast, how long yet. Nothing at all where nobody watches. */
import type { Io } from './io.js';
import { durationText } from './text.js';

const REDRAW_MS = 100;
const BAR_CELLS = 24;

export class Progress {
  private readonly begun = performance.now();
  private drawnAt = Number.NEGATIVE_INFINITY;
  private drawn = 0;

  /** `total` in whatever `at` is counted in; null where nobody knows. */
  constructor(
    private readonly io: Io,
    private readonly total: number | null,
  ) {}

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  /** @param done operations; @param at how far of `total` */
  show(done: number, at: number): void {
    const now = performance.now();
    if (!this.io.showsProgress || now - this.drawnAt < REDRAW_MS) return;
    this.drawnAt = now;
    this.draw(progressLine({ done, at, total: this.total, seconds: this.seconds }));
  }

  /** Takes the bar away. */
  end(): void {
    if (this.drawn > 0) this.draw('');
  }

  private draw(line: string): void {
    this.io.err(`\r${line.padEnd(this.drawn)}${line === '' ? '\r' : ''}`);
    this.drawn = line.length;
  }
}

interface Standing {
  readonly done: number;
  readonly at: number;
  readonly total: number | null;
  readonly seconds: number;
}

export function progressLine({ done, at, total, seconds }: Standing): string {
  const rate = `${done} operations, ${seconds === 0 ? 0 : Math.round(done / seconds)} a second`;
  if (total === null || total === 0) return rate;
  const share = Math.min(1, at / total);
  const cells = Math.floor(share * BAR_CELLS);
  const left = share === 0 ? '' : `, ${durationText((seconds * (1 - share)) / share)} left`;
  return `[${'#'.repeat(cells)}${'.'.repeat(BAR_CELLS - cells)}] ${Math.floor(share * 100)} %  ${rate}${left}`;
}
