/**
 * The proof that nothing is missing, repeated or out of order: each frame begins where the one before ended, and what lies in a
 * frame fits into it. Without a filter every position has to be there; with a VM as the only filter every seq of it.
 */
import type { CoveringFrame, EventObject } from './frames.js';

export interface Filter {
  readonly vm: string | null;
  readonly types: readonly string[] | null;
  /** Whether events about other pages are hidden. */
  readonly pages: boolean;
}

export class StreamProof {
  private seq: number | null = null;

  constructor(
    private readonly filter: Filter,
    /** Everything up to this position is known; null: the first frame says where it begins. */
    public told: number | null,
  ) {}

  /** Another log: nothing is known of it. */
  forget(): void {
    this.told = null;
    this.seq = null;
  }

  /** null: the frame is right, and now counts; else what is wrong with it, and it does not count. */
  objection(frame: CoveringFrame): string | null {
    if (this.told !== null && frame.from !== this.told)
      return `${frame.t} begins at ${frame.from}, and what came before ended at ${this.told}`;
    switch (frame.t) {
      case 'subscribed':
        this.told = frame.from;
        return null;
      case 'events':
        return this.events(frame.from, frame.to, frame.events);
      case 'mark':
        return this.events(frame.from, frame.to, []);
      case 'gap': {
        const [first, last] = frame.lost;
        if (first !== frame.from + 1 || last < first) return `a gap from ${first} to ${last} does not follow ${frame.from}`;
        this.told = last;
        this.seq = null;
        return null;
      }
    }
  }

  private events(from: number, to: number, events: readonly EventObject[]): string | null {
    const { vm, types, pages } = this.filter;
    if (this.told === null) return 'events came before the subscription began';
    if (to < from) return `a frame goes back from ${from} to ${to}`;
    let position = from;
    let { seq } = this;
    for (const event of events) {
      if (event.position <= position || event.position > to) return `event ${event.position} is not in (${position}, ${to}]`;
      if ((vm !== null && event.vm !== vm) || types?.includes(event.type) === false) return `event ${event.position} was not asked for`;
      if (vm !== null && seq !== null && (types === null && !pages ? event.seq !== seq + 1 : event.seq <= seq))
        return `event ${event.seq} of ${vm} follows ${seq}`;
      ({ position, seq } = event);
    }
    if (vm === null && types === null && !pages && events.length !== to - from)
      return `${to - from - events.length} event(s) are missing in (${from}, ${to}]`;
    this.told = to;
    this.seq = seq;
    return null;
  }
}
