/** One subscription of a protocol session: a cursor, its credit, when a batch goes out, and what happens when it is too slow. */
import type { Clock } from '../service/clock.js';
import type { EventLog } from '../service/event-log.js';
import { fetchPath, type Gap, type LogCursor } from '../service/log-cursor.js';
import type { StreamLimits } from '../service/stream-limits.js';
import type { ServerMessage, SlowPolicy } from './messages.js';
import { CLOSE } from './messages.js';
import type { Outbox } from './outbox.js';
import type { Line } from './session.js';

export interface SubscriptionParts {
  readonly id: number;
  readonly vm: string | null;
  readonly cursor: LogCursor;
  readonly batch: { readonly max: number; readonly ms: number };
  /** Events that may be sent; Infinity where the client counts none. */
  readonly credit: number;
  readonly slow: SlowPolicy;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly line: Line;
}

export class Subscription {
  private credit: number;
  /** The next event waits for credit. */
  private starved = false;
  private caughtUpOnce = false;
  /** Since when it is held up, by the client and not by us; null: it is not. */
  private heldUpSince: number | null = null;
  /** Ends the wait for a batch to fill. */
  private cancelWait: (() => void) | null = null;
  private waitedEnough = false;

  constructor(private readonly parts: SubscriptionParts) {
    this.credit = parts.credit;
  }

  /** The last position that the client was told of. */
  get told(): number {
    return this.parts.cursor.told;
  }

  /** Events not looked at yet. */
  get lag(): number {
    return this.parts.cursor.lag;
  }

  grant(events: number): void {
    this.credit = Math.min(this.credit + events, Math.max(this.credit, this.parts.limits.creditMax));
    this.starved = false;
  }

  /** Adds frames; true: there is more that could go out now. */
  pump(outbox: Outbox): boolean {
    const { cursor, batch, log } = this.parts;
    if (!this.keepUp(outbox)) return false;
    while (!outbox.isFull) {
      if ((this.starved && !cursor.isOvertaken) || this.isFilling()) return false;
      const step = cursor.step(batch.max, this.credit);
      switch (step.kind) {
        case 'frames':
          outbox.addEvents(step.bytes, step.events);
          this.credit -= step.events;
          this.relieve();
          break;
        case 'hidden':
          return !this.isAtHead(outbox);
        case 'gap':
          if (this.parts.slow === 'close') return this.close(CLOSE.compacted, `events up to ${log.oldest - 1} are not kept any more`);
          this.say(outbox, this.gapMessage(step.gap));
          this.starved = false;
          break;
        case 'caught-up':
          return !this.isAtHead(outbox);
        case 'starved':
          this.starved = true;
          this.holdUp();
          return false;
      }
    }
    return !this.isAtHead(outbox);
  }

  /** The client takes nothing now. */
  holdUp(): void {
    this.heldUpSince ??= this.parts.clock.now();
  }

  mark(outbox: Outbox): void {
    this.say(outbox, { t: 'mark', id: this.parts.id, ...this.parts.cursor.mark(), head: this.parts.log.head });
  }

  /** Looks at the time, for one that nothing else wakes: it may have become slow meanwhile. */
  sweep(): void {
    const { slow, line } = this.parts;
    if (slow === 'wait' || !this.isSlow()) return;
    if (slow === 'close') this.closeSlow();
    else line.wake();
  }

  end(): void {
    this.cancelWait?.();
    this.cancelWait = null;
  }

  /** false: it was too slow and is closed. */
  private keepUp(outbox: Outbox): boolean {
    const { slow, cursor, log } = this.parts;
    if (!this.isSlow()) return true;
    switch (slow) {
      case 'wait':
        return true;
      case 'gap':
        if (cursor.isOvertaken) return true;
        this.say(outbox, this.gapMessage(cursor.skipTo(log.head, 'slow')));
        this.starved = false;
        this.heldUpSince = null;
        return true;
      case 'close':
        return this.closeSlow();
    }
  }

  private isSlow(): boolean {
    const { cursor, clock, limits } = this.parts;
    return cursor.lag > limits.slowLagEvents && this.heldUpSince !== null && clock.now() - this.heldUpSince >= limits.slowAfterMs;
  }

  /**
   * It was served. One that follows the head is held up until it is near it again, however often it takes a little; one that
   * still reads old events is far behind and not slow as long as it takes anything.
   */
  private relieve(): void {
    const { cursor, limits } = this.parts;
    if (!this.caughtUpOnce || cursor.lag <= limits.slowLagEvents) this.heldUpSince = null;
  }

  private closeSlow(): false {
    return this.close(CLOSE.stuck, `more than ${this.parts.limits.slowLagEvents} events behind`);
  }

  private close(code: number, reason: string): false {
    this.parts.line.close(code, reason);
    return false;
  }

  /** A batch that is not full yet has `ms` to become so. */
  private isFilling(): boolean {
    const { cursor, batch, clock, line } = this.parts;
    if (batch.ms === 0 || this.waitedEnough || cursor.lag === 0 || cursor.lag >= batch.max) return false;
    this.cancelWait ??= clock.after(batch.ms, () => {
      this.cancelWait = null;
      this.waitedEnough = true;
      line.wake();
    });
    return true;
  }

  /** The first time at the head, what the filter hid on the way is told at once: the client knows that it is up to date. */
  private isAtHead(outbox: Outbox): boolean {
    const { cursor } = this.parts;
    if (cursor.lag > 0) return false;
    this.end();
    this.waitedEnough = false;
    this.heldUpSince = null;
    if (!this.caughtUpOnce && cursor.told < cursor.position) this.mark(outbox);
    this.caughtUpOnce = true;
    return true;
  }

  private gapMessage(gap: Gap): ServerMessage {
    return { t: 'gap', id: this.parts.id, ...gap, fetch: fetchPath(this.parts.log, this.parts.vm, gap) };
  }

  private say(outbox: Outbox, message: ServerMessage): void {
    outbox.addText(JSON.stringify(message));
  }
}
