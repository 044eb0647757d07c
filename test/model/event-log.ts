/** The events of one operation, in order; a run of pages that changed alike is one event. */
import type { Event, EventBody } from '../../src/core/event.js';
import type { Memslot } from '../../src/core/config.js';
import type { AccessOutcome } from '../../src/core/outcome.js';
import { blockStart, REGION } from './layout.js';

export interface EventLog {
  readonly bodies: EventBody[];
  /** Runs do not grow over the border of a group (an entry of a request, a step of it). */
  group: string;
  lastGroup: string;
}

export function newLog(): EventLog {
  return { bodies: [], group: '', lastGroup: '' };
}

export function emit(log: EventLog, body: EventBody): void {
  const last = log.bodies.at(-1);
  const joined = last !== undefined && log.group !== '' && log.group === log.lastGroup ? join(last, body) : null;
  if (joined === null) log.bodies.push(body);
  else log.bodies[log.bodies.length - 1] = joined;
  log.lastGroup = log.group;
}

/** What happens to one memslot is no run with what happens to the next. */
export function inGroupOf(log: EventLog, slot: Memslot, act: () => void): void {
  const { group } = log;
  if (group !== '') log.group = `${group} of ${slot.gfn}`;
  act();
  log.group = group;
}

/** The two events as one, null where they are not neighbours of one 2M region that changed alike. */
function join(a: EventBody, b: EventBody): EventBody | null {
  if (a.type === 'rmp-updated' && b.type === 'rmp-updated') {
    if (a.pageSize !== 1 || !follows(a, b)) return null;
    const entryGfn = a.assigned ? a.entryGfn + a.pages : 0;
    const alike = sameFields(a, b, ['assigned', 'immutable', 'asid', 'pageSize']) && b.entryGfn === entryGfn;
    return alike ? { ...a, pages: a.pages + b.pages } : null;
  }
  if (a.type === 'mapping-removed' && b.type === 'mapping-removed') return joinRemoved(a, b);
  if (a.type === 'pvalidated' && b.type === 'pvalidated') {
    const alike = follows(a, b) && sameFields(a, b, ['validate', 'pageSize', 'carry']);
    return alike ? { ...a, pages: a.pages + b.pages } : null;
  }
  return null;
}

/** Pages that left the page table one after the other. */
function joinRemoved(a: Removed, b: Removed): EventBody | null {
  const alike = a.level === 1 && a.vpn + a.pages === b.vpn && sameFields(a, b, ['level', 'cause', 'leaf']);
  return alike && a.cause === 'conversion' && b.pages === 1 ? { ...a, pages: a.pages + b.pages } : null;
}

type Removed = Extract<EventBody, { type: 'mapping-removed' }>;

function follows(a: { readonly pfn: number; readonly pages: number }, b: { readonly pfn: number }): boolean {
  return a.pfn + a.pages === b.pfn && blockStart(a.pfn, REGION) === blockStart(b.pfn, REGION);
}

function sameFields<T extends object>(a: T, b: T, names: readonly (keyof T)[]): boolean {
  return names.every((name) => a[name] === b[name]);
}

/** The finished events: numbered, and every fault knows what the whole access came to. */
export function numbered(log: EventLog, lastSeq: number, outcome: AccessOutcome | null): Event[] {
  return log.bodies.map((body, i) => {
    const finished = body.type === 'fault' && outcome !== null ? { ...body, outcome } : body;
    return { ...finished, seq: lastSeq + 1 + i };
  });
}
