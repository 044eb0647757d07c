/** A batch as changes of the tables. Pure: what is known goes in, the changes and what is known afterwards come out. */
import { assert } from '../../core/index.js';
import type { BlockWriter } from './block-writer.js';
import {
  type AnswerEntry,
  answerKey,
  DROPPED_KEY,
  type Dropped,
  type OriginEntry,
  put,
  type SnapshotEntry,
  type VmEntry,
} from './contents.js';
import type { Extent } from './extents.js';
import type { Change, Key, TableReader } from './key-values.js';
import { hasOrigin, writeEvents, writeRecord } from './record-form.js';
import type { Batch, JournalRecord, VmSnapshot } from './store.js';
import type { Ends } from './verify.js';

/** A block that is longer than this is closed: LMDB needs a run of free pages for each. */
const BLOCK_BYTES = 16_384;
/** Blocks of a table that one commit removes; the next ones go on. */
const DROP_BLOCKS_MAX = 256;

export type KnownVm = VmEntry;

export interface Known {
  readonly vms: ReadonlyMap<string, KnownVm>;
  readonly dropped: Dropped;
  readonly ends: Ends;
  /** More blocks may be removed than the last commit did. */
  readonly dropping: boolean;
  readonly table: TableReader;
  /** Empty, to be used again. */
  readonly writers: Writers;
}

export interface Writers {
  readonly journal: BlockWriter;
  readonly events: BlockWriter;
}

export class BatchChanges {
  readonly changes: Change[] = [];
  /** Of the new blocks. */
  readonly journal: Extent[] = [];
  readonly events: Extent[] = [];
  readonly firstRecord: number;
  readonly ends: Ends;
  readonly dropped: Dropped;
  readonly dropping: boolean;
  /** null: gone with its records. */
  readonly vms = new Map<string, KnownVm | null>();

  constructor(
    private readonly known: Known,
    batch: Batch,
  ) {
    const { ends, dropped } = known;
    this.firstRecord = ends.record + 1;
    this.ends = this.records(batch.records);
    for (const snapshot of batch.snapshots ?? []) this.snapshot(snapshot);
    for (const scope of batch.dropAnswers ?? []) this.changes.push({ table: 'answers', key: answerKey(scope), value: null });
    this.dropped = {
      records: Math.max(dropped.records, Math.min(batch.dropRecordsTo ?? 0, this.ends.record)),
      events: Math.max(dropped.events, Math.min(batch.dropEventsTo ?? 0, this.ends.position)),
    };
    this.dropping = this.drop();
  }

  private records(records: readonly JournalRecord[]): Ends {
    let { record, position } = this.known.ends;
    const journal = new Blocks('journal', this.changes, this.journal, this.known.writers.journal);
    const events = new Blocks('events', this.changes, this.events, this.known.writers.events);
    for (const each of records) {
      if (each.number !== record + 1) throw notInOrder('record', record, each.number);
      record++;
      const key = this.answer(each);
      writeRecord(journal.begin(record, each.at), each, key);
      const [first] = each.events;
      if (first !== undefined) {
        if (first.position !== position + 1) throw notInOrder('position', position, first.position);
        writeEvents(events.begin(first.position, each.at), each);
        position += each.events.length;
      }
      this.vm(each);
    }
    journal.close();
    events.close();
    return { record, position };
  }

  private answer({ number, answer }: JournalRecord): string | null {
    if (answer === null) return null;
    const key = answerKey(answer.scope);
    this.changes.push(put('answers', key, { record: number, answer } satisfies AnswerEntry));
    return key;
  }

  private vm({ number, vm, op, created }: JournalRecord): void {
    if (created !== null) {
      this.keepVm({ row: created.row, deletedBy: null });
      const { row, snapshot } = created;
      const apart = hasOrigin(op);
      if (apart) this.changes.push(put('origins', row.number, { snapshot } satisfies OriginEntry));
      this.changes.push(put('snapshots', row.number, { record: number, snapshot: apart ? null : snapshot } satisfies SnapshotEntry));
    }
    const known = this.find(vm);
    if (op === 'delete' && known !== null) this.keepVm({ row: known.row, deletedBy: number });
  }

  private snapshot({ row, snapshot, record }: VmSnapshot): void {
    assert(record <= this.ends.record, 'a snapshot covers records that are kept with it or before it');
    const known = this.find(row.id);
    if (known === null || known.deletedBy !== null) return;
    this.keepVm({ row, deletedBy: null });
    this.changes.push(put('snapshots', row.number, { record, snapshot } satisfies SnapshotEntry));
  }

  private keepVm(entry: VmEntry): void {
    this.vms.set(entry.row.id, entry);
    this.changes.push(put('vms', entry.row.number, entry));
  }

  private find(id: string): KnownVm | null {
    const changed = this.vms.get(id);
    return changed === undefined ? (this.known.vms.get(id) ?? null) : changed;
  }

  /** Whether there is more to remove. */
  private drop(): boolean {
    const { dropped, known } = this;
    const more = dropped.records !== known.dropped.records || dropped.events !== known.dropped.events;
    if (more) this.changes.push(put('meta', DROPPED_KEY, dropped));
    if (dropped.records !== known.dropped.records) this.dropVms();
    if (!more && !known.dropping) return false;
    const journal = this.dropBlocks('journal', dropped.records, known.ends.record);
    return this.dropBlocks('events', dropped.events, known.ends.position) || journal;
  }

  private dropVms(): void {
    for (const [id, { row, deletedBy }] of this.known.vms) {
      if (deletedBy === null || deletedBy > this.dropped.records) continue;
      this.vms.set(id, null);
      for (const table of ['vms', 'snapshots', 'origins'] as const) this.changes.push({ table, key: row.number, value: null });
    }
  }

  /** Blocks all of whose numbers are at or below the limit: the next block begins at or below the one after it. */
  private dropBlocks(table: 'journal' | 'events', to: number, end: number): boolean {
    let before: Key | undefined;
    let removed = 0;
    for (const key of this.known.table(table).keys()) {
      if (before !== undefined) {
        if (Number(key) > to + 1) return false;
        if (removed === DROP_BLOCKS_MAX) return true;
        this.changes.push({ table, key: before, value: null });
        removed++;
      }
      before = key;
    }
    if (before !== undefined && end <= to) this.changes.push({ table, key: before, value: null });
    return false;
  }
}

const notInOrder = (what: string, before: number, after: number): Error =>
  new Error(`invariant broken: ${what} ${after} follows ${what} ${before}`);

/** Units in a row under the number of the first. */
class Blocks {
  private first = 0;
  private at = '';

  constructor(
    private readonly table: 'journal' | 'events',
    private readonly changes: Change[],
    private readonly extents: Extent[],
    private readonly writer: BlockWriter,
  ) {}

  /** Where to write the next unit. */
  begin(number: number, at: string): BlockWriter {
    if (this.writer.length > BLOCK_BYTES) this.close();
    if (this.writer.length === 0) this.first = number;
    this.at = at;
    return this.writer;
  }

  close(): void {
    if (this.writer.length === 0) return;
    const { table, first, at } = this;
    const value = this.writer.take();
    this.changes.push({ table, key: first, value });
    this.extents.push({ first, bytes: value.length, at: Date.parse(at) });
  }
}
