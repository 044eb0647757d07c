/**
 * Group commit: what comes while the disk is busy goes together with the next commit, which starts the moment the last one returned.
 *
 * A ticket is a number; tickets are kept in order. A commit that fails fails everything that waits, and nothing more is taken until
 * whoever holds the state in memory has loaded it anew and says so (`resume`).
 */
import { assert } from '../../core/index.js';
import { StoreFailure } from './store-refusal.js';
import type { Batch, Store } from './store.js';

export interface CommitterEvents {
  /** Everything up to this ticket is kept; called in order, before its promises resolve. */
  onKept?(upTo: number): void;
  /** Called once for each stop, after the promises were told. */
  onFailed?(error: StoreFailure): void;
}

/** So that one commit does not keep the others waiting for long; a part is never divided. */
const RECORDS_PER_COMMIT_MAX = 4096;

interface Part {
  readonly ticket: number;
  readonly batch: Batch;
}

interface Waiter {
  readonly ticket: number;
  readonly resolve: () => void;
  readonly reject: (error: StoreFailure) => void;
}

export class Committer {
  private readonly parts: Part[] = [];
  private waiters: Waiter[] = [];
  private lastTicket = 0;
  private lastKept = 0;
  private busy = false;
  private stopped: StoreFailure | null = null;

  constructor(
    private readonly store: Pick<Store, 'commit'>,
    private readonly events: CommitterEvents = {},
  ) {}

  get enqueuedUpTo(): number {
    return this.lastTicket;
  }

  get keptUpTo(): number {
    return this.lastKept;
  }

  /** Why nothing is taken at present, or null. */
  get failure(): StoreFailure | null {
    return this.stopped;
  }

  /** Throws the failure while it stands still. The commit starts in the same turn of the event loop, after the callers of this one. */
  enqueue(batch: Batch): number {
    if (this.stopped !== null) throw this.stopped;
    this.parts.push({ ticket: ++this.lastTicket, batch });
    if (!this.busy) {
      this.busy = true;
      queueMicrotask(() => void this.run());
    }
    return this.lastTicket;
  }

  kept(ticket: number): Promise<void> {
    assert(ticket <= this.lastTicket, `ticket ${ticket} was given`);
    if (ticket <= this.lastKept) return Promise.resolve();
    if (this.stopped !== null) return Promise.reject(this.stopped);
    return new Promise((resolve, reject) => this.waiters.push({ ticket, resolve, reject }));
  }

  /** Everything enqueued so far is kept. */
  settled(): Promise<void> {
    return this.kept(this.lastTicket);
  }

  /** The state in memory is again what the store has. Tickets that failed never come back. */
  resume(): void {
    assert(!this.busy, 'a committer that runs needs no resuming');
    this.lastKept = this.lastTicket;
    this.stopped = null;
  }

  private async run(): Promise<void> {
    for (let group = this.take(); group.length > 0; group = this.take()) {
      const upTo = group.at(-1)?.ticket ?? this.lastKept;
      try {
        await this.store.commit(joined(group.map(({ batch }) => batch)));
      } catch (error) {
        this.busy = false;
        // Anything else is a bug, which ends the process.
        if (!(error instanceof StoreFailure)) throw error;
        this.fail(error);
        return;
      }
      this.keep(upTo);
    }
    this.busy = false;
  }

  private take(): readonly Part[] {
    let records = 0;
    let count = 0;
    for (const { batch } of this.parts) {
      records += batch.records.length;
      if (count > 0 && records > RECORDS_PER_COMMIT_MAX) break;
      count++;
    }
    return this.parts.splice(0, count);
  }

  private keep(upTo: number): void {
    this.lastKept = upTo;
    this.events.onKept?.(upTo);
    const waiting: Waiter[] = [];
    for (const waiter of this.waiters) {
      if (waiter.ticket <= upTo) waiter.resolve();
      else waiting.push(waiter);
    }
    this.waiters = waiting;
  }

  private fail(error: StoreFailure): void {
    this.stopped = error;
    this.parts.length = 0;
    const waiters = this.waiters;
    this.waiters = [];
    for (const { reject } of waiters) reject(error);
    this.events.onFailed?.(error);
  }
}

function joined(batches: readonly Batch[]): Batch {
  const [only] = batches;
  if (only !== undefined && batches.length === 1) return only;
  return {
    records: batches.flatMap(({ records }) => records),
    snapshots: batches.flatMap(({ snapshots }) => snapshots ?? []),
    dropAnswers: batches.flatMap(({ dropAnswers }) => dropAnswers ?? []),
    dropRecordsTo: Math.max(...batches.map(({ dropRecordsTo }) => dropRecordsTo ?? 0)),
    dropEventsTo: Math.max(...batches.map(({ dropEventsTo }) => dropEventsTo ?? 0)),
  };
}
