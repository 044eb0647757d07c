/**
 * Records and events as text. A commit makes one block of records, kept under the number of the first, and one block of events, kept
 * under the first position. A unit of an events block is one operation's: a line that says whose, then a line for each event.
 */
import { assert, type Snapshot } from '../../core/index.js';
import type { BlockWriter } from './block-writer.js';
import { type Unit, unitsOf } from './checked-lines.js';
import type { JournalRecord, StoredEvent, VmRow } from './store.js';

/** What the journal has of a record: its events and its answer are kept elsewhere, for other lengths of time. */
export interface RecordLine extends Omit<JournalRecord, 'events' | 'answer' | 'created'> {
  /** The snapshot of a VM with an origin stands there, and null here. */
  readonly created: { readonly row: VmRow; readonly snapshot: Snapshot | null } | null;
  readonly events: { readonly first: number; readonly count: number } | null;
  readonly answer: string | null;
}

interface EventsHead {
  readonly vm: string;
  readonly record: number;
  readonly at: string;
  readonly first: number;
  readonly seqs: readonly number[];
  readonly types: readonly string[];
}

export interface OperationEvents {
  readonly vm: string;
  readonly record: number;
  readonly at: string;
  readonly events: readonly StoredEvent[];
}

/** Whether the VM that comes into being by it begins with the state of another one, which may be large and is kept once. */
export const hasOrigin = (op: JournalRecord['op']): boolean => op === 'fork' || op === 'import';

export function writeRecord(block: BlockWriter, record: JournalRecord, answerKey: string | null): void {
  const { events, op, created } = record;
  const [first] = events;
  const line: RecordLine = {
    ...record,
    created: created === null ? null : { row: created.row, snapshot: hasOrigin(op) ? null : created.snapshot },
    events: first === undefined ? null : { first: first.position, count: events.length },
    answer: answerKey,
  };
  block.add(JSON.stringify(line));
}

export function writeEvents(block: BlockWriter, { vm, number, at, events }: JournalRecord): void {
  const first = events[0]?.position ?? 0;
  const seqs: number[] = [];
  const types: string[] = [];
  const jsons: string[] = [];
  for (const { position, seq, type, json } of events) {
    assert(position === first + seqs.length, 'positions of an operation follow each other');
    assert(!json.includes('\n'), 'an event is one line');
    seqs.push(seq);
    types.push(type);
    jsons.push(json);
  }
  const head: EventsHead = { vm, record: number, at, first, seqs, types };
  block.add(JSON.stringify(head), jsons);
}

/** null in place of a record that does not match its checksum. */
export function* recordsOf(block: Buffer): Iterable<RecordLine | null> {
  for (const unit of unitsOf(block)) yield unit === null ? null : recordOf(unit);
}

export function* operationsOf(block: Buffer): Iterable<OperationEvents | null> {
  for (const unit of unitsOf(block)) yield unit === null ? null : operationOf(unit);
}

export const recordOf = (unit: Unit): RecordLine => JSON.parse(unit.lines()[0] ?? '') as RecordLine;

export function operationOf(unit: Unit): OperationEvents {
  const [line = '', ...jsons] = unit.lines();
  const { vm, record, at, first, seqs, types } = JSON.parse(line) as EventsHead;
  return { vm, record, at, events: jsons.map((json, i) => ({ position: first + i, seq: seqs[i] ?? 0, type: types[i] ?? '', json })) };
}
