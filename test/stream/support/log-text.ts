/** Reading a log back in tests: its events as objects. */
import { ALL_TYPES, eventFilter, type EventFilter } from '../../../src/service/event-index.js';
import { EventLog, type EventLogOptions } from '../../../src/service/event-log.js';
import type { ReadRequest, Slice } from '../../../src/service/event-read.js';
import { eventJson } from '../../../src/service/wire.js';
import type { EventObject } from '../validators.js';

export function newLog(options: Partial<EventLogOptions> = {}): EventLog {
  return new EventLog({ epoch: 'e1', encode: eventJson, ...options });
}

export const EVERYTHING: EventFilter = eventFilter(null, ALL_TYPES, null);

export function sliceAfter(log: EventLog, after: number, request: Partial<ReadRequest> = {}): Slice {
  return log.read({
    after,
    upTo: log.head,
    filter: EVERYTHING,
    eventsMax: Number.POSITIVE_INFINITY,
    bytesMax: Number.POSITIVE_INFINITY,
    positionsMax: Number.POSITIVE_INFINITY,
    cut: 'event',
    ...request,
  });
}

export function objectsOf(slice: Slice): EventObject[] {
  return slice.events.map(({ source, start, end }) => JSON.parse(source.toString('utf8', start, end)) as EventObject);
}

export const everythingIn = (log: EventLog): EventObject[] => objectsOf(sliceAfter(log, log.oldest - 1));
