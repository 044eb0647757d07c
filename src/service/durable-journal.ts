/**
 * The journal on disk. Turns are recorded at once and committed in groups; what they made is published, and their answers go out, when their
 * group is kept.
 *
 * A commit that fails fences the service: the machines have run ahead of the store and what they ran ahead with was told to nobody, so they
 * are dropped and loaded again from the store. Until the disk takes something again, everything that would be recorded is refused.
 */
import { createHash } from 'node:crypto';
import { assert, type Event, snapshotOf, takeDelta, trackDeltas } from '../core/index.js';
import type { Clock } from './clock.js';
import { type Step, stepsText } from './command-text.js';
import type { EventLog } from './event-log.js';
import { Histogram } from './histogram.js';
import type { Journal, JournalStats, Turn } from './journal.js';
import type { Machines, Vm, VmLabels } from './machines.js';
import { Committer } from './store/committer.js';
import { planRetention, RETENTION_LIMITS } from './store/retention.js';
import type { JournalRecord, KeptAnswer, Store, StoredEvent, VmRow, VmSnapshot } from './store/store.js';
import { eventJson } from './wire.js';

/** Version of the machine's rules. Raised with every change that makes the same command come to something else. */
export const RULES_VERSION = 4;

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

/** Events of an operation, which are published when its record is kept. */
interface Unpublished {
  readonly vm: string;
  readonly events: readonly Event[];
  readonly stored: readonly StoredEvent[];
}

interface Waiting {
  /** When it was handed over, by the clock of `performance`. */
  readonly since: number;
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
  private readonly latency = new Histogram();
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

  /** Number of the last record, kept or not yet. */
  get recorded(): number {
    return this.number;
  }

  record(turn: Turn): void {
    this.recordTogether([turn]);
  }

  recordTogether(turns: readonly Turn[]): void {
    this.number += 1;
    const record = recordOf(turns, this.number, this.position);
    this.stage(record);
    this.position += record.events.length;
    let published = 0;
    for (const { vm, events } of turns) {
      this.unpublished.push({ vm: vm.id, events, stored: record.events.slice(published, (published += events.length)) });
    }
    this.snapLater(turns[0]);
  }

  replaced({ machine }: Vm): void {
    trackDeltas(machine);
  }

  keepAnswer(answer: KeptAnswer): void {
    const last = this.records.pop();
    if (last !== undefined) this.records.push({ ...last, answer });
    else this.stage(answerRecord((this.number += 1), answer));
  }

  forgetAnswers(scopes: readonly string[]): void {
    this.forgotten.push(...scopes);
  }

  stats(): JournalStats {
    return { latency: this.latency, waiting: this.waiting.length, record: this.number, diskBytes: this.parts.store.size() };
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
    this.waiting.push({ since: performance.now(), unpublished, ticket: this.lastTicket });
  }

  /** Leaves a snapshot of each VM that moved, so that nothing is to be replayed at the next start. */
  async close(): Promise<void> {
    try {
      if (this.failure === null) {
        for (const vm of this.parts.machines.all())
          if (this.unsnapped.has(vm.id) && this.parts.machines.heldUntil(vm.id) === null) this.snap(vm);
        await this.settled();
      }
    } finally {
      this.failure ??= 'the service has stopped';
      await this.parts.store.close();
    }
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
    if (this.number % RETENTION_RECORDS === 0) queueMicrotask(() => this.tidy());
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
  tidy(): void {
    if (this.failure !== null) return;
    const { store, log, machines, clock } = this.parts;
    const { journal, events } = store.extents();
    const snapshots = [...this.covered].map(([vm, record]) => ({ vm, record }));
    const plan = planRetention({ head: store.head, events, records: journal, snapshots, nowMs: clock.now() }, RETENTION_LIMITS);
    for (const id of plan.snapshotsWanted) {
      const vm = machines.find(id);
      // In a VM that is held there is what no record says yet.
      if (vm !== undefined && machines.heldUntil(id) === null) this.snap(vm);
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
    const now = performance.now();
    for (const { unpublished, since } of kept) {
      this.latency.note((now - since) / 1000);
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

function recordOf(turns: readonly Turn[], number: number, position: number): JournalRecord {
  const [{ vm, op, command, meta, began, operationsBefore }] = turns;
  const { id, machine } = vm;
  if (began !== null) trackDeltas(machine);
  return {
    number,
    rules: RULES_VERSION,
    vm: id,
    op: turns.length === 1 ? op : 'operations',
    at: meta.at,
    requestId: meta.requestId,
    command: command === null ? null : stepsText(turns.map(stepOf)),
    created: began === null ? null : { row: rowOf(vm), snapshot: began },
    operationsBefore,
    check: checkOf(turns),
    delta: began !== null || op === 'delete' ? null : takeDelta(machine, op === 'reset'),
    events: storedEvents(turns, position),
    answer: null,
  };
}

function stepOf({ command, operationsBefore }: Turn): Step {
  assert(command !== null, 'a VM comes into being alone');
  return { command, operationsBefore };
}

function storedEvents(turns: readonly Turn[], position: number): StoredEvent[] {
  const stored: StoredEvent[] = [];
  for (const { vm, events, meta } of turns) {
    for (const event of events) {
      const at = position + 1 + stored.length;
      stored.push({ position: at, seq: event.seq, type: event.type, json: eventJson(event, { ...meta, vm: vm.id, position: at }) });
    }
  }
  return stored;
}

function rowOf({ id, number, createdAt, name, labels, ttlSeconds, memory, origin }: Vm): VmRow {
  const description: VmLabels = { name, labels, ttlSeconds, memory, ...(origin === undefined ? {} : { origin }) };
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

/** What a replay has to come to: SHA-256 over outcomes and events. */
export function checkOf(turns: readonly Pick<Turn, 'outcome' | 'events'>[]): string {
  const hash = createHash('sha256');
  for (const { outcome, events } of turns) hash.update(JSON.stringify([outcome, events], plain));
  return hash.digest('hex');
}

/** Bytes as base64: JSON.stringify would write them as an object of numbers. */
function plain(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
