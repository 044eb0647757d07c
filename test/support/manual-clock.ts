/** Time that moves when a test says so. */
import type { Clock } from '../../src/service/clock.js';

interface Alarm {
  readonly at: number;
  readonly then: () => void;
}

export class ManualClock implements Clock {
  private time: number;
  private readonly alarms = new Set<Alarm>();

  /** startMs: milliseconds since 1970. */
  constructor(startMs = 1_700_000_000_000) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  after(delayMs: number, then: () => void): () => void {
    const alarm = { at: this.time + delayMs, then };
    this.alarms.add(alarm);
    return () => {
      this.alarms.delete(alarm);
    };
  }

  /** Rings what becomes due on the way, in order, also what is set meanwhile. */
  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = [...this.alarms].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.alarms.delete(next);
      this.time = Math.max(this.time, next.at);
      next.then();
    }
    this.time = end;
  }
}
