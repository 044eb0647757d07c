/** What a list of operations came to, in numbers. */
import type { Outcome } from '../../core/index.js';
import { hasFailed, type Item } from './item.js';

export interface SummaryObject {
  readonly operations: number;
  readonly done: number;
  readonly failed: number;
  readonly notAttempted: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly events: number;
}

export class Summary {
  done = 0;
  failed = 0;
  /** Operations that were sent and not begun. */
  notAttempted = 0;
  private faults = 0;
  private events = 0;
  private readonly outcomes = new Map<string, number>();

  note(item: Item): void {
    if (hasFailed(item)) this.failed += 1;
    if (item.kind === 'refused') return this.count(item.refusal.code);
    this.done += 1;
    this.events += item.done.events.length;
    this.faults += faultsOf(item.done.outcome);
    this.count(wordOf(item.done.outcome));
  }

  add(other: Summary): void {
    this.done += other.done;
    this.failed += other.failed;
    this.notAttempted += other.notAttempted;
    this.faults += other.faults;
    this.events += other.events;
    for (const [word, times] of other.outcomes) this.count(word, times);
  }

  private count(word: string, times = 1): void {
    this.outcomes.set(word, (this.outcomes.get(word) ?? 0) + times);
  }

  get object(): SummaryObject {
    const { done, failed, notAttempted, faults, events } = this;
    const attempted = [...this.outcomes.values()].reduce((sum, n) => sum + n, 0);
    return {
      operations: attempted + notAttempted,
      done,
      failed,
      notAttempted,
      outcomes: Object.fromEntries(this.outcomes),
      faults,
      events,
    };
  }
}

/** `outcome` where an operation has one, else its status. */
export function wordOf(outcome: Outcome): string {
  if ('outcome' in outcome) return outcome.outcome;
  return 'status' in outcome ? outcome.status : outcome.op;
}

export function faultsOf(outcome: Outcome): number {
  return 'faults' in outcome ? outcome.faults.length : 0;
}
