/**
 * The road from a turn to its being known. A turn is recorded the moment it was taken; its events are published and its answer is given once
 * the record is kept. Without a store that is at once.
 */
import type { Command, Event, OperationName, Outcome, Snapshot } from '../core/index.js';
import type { EventLog, OperationMeta } from './event-log.js';
import type { Histogram } from './histogram.js';
import type { Vm } from './machines.js';
import type { KeptAnswer } from './store/store.js';

/** One operation on one VM, carried out. */
export interface Turn {
  readonly vm: Vm;
  readonly op: OperationName;
  /** null: the VM came into being by this turn. */
  readonly command: Command | null;
  readonly outcome: Outcome | null;
  readonly events: readonly Event[];
  readonly meta: OperationMeta;
  /** The machine's operations before it. */
  readonly operationsBefore: number;
  /** State that the VM began with, where it came into being. */
  readonly began: Snapshot | null;
}

export interface JournalStats {
  /** From a batch of records to its being kept. */
  readonly latency: Histogram;
  /** Batches that are not kept yet. */
  readonly waiting: number;
  /** Number of the last record. */
  readonly record: number;
  readonly diskBytes: number;
}

export interface Journal {
  /** Never waits. Turns become known in the order of these calls. */
  record(turn: Turn): void;
  /** Turns of one VM, the newest one its last, kept whole or not at all. At least one. */
  recordTogether(turns: readonly Turn[]): void;
  /** The VM goes on as another machine, in the state that its last record left. */
  replaced(vm: Vm): void;
  /** Keeps an answer together with the turn recorded last in this run of the event loop, or alone. */
  keepAnswer(answer: KeptAnswer): void;
  /** These answers need no keeping any more. */
  forgetAnswers(scopes: readonly string[]): void;
  /** null: all that was recorded is kept. Else resolves when it is, and rejects where it never will be. */
  settled(): Promise<void> | null;
  /** Why nothing can be recorded at present; null as a rule. */
  readonly failure: string | null;
  /** What is too old goes from the disk, where something is kept there. */
  tidy(): void;
  /** Only where something is kept on disk. */
  stats?(): JournalStats;
  /** After this nothing is recorded; resolves when all is kept. */
  close(): Promise<void>;
}

/** Nothing on disk: every turn is known at once. */
export class MemoryJournal implements Journal {
  readonly failure = null;

  /** `note` hears of every turn. */
  constructor(
    private readonly log: EventLog,
    private readonly note: (turn: Turn) => void = () => undefined,
  ) {}

  record(turn: Turn): void {
    const { vm, events, meta } = turn;
    this.note(turn);
    if (events.length > 0) this.log.append(vm.id, meta, events);
  }

  recordTogether(turns: readonly Turn[]): void {
    for (const turn of turns) this.record(turn);
  }

  replaced(): void {
    // Nothing is known of a machine here.
  }

  keepAnswer(): void {
    // Answers live as long as the process, in the book of idempotency keys.
  }

  forgetAnswers(): void {
    // Likewise.
  }

  settled(): null {
    return null;
  }

  tidy(): void {
    // Nothing is on disk.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
