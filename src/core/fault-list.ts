/** The faults of one access: listed, published, and folded where the very same one is taken again. */
import { FAULTS_LISTED_MAX } from './config.js';
import type { Event } from './event.js';
import type { Machine } from './machine.js';
import type { AccessOutcome, Fault, RmpEntry } from './outcome.js';

export type Draft<T> = { -readonly [K in keyof T]: T[K] };
/** A fault while it is being answered. */
export type FaultDraft = Draft<Fault>;
type FaultEvent = Draft<Extract<Event, { type: 'fault' }>>;

export class FaultList {
  readonly listed: FaultDraft[] = [];
  private readonly machine: Machine;
  private readonly published: FaultEvent[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  get isEmpty(): boolean {
    return this.published.length === 0;
  }

  /** The fault raised last. */
  last(): FaultDraft {
    const last = this.published.at(-1);
    if (last === undefined) throw new Error('invariant broken: no fault was raised');
    return last.fault as FaultDraft;
  }

  /** Publishes a fault as it is raised; its answer is filled in afterwards. */
  raise(fault: FaultDraft): void {
    const event: FaultEvent = { seq: this.machine.nextSeq(), type: 'fault', fault, outcome: 'completed' };
    this.published.push(event);
    this.machine.emit(event);
    if (this.listed.length < FAULTS_LISTED_MAX) this.listed.push(fault);
  }

  /** Called when a fault is answered: where the one before was its equal, the two become one, in the answer and as an event. */
  settle(fault: FaultDraft): void {
    const last = this.published.at(-1);
    const previous = this.published.at(-2);
    if (last === undefined || previous === undefined || last.fault !== fault || !sameFault(previous.fault, fault)) return;
    this.machine.retract(last);
    this.published.pop();
    if (this.listed.at(-1) === fault) this.listed.pop();
    (previous.fault as FaultDraft).repeats += 1;
  }

  /** Takes the faults from `first` to `end` (exclusive) off the list; they stay published. */
  forget(first: number, end: number): void {
    this.listed.splice(first, end - first);
  }

  /** Every fault of an access says what the access came to. */
  close(outcome: AccessOutcome): void {
    for (const event of this.published) event.outcome = outcome;
  }
}

function sameFault(a: Fault, b: Fault): boolean {
  return (
    a.kind === b.kind &&
    a.space === b.space &&
    a.page === b.page &&
    a.offset === b.offset &&
    a.errorCode === b.errorCode &&
    a.level === b.level &&
    a.reason === b.reason &&
    a.decision === b.decision &&
    a.faultFlags === b.faultFlags &&
    a.action === b.action &&
    a.signal === b.signal &&
    a.dmesg.join('\n') === b.dmesg.join('\n') &&
    sameLookUp(a, b) &&
    sameEntry(a.rmp, b.rmp)
  );
}

function sameLookUp(a: Fault, b: Fault): boolean {
  if (a.lookedUp === null || b.lookedUp === null) return a.lookedUp === b.lookedUp;
  return a.lookedUp.pfn === b.lookedUp.pfn && a.lookedUp.assigned === b.lookedUp.assigned && a.lookedUp.level === b.lookedUp.level;
}

function sameEntry(a: RmpEntry | null, b: RmpEntry | null): boolean {
  if (a === null || b === null) return a === b;
  return (Object.keys(a) as (keyof RmpEntry)[]).every((key) => a[key] === b[key]);
}
