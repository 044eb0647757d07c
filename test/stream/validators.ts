/**
 * What a recorded stream has to keep: ordered, unique, gapless, atomic, bookmarkable, resumable. Nothing here knows the service:
 * it works on what a client received, alone or beside the events that a log is known to hold. Complaints are sentences.
 */

export interface EventObject {
  readonly vm: string;
  readonly seq: number;
  readonly position: number;
  readonly type: string;
  readonly operation: number;
}

export type Frame =
  | { readonly t: 'subscribed'; readonly id: number; readonly from: number; readonly head: number }
  | {
      readonly t: 'events';
      readonly id: number;
      readonly from: number;
      readonly to: number;
      readonly events: readonly EventObject[];
      readonly more: boolean;
    }
  | { readonly t: 'mark'; readonly id: number; readonly from: number; readonly to: number; readonly head: number }
  | { readonly t: 'gap'; readonly id: number; readonly from: number; readonly lost: readonly [number, number]; readonly why: string };

export interface Expected {
  /** Where the subscription was asked to begin: after this position. */
  readonly after?: number;
  /** All that the log holds. */
  readonly log?: readonly EventObject[];
  /** Which events are wanted; all where it is left out. */
  readonly wanted?: (event: EventObject) => boolean;
}

/** Complaints about the frames of one subscription, in the order received. */
export function complaintsAbout(frames: readonly Frame[], expected: Expected = {}): string[] {
  return new StreamReader(expected).read(frames);
}

class StreamReader {
  private readonly complaints: string[] = [];
  private told: number | null;
  private lastPosition = 0;
  private readonly seqs = new Map<string, number>();
  /** The operation that the frame before left open. */
  private open: string | null = null;
  private readonly closed = new Set<string>();

  constructor(private readonly expected: Expected) {
    this.told = expected.after ?? null;
  }

  read(frames: readonly Frame[]): string[] {
    for (const frame of frames) this.take(frame);
    return this.complaints;
  }

  private take(frame: Frame): void {
    if (this.told !== null && frame.from !== this.told)
      this.say(`${frame.t} begins at ${frame.from}, the frame before ended at ${this.told}`);
    switch (frame.t) {
      case 'subscribed':
        this.told = frame.from;
        return;
      case 'events':
        this.takeEvents(frame.events, frame.from, frame.to, frame.more);
        this.told = frame.to;
        return;
      case 'mark':
        this.takeEvents([], frame.from, frame.to, false);
        if (frame.to > frame.head) this.say(`mark at ${frame.to} is beyond the head ${frame.head}`);
        this.told = frame.to;
        return;
      case 'gap':
        this.takeGap(frame.from, frame.lost);
        this.told = frame.lost[1];
    }
  }

  private takeEvents(events: readonly EventObject[], from: number, to: number, more: boolean): void {
    if (to < from) this.say(`a frame goes back from ${from} to ${to}`);
    for (const event of events) this.takeEvent(event, from, to);
    this.checkCovered(events, from, to);
    this.checkAtomic(events, more);
  }

  private takeEvent(event: EventObject, from: number, to: number): void {
    const { position, vm, seq } = event;
    if (position <= this.lastPosition) this.say(`event ${position} comes after event ${this.lastPosition}`);
    if (position <= from || position > to) this.say(`event ${position} is not in (${from}, ${to}]`);
    const before = this.seqs.get(vm);
    if (before !== undefined && seq <= before) this.say(`seq ${seq} of ${vm} comes after ${before}`);
    if (this.expected.wanted?.(event) === false) this.say(`event ${position} was not asked for`);
    this.lastPosition = Math.max(position, this.lastPosition);
    this.seqs.set(vm, seq);
  }

  /** Without filter the positions themselves say whether one is missing; with one, the log does. */
  private checkCovered(events: readonly EventObject[], from: number, to: number): void {
    const { wanted, log } = this.expected;
    const here = new Set(events.map(({ position }) => position));
    if (wanted === undefined) {
      for (let position = from + 1; position <= to; position++) if (!here.has(position)) this.say(`event ${position} is missing`);
    }
    for (const event of log ?? []) {
      if (event.position > from && event.position <= to && wanted?.(event) !== false && !here.has(event.position)) {
        this.say(`event ${event.position} of the log is missing`);
      }
    }
  }

  private checkAtomic(events: readonly EventObject[], more: boolean): void {
    const operations = events.map(({ vm, operation }) => `${vm} ${operation}`);
    for (const operation of operations) {
      if (operation === this.open) continue;
      if (this.closed.has(operation)) this.say(`operation ${operation} goes on after the frame that ended it`);
    }
    if (this.open !== null && operations.length > 0 && operations[0] !== this.open) this.say(`operation ${this.open} was to go on`);
    const last = operations.at(-1) ?? null;
    for (const operation of operations) if (operation !== last || !more) this.closed.add(operation);
    if (last !== null) this.open = more ? last : null;
  }

  private takeGap(from: number, [first, last]: readonly [number, number]): void {
    if (first <= from) this.say(`a gap from ${from} claims to lose event ${first} again`);
    if (last < first) this.say(`a gap of nothing: ${first} to ${last}`);
    this.open = null;
    // What lies between the last word and the first position lost was looked at, and nothing of it was wanted.
    this.checkCovered([], from, first - 1);
  }

  private say(complaint: string): void {
    if (!this.complaints.includes(complaint)) this.complaints.push(complaint);
  }
}

/** Complaints about plain events, one message or line each, nothing left out since `after`. */
export function complaintsAboutEvents(events: readonly EventObject[], expected: Expected = {}): string[] {
  const to = Math.max(expected.after ?? 0, ...events.map(({ position }) => position));
  const from = expected.after ?? Math.min(to, ...events.map(({ position }) => position - 1));
  return complaintsAbout([{ t: 'events', id: 0, from, to, events, more: false }], expected);
}

/** Complaints where a stream that was cut and resumed differs from the uncut one. */
export function differences(uncut: readonly EventObject[], resumed: readonly EventObject[]): string[] {
  const complaints: string[] = [];
  for (let i = 0; i < Math.max(uncut.length, resumed.length); i++) {
    const left = JSON.stringify(uncut[i]);
    const right = JSON.stringify(resumed[i]);
    if (left !== right) complaints.push(`event ${i} is ${right ?? 'missing'} instead of ${left ?? 'none'}`);
  }
  return complaints;
}

export const eventsOf = (frames: readonly Frame[]): EventObject[] => frames.flatMap((frame) => (frame.t === 'events' ? frame.events : []));
