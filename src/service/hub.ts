/**
 * Who follows the log, and when they are served.
 *
 * Publishing is the append and nothing else: it never waits, and no follower has a queue. A follower is a place in the log; once
 * a tick every one that can write is asked to go on from its place. What one of them frames, the next one with the same place
 * and filter takes as it is.
 */
import type { EventLog } from './event-log.js';
import type { ReadRequest, Slice } from './event-read.js';
import type { StreamLimits } from './stream-limits.js';

export interface Follower {
  /** Writes what it can without waiting, a bounded piece. true: there is more that could be written right now. */
  pump(): boolean;
  /** The service stops: end, with a last word where there is one. */
  goAway(): void;
}

export interface Following {
  /** Something changed for this follower besides the log: room in its socket, new credit. It hears of the log again. */
  wake(): void;
  /** It cannot write: it is not asked any more until it is woken. A thousand of these cost the others nothing. */
  sleep(): void;
  end(): void;
}

/** How events look on the wire. */
export interface Form {
  /** Equal for forms that give the same bytes. */
  readonly key: string;
  /** `told`: the position that the last frame ended at; before `slice.from` where the filter hid what lies between. */
  frame(slice: Slice, told: number): Buffer;
}

export interface Framed {
  readonly bytes: Buffer;
  readonly events: number;
  /** The position that these frames end at. */
  readonly to: number;
}

const NOTHING = Buffer.alloc(0);
/** What a kept entry costs besides its bytes. */
const ENTRY_BYTES = 256;

export interface HubOptions {
  readonly log: EventLog;
  readonly limits: Pick<StreamLimits, 'framesKeptBytes'>;
  /** Runs something after what is ready now; setImmediate unless a test says otherwise. */
  readonly soon?: (run: () => void) => void;
}

export class Hub {
  private readonly log: EventLog;
  private readonly framesKeptBytes: number;
  private readonly soon: (run: () => void) => void;
  private readonly followers = new Set<Follower>();
  /** Those of them that an append wakes. */
  private readonly listening = new Set<Follower>();
  private awake = new Set<Follower>();
  private roundIsDue = false;
  private readonly kept = new Map<string, Framed>();
  private keptBytes = 0;
  private readonly stopListening: () => void;

  constructor({ log, limits, soon }: HubOptions) {
    this.log = log;
    this.framesKeptBytes = limits.framesKeptBytes;
    this.soon = soon ?? ((run) => void setImmediate(run));
    this.stopListening = log.onAppend(() => {
      this.awake = this.listening;
      this.scheduleRound();
    });
  }

  follow(follower: Follower): Following {
    this.followers.add(follower);
    this.wake(follower);
    return {
      wake: () => {
        if (this.followers.has(follower)) this.wake(follower);
      },
      sleep: () => this.listening.delete(follower),
      end: () => {
        this.followers.delete(follower);
        this.listening.delete(follower);
        this.awake.delete(follower);
      },
    };
  }

  /** The frames for a place and a filter; from whoever asked first. */
  framed(form: Form, told: number, request: ReadRequest, bounded: boolean): Framed {
    const { after, filter, eventsMax } = request;
    const key = `${after} ${told} ${eventsMax} ${bounded ? request.upTo : ''} ${form.key} ${filter.key}`;
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const slice = this.log.read(request);
    const bytes = slice.events.length === 0 ? NOTHING : form.frame(slice, told);
    const framed = { bytes, events: slice.events.length, to: slice.to };
    this.keep(key, framed);
    return framed;
  }

  stats(): { readonly followers: number } {
    return { followers: this.followers.size };
  }

  /** Sends all followers away. */
  close(): void {
    this.stopListening();
    for (const follower of [...this.followers]) follower.goAway();
    this.followers.clear();
    this.listening.clear();
    this.awake = new Set();
    this.kept.clear();
  }

  private wake(follower: Follower): void {
    this.listening.add(follower);
    this.awake.add(follower);
    this.scheduleRound();
  }

  private scheduleRound(): void {
    if (this.roundIsDue) return;
    this.roundIsDue = true;
    this.soon(() => {
      this.round();
    });
  }

  /** Everyone awake gets one turn; who has more to write gets another one in the next round. */
  private round(): void {
    this.roundIsDue = false;
    // A copy where it is the listening themselves, who may fall asleep and wake meanwhile.
    const turn = this.awake === this.listening ? [...this.listening] : this.awake;
    this.awake = new Set();
    for (const follower of turn) if (this.followers.has(follower) && follower.pump()) this.wake(follower);
  }

  private keep(key: string, framed: Framed): void {
    this.keptBytes += framed.bytes.length + ENTRY_BYTES;
    if (this.keptBytes > this.framesKeptBytes) {
      this.kept.clear();
      this.keptBytes = framed.bytes.length + ENTRY_BYTES;
    }
    this.kept.set(key, framed);
  }
}
