/** Frames that nobody can use any more: counted and told. */
import type { Event } from './event.js';
import type { Machine } from './machine.js';

export function emitLeaked(m: Machine, leaked: Omit<Extract<Event, { type: 'page-leaked' }>, 'seq' | 'type'>): void {
  m.counters.leakedPages += leaked.pages;
  m.emit({ seq: m.nextSeq(), type: 'page-leaked', ...leaked });
}
