/**
 * Which events and from where, as the parameters of a URL say it: `vm`, `after`, `types`, `gpa`. The same for the HTTP routes
 * and for a WebSocket that needs no message.
 */
import type { EventType } from '../core/index.js';
import { type After, parseAfter } from './cursor.js';
import { ALL_TYPES, EVENT_TYPES, type EventFilter, eventFilter, isEventType, typeBit } from './event-index.js';
import type { EventLog } from './event-log.js';
import { isStreamRefusal, type StreamRefusal, streamRefusal } from './stream-refusal.js';

export interface StreamQuery {
  readonly vm?: string | undefined;
  readonly after?: string | undefined;
  /** Separated by commas. */
  readonly types?: string | undefined;
  /** First address and end, separated by a comma. */
  readonly gpa?: string | undefined;
}

/** What was asked for, in words of the log. */
export interface Wanted {
  readonly vm: string | null;
  readonly after: After | null;
  readonly filter: EventFilter;
}

export function wantedBy(log: EventLog, query: StreamQuery): Wanted | StreamRefusal {
  const after = query.after === undefined ? null : parseAfter(query.after);
  if (query.after !== undefined && after === null) return badAfter(log);
  const gpa = query.gpa?.split(',');
  if (gpa !== undefined && gpa.length !== 2) return badGpa();
  return wanted(log, { vm: query.vm ?? null, after, types: query.types?.split(',') ?? null, gpa: gpa ?? null });
}

export interface WantedFields {
  readonly vm: string | null;
  readonly after: After | null;
  readonly types: readonly string[] | null;
  readonly gpa: readonly (string | number)[] | null;
}

export function wanted(log: EventLog, { vm, after, types, gpa }: WantedFields): Wanted | StreamRefusal {
  const number = vm === null ? null : log.vmNumber(vm);
  if (number === undefined)
    return streamRefusal('unknown-vm', 'vm', `no VM has the id ${JSON.stringify(vm?.slice(0, 100))}`, 'GET /v1/vms lists them');
  const mask = types === null ? ALL_TYPES : typesMask(types);
  if (isStreamRefusal(mask)) return mask;
  const pages = gpa === null ? null : pageRange(gpa);
  return isStreamRefusal(pages) ? pages : { vm, after, filter: eventFilter(number, mask, pages) };
}

export function badAfter(log: EventLog): StreamRefusal {
  return streamRefusal(
    'invalid-field',
    'after',
    'it is no cursor',
    `give a cursor like ${log.cursor(log.head)}, or the seq of the VM that is named`,
  );
}

function typesMask(types: readonly string[]): number | StreamRefusal {
  const unknown = types.find((type) => !isEventType(type));
  if (unknown !== undefined || types.length === 0) {
    return streamRefusal(
      'invalid-field',
      'types',
      `${JSON.stringify(unknown?.slice(0, 100) ?? '')} is no type of event`,
      `the types are ${EVENT_TYPES.join(', ')}`,
    );
  }
  return types.reduce((mask, type) => mask | typeBit(type as EventType), 0);
}

/** Every page that the byte range [first, end) touches. */
function pageRange([first, end]: readonly (string | number)[]): EventFilter['pages'] | StreamRefusal {
  const from = addressOf(first);
  const to = addressOf(end);
  if (from === null || to === null || to <= from) return badGpa();
  return { from: Number(from / 4096n), end: Number((to + 4095n) / 4096n) };
}

function addressOf(value: string | number | undefined): bigint | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
  return value !== undefined && /^0x[0-9a-f]{1,13}$/.test(value) ? BigInt(value) : null;
}

function badGpa(): StreamRefusal {
  return streamRefusal(
    'invalid-field',
    'gpa',
    'it is no range of guest addresses',
    'give the first address and the end after it, as in 0x0,0x200000',
  );
}
