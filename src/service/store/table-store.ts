/** The store's meaning over its tables: commits become changes, tables become records, events, VMs and answers again. */
import { assert, type Snapshot } from '../../core/index.js';
import { BatchChanges, type KnownVm, type Writers } from './batch-changes.js';
import { BlockWriter } from './block-writer.js';
import { unitsOf } from './checked-lines.js';
import {
  type AnswerEntry,
  DROPPED_KEY,
  type Dropped,
  entryOf,
  metaEntry,
  type OriginEntry,
  type SnapshotEntry,
  STORE_KEY,
  type StoreIdentity,
  type VmEntry,
} from './contents.js';
import { Extents } from './extents.js';
import type { KeyValues } from './key-values.js';
import type { Recovery } from './open-contents.js';
import { operationsOf, type OperationEvents, type RecordLine, recordOf, recordsOf } from './record-form.js';
import type { AskedRecord, Batch, JournalRecord, KeptAnswer, Store, StoredEvent, StoredVm, StoreExtents, StoreHead } from './store.js';
import type { Ends, Verified } from './verify.js';

export class TableStore implements Store {
  private readonly vmsKnown = new Map<string, KnownVm>();
  readonly identity: StoreIdentity;
  private readonly journal = new Extents();
  private readonly events = new Extents();
  private ends: Ends;
  private dropped: Dropped;
  private dropping = true;
  private writers = newWriters();
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly keyValues: KeyValues,
    private readonly recovery: Recovery,
    { journal, events, ...ends }: Verified,
    private readonly afterClose: () => void,
  ) {
    this.ends = ends;
    for (const extent of journal) this.journal.add(extent);
    for (const extent of events) this.events.add(extent);
    const meta = keyValues.table('meta');
    const identity = metaEntry<StoreIdentity>(meta, STORE_KEY);
    assert(identity !== undefined, 'a store knows its version');
    this.identity = identity;
    this.dropped = metaEntry<Dropped>(meta, DROPPED_KEY) ?? { records: 0, events: 0 };
    for (const [number, value] of keyValues.table('vms').range()) {
      const entry = entryOf<VmEntry>(value, `VM ${number}`);
      this.vmsKnown.set(entry.row.id, entry);
    }
  }

  get head(): StoreHead {
    const { ends, dropped, identity, recovery } = this;
    const { recordsLost, recordsCutShort } = recovery;
    return { epoch: identity.epoch, ...ends, oldestPosition: dropped.events + 1, recordsLost, recordsCutShort };
  }

  /** One after the other: each continues the numbers of the one before. */
  commit(batch: Batch): Promise<void> {
    const turn = this.turn.then(() => this.commitNow(batch));
    this.turn = turn.catch(() => undefined);
    return turn;
  }

  private async commitNow(batch: Batch): Promise<void> {
    const { vmsKnown, dropped, ends, dropping, keyValues } = this;
    // New ones where a bug left something in them.
    if (this.writers.journal.length > 0 || this.writers.events.length > 0) this.writers = newWriters();
    const { writers } = this;
    const made = new BatchChanges({ vms: vmsKnown, dropped, ends, dropping, writers, table: (name) => keyValues.table(name) }, batch);
    await keyValues.commit(made.changes, { firstRecord: made.firstRecord, records: batch.records.length }, () => {
      this.ends = made.ends;
      this.dropped = made.dropped;
      this.dropping = made.dropping;
      for (const extent of made.journal) this.journal.add(extent);
      for (const extent of made.events) this.events.add(extent);
      this.journal.dropTo(made.dropped.records);
      this.events.dropTo(made.dropped.events);
      for (const [id, vm] of made.vms) {
        if (vm === null) this.vmsKnown.delete(id);
        else this.vmsKnown.set(id, vm);
      }
    });
  }

  *vms(): Iterable<StoredVm> {
    const snapshots = this.keyValues.table('snapshots');
    for (const [number, value] of this.keyValues.table('vms').range()) {
      const { row, deletedBy } = entryOf<VmEntry>(value, `VM ${number}`);
      const kept = snapshots.get(number);
      if (deletedBy !== null || kept === undefined) continue;
      const { record, snapshot } = entryOf<SnapshotEntry>(kept, `the snapshot of VM ${number}`);
      const origin = this.originOf(Number(number));
      const newest = snapshot ?? origin;
      if (newest !== null) yield { row, record, snapshot: newest, origin };
    }
  }

  private originOf(number: number): Snapshot | null {
    const value = this.keyValues.table('origins').get(number);
    return value === undefined ? null : entryOf<OriginEntry>(value, `the origin of VM ${number}`).snapshot;
  }

  *recordsAfter(number: number): Iterable<JournalRecord> {
    const after = Math.max(number, this.dropped.records);
    const answers = this.keyValues.table('answers');
    const events = new EventsInOrder(this.keyValues, this.dropped.events);
    for (const [first, block] of this.blocksFrom('journal', after + 1)) {
      for (const line of recordsOf(block)) {
        assert(line !== null, `record after ${first} was sound when the store was opened`);
        if (line.number <= after) continue;
        const value = line.answer === null ? undefined : answers.get(line.answer);
        const kept = value === undefined ? null : entryOf<AnswerEntry>(value, `the answer of record ${line.number}`);
        yield {
          ...line,
          created: this.createdBy(line),
          events: line.events === null ? [] : events.of(line.events.first, line.number),
          answer: kept?.record === line.number ? kept.answer : null,
        };
      }
    }
  }

  private createdBy({ number, created }: RecordLine): JournalRecord['created'] {
    if (created === null) return null;
    const snapshot = created.snapshot ?? this.originOf(created.row.number);
    assert(snapshot !== null, `record ${number} has what its VM began with`);
    return { row: created.row, snapshot };
  }

  *askedOf(vm: string): Iterable<AskedRecord | null> {
    const mark = `"vm":${JSON.stringify(vm)}`;
    for (const [first, block] of this.blocksFrom('journal', this.dropped.records + 1)) {
      for (const unit of block.includes(mark) ? unitsOf(block) : []) {
        assert(unit !== null, `record after ${first} was sound when the store was opened`);
        const line = recordOf(unit);
        if (line.vm === vm && line.number > this.dropped.records) yield { number: line.number, rules: line.rules, command: line.command };
      }
      yield null;
    }
  }

  *eventsAfter(position: number): Iterable<StoredEvent & { readonly vm: string; readonly record: number }> {
    const after = Math.max(position, this.dropped.events);
    for (const [, block] of this.blocksFrom('events', after + 1)) {
      for (const operation of operationsOf(block)) {
        assert(operation !== null, 'events were sound when the store was opened');
        const { vm, record, events } = operation;
        for (const event of events) if (event.position > after) yield { ...event, vm, record };
      }
    }
  }

  *answers(): Iterable<KeptAnswer> {
    for (const [key, value] of this.keyValues.table('answers').range()) yield entryOf<AnswerEntry>(value, `answer ${key}`).answer;
  }

  extents(): StoreExtents {
    return { journal: this.journal.list, events: this.events.list };
  }

  size(): number {
    return this.keyValues.bytes;
  }

  probe(): Promise<void> {
    return this.keyValues.probe({ firstRecord: this.ends.record + 1, records: 0 });
  }

  async close(): Promise<void> {
    await this.turn;
    try {
      await this.keyValues.close();
    } finally {
      this.afterClose();
    }
  }

  /** From the block that has the number on. */
  private *blocksFrom(name: 'journal' | 'events', number: number): Iterable<readonly [number, Buffer]> {
    const table = this.keyValues.table(name);
    const start = table.floor(number)?.[0] ?? number;
    for (const [key, block] of table.range(start)) yield [Number(key), block];
  }
}

const newWriters = (): Writers => ({ journal: new BlockWriter(), events: new BlockWriter() });

/** Events of one record after the other; each block is read once. */
class EventsInOrder {
  private block = -1;
  private operations = new Map<number, OperationEvents>();

  constructor(
    private readonly keyValues: KeyValues,
    private readonly dropped: number,
  ) {}

  of(first: number, record: number): readonly StoredEvent[] {
    const found = this.keyValues.table('events').floor(first);
    if (found === undefined) return [];
    const [key, block] = found;
    if (key !== this.block) {
      this.block = Number(key);
      this.operations = new Map();
      for (const operation of operationsOf(block)) if (operation !== null) this.operations.set(operation.record, operation);
    }
    return (this.operations.get(record)?.events ?? []).filter(({ position }) => position > this.dropped);
  }
}
