/**
 * The journal on disk. Turns are recorded at once and committed in groups; what they made is published, and their answers go out, when their
 * group is kept.
 *
 * A commit that fails fences the service: the machines have run ahead of the store and what they ran ahead with was told to nobody, so they
 * are dropped and loaded again from the store. Until the disk takes something again, everything that would be recorded is refused.
 */
import { createHash } from 'node:crypto';
import { assert, type Delta, type Event, type Outcome, snapshotOf, takeDelta, trackDeltas } from '../core/index.js';
import type { Clock } from './clock.js';
import { commandText } from './command-text.js';
import type { EventLog } from './event-log.js';
import type { Journal, Turn } from './journal.js';
import type { Machines, Vm, VmLabels } from './machines.js';
import { Committer } from './store/committer.js';
import { planRetention, RETENTION_LIMITS } from './store/retention.js';
import type { JournalRecord, KeptAnswer, Store, StoredEvent, VmRow, VmSnapshot } from './store/store.js';
import { eventJson } from './wire.js';

/** Version of the machine's rules. Raised with every change that makes the same command come to something else. */
export const RULES_VERSION = 2;

/** Records of a VM after which it gets a snapshot: at most so many are replayed for it at a start. */
const SNAPSHOT_RECORDS = 1000;
/** Records of all VMs after which it is seen what may go. */
const RETENTION_RECORDS = 10_000;

/** How often a disk that failed is asked whether it takes anything again. */
const PROBE_MS = 1000;

export interface DurableJournalParts {
  readonly store: Store;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly machines: Machines;
  /** Replaces all machines and answers by those that the store knows. */
  reload(): void;
}

/** Events that are published when their record is kept. */
interface Unpublished {
  readonly vm: string;
  readonly events: readonly Event[];
  readonly stored: readonly StoredEvent[];
}

interface Waiting {
  readonly unpublished: readonly Unpublished[];
  readonly ticket: number;
}

export class DurableJournal implements Journal {
  failure: string | null = null;
  private readonly parts: DurableJournalParts;
  private readonly committer: Committer;
  private number: number;
  private position: number;
  private records: JournalRecord[] = [];
  private unpublished: Unpublished[] = [];
  /** Scopes of answers that the next batch drops. */
  private forgotten: string[] = [];
  private waiting: Waiting[] = [];
  /** Snapshots that the next batch keeps. */
  private snapshots: VmSnapshot[] = [];
  /** Records of each VM since its newest snapshot. */
  private readonly unsnapped = new Map<string, number>();
  /** The last record that each VM's newest snapshot covers. */
  private readonly covered = new Map<string, number>();
  private lastTicket = 0;
  private keptTicket = 0;

  constructor(parts: DurableJournalParts) {
    this.parts = parts;
    this.number = parts.store.head.record;
    this.position = parts.log.head;
    this.readCovered();
    this.committer = new Committer(parts.store, { onKept: (upTo) => this.publish(upTo), onFailed: (error) => this.fence(error) });
  }

  record(turn: Turn): void {
    this.number += 1;
    const record = recordOf(turn, this.number, this.position);
    this.stage(record);
    this.position += turn.events.length;
    this.unpublished.push({ vm: turn.vm.id, events: turn.events, stored: record.events });
    this.snapLater(turn);
  }

  keepAnswer(answer: KeptAnswer): void {
    const last = this.records.pop();
    if (last !== undefined) this.records.push({ ...last, answer });
    else this.stage(answerRecord((this.number += 1), answer));
  }

  forgetAnswers(scopes: readonly string[]): void {
    this.forgotten.push(...scopes);
  }

  settled(): Promise<void> | null {
    this.enqueue();
    return this.lastTicket === this.keptTicket ? null : this.committer.kept(this.lastTicket);
  }

  /** Records of one run of the event loop go to the store as one batch, and the answer of an idempotency key with its effect. */
  private stage(record: JournalRecord): void {
    if (this.records.length === 0) queueMicrotask(() => this.enqueue());
    this.records.push(record);
  }

  private enqueue(): void {
    if (this.records.length === 0 && this.snapshots.length === 0) return;
    const { records, unpublished, snapshots, forgotten } = this;
    this.records = [];
    this.unpublished = [];
    this.snapshots = [];
    this.forgotten = [];
    this.lastTicket = this.committer.enqueue({ records, snapshots, dropAnswers: forgotten });
    this.waiting.push({ unpublished, ticket: this.lastTicket });
  }

  /** Leaves a snapshot of each VM that moved, so that nothing is to be replayed at the next start. */
  async close(): Promise<void> {
    if (this.failure === null) {
      for (const vm of this.parts.machines.all()) if (this.unsnapped.has(vm.id)) this.snap(vm);
      await this.settled();
    }
    await this.parts.store.close();
  }

  // --- snapshots and retention -----------------------------------------------------------------------------------------------

  private snapLater({ vm, op, began }: Turn): void {
    if (op === 'delete') {
      this.unsnapped.delete(vm.id);
      this.covered.delete(vm.id);
    } else if (began !== null) {
      this.covered.set(vm.id, this.number);
    } else {
      const records = (this.unsnapped.get(vm.id) ?? 0) + 1;
      this.unsnapped.set(vm.id, records);
      if (records >= SNAPSHOT_RECORDS) this.snap(vm);
    }
    // After this turn, so that its record and an answer to remember stay together.
    if (this.number % RETENTION_RECORDS === 0) queueMicrotask(() => this.failure === null && this.drop());
  }

  private readCovered(): void {
    this.covered.clear();
    for (const { row, record } of this.parts.store.vms()) this.covered.set(row.id, record);
  }

  private snap(vm: Vm): void {
    this.snapshots.push({ row: rowOf(vm), snapshot: snapshotOf(vm.machine), record: this.number });
    this.unsnapped.delete(vm.id);
    this.covered.set(vm.id, this.number);
  }

  /** What is too old goes, and VMs whose snapshots hold it back get fresh ones. */
  private drop(): void {
    const { store, log, machines, clock } = this.parts;
    const { journal, events } = store.extents();
    const snapshots = [...this.covered].map(([vm, record]) => ({ vm, record }));
    const plan = planRetention({ head: store.head, events, records: journal, snapshots, nowMs: clock.now() }, RETENTION_LIMITS);
    for (const id of plan.snapshotsWanted) {
      const vm = machines.find(id);
      if (vm !== undefined) this.snap(vm);
    }
    this.enqueue();
    this.lastTicket = this.committer.enqueue({
      records: [],
      dropRecordsTo: plan.dropRecordsTo,
      dropEventsTo: Math.max(plan.dropEventsTo, log.oldest - 1),
    });
  }

  private publish(upTo: number): void {
    this.keptTicket = Math.max(this.keptTicket, upTo);
    const kept = this.waiting.filter(({ ticket }) => ticket <= upTo);
    this.waiting = this.waiting.slice(kept.length);
    for (const { unpublished } of kept) {
      for (const { vm, events, stored } of unpublished) {
        assert(
          stored.length === 0 || stored[0].position === this.parts.log.head + 1,
          'events are published at the positions in their text',
        );
        this.parts.log.appendEncoded(
          vm,
          events,
          stored.map(({ json }) => json),
        );
      }
    }
  }

  private fence(error: Error): void {
    if (this.failure !== null) return;
    this.failure = `the store does not take what is written to it: ${error.message}`;
    this.records = [];
    this.unpublished = [];
    this.snapshots = [];
    this.waiting = [];
    this.lastTicket = this.keptTicket;
    this.unsnapped.clear();
    this.readCovered();
    this.number = this.parts.store.head.record;
    this.position = this.parts.log.head;
    this.parts.reload();
    this.probeLater();
  }

  private probeLater(): void {
    this.parts.clock.after(PROBE_MS, () => {
      this.parts.store.probe().then(
        () => {
          this.committer.resume();
          this.failure = null;
        },
        () => this.probeLater(),
      );
    });
  }
}

function recordOf(turn: Turn, number: number, position: number): JournalRecord {
  const { vm, op, command, meta, events, began } = turn;
  const { id, machine } = vm;
  if (began !== null) trackDeltas(machine);
  return {
    number,
    rules: RULES_VERSION,
    vm: id,
    op,
    at: meta.at,
    requestId: meta.requestId,
    command: command === null ? null : commandText(command),
    created: began === null ? null : { row: rowOf(vm), snapshot: began },
    operationsBefore: turn.operationsBefore,
    check: checkOf(turn.outcome, events),
    delta: deltaOf(turn, machine),
    events: events.map((event, i): StoredEvent => {
      const at = position + 1 + i;
      return { position: at, seq: event.seq, type: event.type, json: eventJson(event, { ...meta, vm: id, position: at }) };
    }),
    answer: null,
  };
}

function rowOf({ id, number, createdAt, name, labels, ttlSeconds, memory }: Vm): VmRow {
  const description: VmLabels = { name, labels, ttlSeconds, memory };
  return { id, number, createdAt, description };
}

function answerRecord(number: number, answer: KeptAnswer): JournalRecord {
  return {
    number,
    rules: RULES_VERSION,
    vm: '',
    op: 'answer',
    at: new Date(answer.at).toISOString(),
    requestId: null,
    command: null,
    created: null,
    operationsBefore: 0,
    check: '',
    delta: null,
    events: [],
    answer,
  };
}

function deltaOf({ op, began }: Turn, machine: Parameters<typeof takeDelta>[0]): Delta | null {
  return began !== null || op === 'delete' ? null : takeDelta(machine, op === 'reset');
}

/** What a replay has to come to: SHA-256 over outcome and events. */
export function checkOf(outcome: Outcome | null, events: readonly Event[]): string {
  return createHash('sha256')
    .update(JSON.stringify([outcome, events], plain))
    .digest('hex');
}

/** Bytes as base64: JSON.stringify would write them as an object of numbers. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
