/**
 * The log as a stream of an HTTP answer: it makes the next piece when the piece before has gone to the socket, so a reader that
 * stops has a place in the log and nothing that waits for it.
 */
import { Readable } from 'node:stream';
import type { Clock } from '../service/clock.js';
import type { EventLog } from '../service/event-log.js';
import type { Follower, Following, Hub } from '../service/hub.js';
import { gapEvent, type LogCursor } from '../service/log-cursor.js';
import type { StreamLimits } from '../service/stream-limits.js';
import type { LineForm } from './event-forms.js';

export interface EventStreamParts {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly vm: string | null;
  readonly form: LineForm;
  readonly cursor: LogCursor;
  /** Events after which it ends. */
  readonly eventsMax: number;
  /** Where to end; null: it follows the log. */
  readonly end: number | null;
}

export class EventStream extends Readable implements Follower {
  private eventsLeft: number;
  /** The socket takes more. */
  private wanted = false;
  private refusedSince: number;
  private readonly following: Following;
  private cancelHeartbeat: () => void;

  constructor(private readonly parts: EventStreamParts) {
    super({ highWaterMark: parts.limits.unsentBytesMax });
    this.eventsLeft = parts.eventsMax;
    this.refusedSince = parts.clock.now();
    this.following = parts.hub.follow(this);
    this.cancelHeartbeat = this.heartbeatLater();
    if (parts.form.greeting !== null) this.give(parts.form.greeting);
  }

  override _read(): void {
    this.wanted = true;
    if (this.pump()) this.following.wake();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.following.end();
    this.cancelHeartbeat();
    done(error);
  }

  pump(): boolean {
    if (!this.wanted || this.destroyed) return false;
    const { cursor, limits, log, vm, form } = this.parts;
    if (this.isOver()) return this.finish();
    const step = cursor.step(limits.batchEventsMax, this.eventsLeft);
    switch (step.kind) {
      case 'frames':
        this.eventsLeft -= step.events;
        this.give(step.bytes);
        return false;
      case 'gap':
        this.give(form.line(gapEvent(log, vm, step.gap), step.gap.lost[1]));
        return false;
      case 'hidden':
        return true;
      case 'caught-up':
      case 'starved':
        return false;
    }
  }

  /** The service stops: what was given is an answer that is whole. */
  goAway(): void {
    this.finish();
  }

  private isOver(): boolean {
    const { end, cursor } = this.parts;
    return this.eventsLeft === 0 || (end !== null && cursor.position >= end);
  }

  private finish(): false {
    this.wanted = false;
    this.following.end();
    this.push(null);
    return false;
  }

  private give(piece: Buffer | string): void {
    this.wanted = false;
    this.refusedSince = this.parts.clock.now();
    this.push(piece);
  }

  private heartbeatLater(): () => void {
    const { clock, limits } = this.parts;
    return clock.after(limits.heartbeatMs, () => {
      if (this.wanted) this.heartbeat();
      else if (clock.now() - this.refusedSince >= limits.stuckAfterMs) this.destroy();
      if (!this.destroyed) this.cancelHeartbeat = this.heartbeatLater();
    });
  }

  private heartbeat(): void {
    const text = this.parts.form.heartbeat(this.parts.cursor.position);
    if (text !== null) this.give(text);
  }
}
