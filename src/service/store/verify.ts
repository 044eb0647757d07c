/** The first reading of a store: every checksum, and that records and positions follow each other without a gap. */
import { type Unit, unitsOf } from './checked-lines.js';
import { damagedAt, type Dropped, entryOf } from './contents.js';
import type { Extent } from './extents.js';
import type { TableReader } from './key-values.js';
import { operationOf, recordOf, recordsOf } from './record-form.js';
import { DAMAGE_HINT, Refused } from './store-refusal.js';

/** Number of the last record and position of the last event; 0: none yet. */
export interface Ends {
  readonly record: number;
  readonly position: number;
}

export interface Verified extends Ends {
  readonly journal: readonly Extent[];
  readonly events: readonly Extent[];
}

/** Throws Refused at the first thing that is not as it was written. */
export function verifyContents(table: TableReader, dropped: Dropped): Verified {
  const journal = verifyBlocks(table, JOURNAL, dropped.records);
  const events = verifyBlocks(table, EVENTS, dropped.events);
  const told = lastPositionIn(table);
  if (told > events.last) throw gap('event', events.last, told);
  for (const name of ['vms', 'snapshots', 'origins', 'answers'] as const)
    for (const [key, value] of table(name).range()) entryOf(value, `${name} ${key}`);
  return { record: journal.last, position: events.last, journal: journal.extents, events: events.extents };
}

/** How the blocks of a table count. */
interface Counted {
  readonly name: 'journal' | 'events';
  readonly what: string;
  /** Numbers that a unit takes. */
  numbers(unit: Unit): number;
  /** When it was made. */
  at(unit: Unit): string;
}

const JOURNAL: Counted = { name: 'journal', what: 'record', numbers: () => 1, at: (unit) => recordOf(unit).at };
const EVENTS: Counted = { name: 'events', what: 'event', numbers: ({ further }) => further, at: (unit) => operationOf(unit).at };

interface Blocks {
  /** Number of the last record or position of the last event, kept or dropped. */
  readonly last: number;
  readonly extents: readonly Extent[];
}

/** Each block has to begin where the one before ends. Units are not read as JSON: a start would take ten times as long. */
function verifyBlocks(table: TableReader, { name, what, numbers, at }: Counted, dropped: number): Blocks {
  const extents: Extent[] = [];
  let last: number | null = null;
  for (const [key, block] of table(name).range()) {
    const first = Number(key);
    if (last === null ? first > dropped + 1 : first !== last + 1) throw gap(what, last ?? dropped, first);
    let next = first;
    let latest: Unit | null = null;
    for (const unit of unitsOf(block)) {
      if (unit === null) throw damagedAt(`${what} ${next}`);
      next += numbers(unit);
      latest = unit;
    }
    if (latest === null) throw damagedAt(`${what} ${first}`);
    extents.push({ first, bytes: block.length, at: Date.parse(at(latest)) });
    last = next - 1;
  }
  return { last: Math.max(last ?? 0, dropped), extents };
}

/** Of the last record that has events, in the newest block. */
function lastPositionIn(table: TableReader): number {
  const [, block] = table('journal').floor(Infinity) ?? [];
  let last = 0;
  if (block !== undefined) for (const line of recordsOf(block)) if (line?.events != null) last = line.events.first + line.events.count - 1;
  return last;
}

function gap(what: string, before: number, after: number): Refused {
  return new Refused('damaged', `${what} ${before} is followed by ${what} ${after}`, DAMAGE_HINT);
}
