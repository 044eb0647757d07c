/**
 * The log, live, as an async iterator. It proves by itself that nothing is missing, comes back after a cut to where it was, and
 * gives every event once and in order, whatever lies between it and the service.
 */
import { EpochChanged, RampartProblem, RampartUnreachable, StreamBroken, StreamGap, StreamRefused } from './errors.js';
import { type CoveringFrame, type EventObject, type EventType, type Frame, SUBPROTOCOL } from './frames.js';
import { type Admission, type Connect, Line } from './line.js';
import { StreamProof } from './proof.js';
import { jitteredMs, type RetryPolicy, wait } from './waiting.js';

export type StreamState =
  | { readonly state: 'connecting'; readonly failures: number }
  | { readonly state: 'live'; readonly cursor: string }
  | { readonly state: 'waiting'; readonly ms: number; readonly why: string };

export interface StreamOptions {
  /** Of one VM; of all where it is left out. */
  readonly vm?: string;
  /** A cursor, exclusive, `oldest` or `head` (the default), or, of one VM, a seq. */
  readonly after?: string | number;
  readonly types?: readonly EventType[];
  /** First guest address and end. */
  readonly gpa?: readonly [string | number, string | number];
  /** How many events may be under way: the service sends no more before the caller has taken some. */
  readonly credit?: number;
  readonly signal?: AbortSignal;
  /** Called for events that are not kept any more; left out: the iterator throws. */
  readonly onGap?: (gap: StreamGap) => void;
  /** Called where the service begins a new log, which is then read from its beginning; left out: the iterator throws. */
  readonly onEpoch?: (change: EpochChanged) => void;
  readonly onState?: (state: StreamState) => void;
}

export interface StreamParts {
  readonly url: string;
  readonly admission: Admission;
  readonly connect: Connect;
  readonly retry: RetryPolicy;
  /** Throws what the service says to an ordinary request: where a socket cannot be opened, nobody says why. */
  probe(signal: AbortSignal | undefined): Promise<unknown>;
}

const CREDIT_DEFAULT = 4096;
/** Contradictions in a row, without a good frame between them. */
const LIES_MAX = 5;
/** Connections in a row that fail before the first one has succeeded. */
const FIRST_FAILURES_MAX = 3;

/** What arrived contradicts itself. */
class Lie extends Error {}

export class EventStream implements AsyncIterable<EventObject> {
  private readonly proof: StreamProof;
  private epoch: string | null;
  private handedOut: number | null = null;
  private newestTold: number | null = null;
  private failures = 0;
  private lies = 0;
  private wasLive = false;
  private begun = false;

  constructor(
    private readonly parts: StreamParts,
    private readonly options: StreamOptions,
  ) {
    const [, epoch, position] = /^(.+)\.([0-9]+)$/.exec(String(options.after)) ?? [];
    const told = position === undefined ? null : Number(position);
    this.epoch = epoch ?? null;
    this.proof = new StreamProof({ vm: options.vm ?? null, types: options.types ?? null, pages: options.gpa !== undefined }, told);
  }

  /** Everything up to here was handed out: begin another stream `after` it. null before the first frame. */
  get cursor(): string | null {
    return this.epoch === null || this.handedOut === null ? null : `${this.epoch}.${this.handedOut}`;
  }

  /** Position of the newest event that the service has told of, handed out or not. null before the first frame. */
  get head(): number | null {
    return this.newestTold;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<EventObject, void, undefined> {
    if (this.begun) throw new Error('a stream is read once: begin another one after its cursor');
    this.begun = true;
    const { signal } = this.options;
    for (;;) {
      signal?.throwIfAborted();
      let pause: readonly [number, number] | null = null;
      let why = 'the connection was closed';
      try {
        this.say({ state: 'connecting', failures: this.failures });
        const line = new Line(await this.parts.connect(this.streamUrl(), SUBPROTOCOL, this.parts.admission), signal);
        for await (const frame of line.frames()) {
          if (frame.t === 'goaway') pause = frame.retryMs;
          else if (frame.t === 'hello') this.greet(frame, line);
          else if (frame.t === 'epoch') this.changeEpoch(new EpochChanged(frame.old, frame.new, frame.why), line);
          else if (frame.t === 'error') this.fail(frame);
          else yield* this.take(frame, line);
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (isFinal(error)) throw error;
        why = error instanceof Error ? error.message : String(error);
        if (error instanceof Lie && ++this.lies >= LIES_MAX) throw new StreamBroken(why);
        if (!(error instanceof Lie)) await this.connectionFailed(why);
      }
      await this.pause(pause, why);
    }
  }

  /** In front of the next connection: in the time that the service has named, or longer each time. */
  private async pause(named: readonly [number, number] | null, why: string): Promise<void> {
    const ms = named === null ? jitteredMs(this.parts.retry, this.failures) : named[0] + Math.random() * (named[1] - named[0]);
    this.failures++;
    this.say({ state: 'waiting', ms, why });
    await wait(ms, this.options.signal);
  }

  private streamUrl(): string {
    return `${this.parts.url.replace(/^http/, 'ws')}/v1/stream`;
  }

  private greet({ epoch, head, limits }: Frame & { t: 'hello' }, line: Line): void {
    this.wasLive = true;
    this.newestTold = head;
    const { told } = this.proof;
    const after = told === null ? (this.options.after ?? 'head') : `${this.epoch}.${told}`;
    this.epoch ??= epoch;
    this.subscribe(line, after, Math.min(this.options.credit ?? CREDIT_DEFAULT, limits.creditMax));
  }

  private subscribe(line: Line, after: string | number, credit: number): void {
    const { vm, types, gpa } = this.options;
    line.send({
      t: 'subscribe',
      id: 1,
      vm: vm ?? null,
      after,
      credit,
      ...(types === undefined ? {} : { types }),
      ...(gpa === undefined ? {} : { gpa }),
    });
  }

  /** The service refuses the cursor after this frame: the subscription begins anew. */
  private changeEpoch(change: EpochChanged, line: Line): void {
    if (this.options.onEpoch === undefined) throw change;
    this.options.onEpoch(change);
    this.epoch = change.now;
    this.handedOut = null;
    this.proof.forget();
    this.subscribe(line, 'oldest', this.options.credit ?? CREDIT_DEFAULT);
  }

  private fail({ code, detail, hint }: Frame & { t: 'error' }): void {
    // Said after the `epoch` frame, which has been dealt with.
    if (code === 'epoch-mismatch' && this.proof.told === null) return;
    throw new StreamRefused(code, detail, hint ?? '');
  }

  private *take(frame: CoveringFrame, line: Line): Generator<EventObject, void, undefined> {
    const before = this.proof.told;
    const objection = this.proof.objection(frame);
    if (objection !== null) throw new Lie(objection);
    const { told } = this.proof;
    if (frame.t === 'subscribed' || frame.t === 'mark') this.newestTold = frame.head;
    else if (told !== null && told > (this.newestTold ?? 0)) this.newestTold = told;
    if (frame.t === 'subscribed') this.say({ state: 'live', cursor: `${this.epoch}.${frame.from}` });
    if (told !== before) this.lies = 0;
    this.failures = 0;
    if (frame.t === 'gap') this.meetGap(new StreamGap(frame.lost, frame.why));
    if (frame.t === 'events') {
      for (const event of frame.events) {
        this.handedOut = event.position;
        yield event;
      }
      if (frame.events.length > 0) line.send({ t: 'credit', id: 1, n: frame.events.length });
    }
    this.handedOut = told;
  }

  private meetGap(gap: StreamGap): void {
    if (this.options.onGap === undefined) throw gap;
    this.options.onGap(gap);
  }

  /** A refusal is final; a service that was never there is, too, after some attempts. */
  private async connectionFailed(why: string): Promise<void> {
    if (this.wasLive) return;
    await this.parts.probe(this.options.signal);
    if (this.failures + 1 >= FIRST_FAILURES_MAX) throw new RampartUnreachable(this.parts.url, why);
  }

  private say(state: StreamState): void {
    this.options.onState?.(state);
  }
}

/** What another connection would not change. */
function isFinal(error: unknown): boolean {
  return [EpochChanged, RampartProblem, StreamBroken, StreamGap, StreamRefused].some((kind) => error instanceof kind);
}
