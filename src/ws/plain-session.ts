/** A stream that needs no message: what is wanted stands in the URL, one event object per text message comes back. */
import { positionOf } from '../service/cursor.js';
import type { EventLog } from '../service/event-log.js';
import type { Hub } from '../service/hub.js';
import { gapEvent, LogCursor } from '../service/log-cursor.js';
import type { StreamLimits } from '../service/stream-limits.js';
import type { Wanted } from '../service/stream-query.js';
import { isStreamRefusal, type StreamRefusal } from '../service/stream-refusal.js';
import { messagePerEvent } from './forms.js';
import { type BadMessage, CLOSE } from './messages.js';
import type { Outbox } from './outbox.js';
import type { Line, Session } from './session.js';

export interface SessionParts {
  readonly log: EventLog;
  readonly hub: Hub;
  readonly limits: StreamLimits;
  /** Subscriptions of all connections. */
  subscriptionsOpen(): number;
}

export class PlainSession implements Session {
  readonly subscriptions = 1;
  private readonly start: LogCursor | StreamRefusal;

  constructor(
    private readonly line: Line,
    private readonly parts: SessionParts,
    private readonly wanted: Wanted,
  ) {
    const { log, hub, limits } = parts;
    const position = positionOf(log, wanted.after ?? { kind: 'head' }, wanted.vm);
    this.start = isStreamRefusal(position)
      ? position
      : new LogCursor({ log, hub, limits, filter: wanted.filter, form: messagePerEvent, position, cut: 'event' });
  }

  get lag(): number {
    return isStreamRefusal(this.start) ? 0 : this.start.lag;
  }

  receive(): void {
    this.line.close(CLOSE.badFrame, 'this stream takes no messages; ask for the subprotocol rampart.v1.json');
  }

  refuseMessage({ detail }: BadMessage, code: number): void {
    this.line.close(code, detail);
  }

  pump(outbox: Outbox): boolean {
    const { start: cursor } = this;
    if (isStreamRefusal(cursor)) {
      this.line.close(closeCode(cursor), cursor.detail);
      return false;
    }
    const { log, limits } = this.parts;
    while (!outbox.isFull) {
      const step = cursor.step(limits.batchEventsMax, limits.batchEventsMax);
      switch (step.kind) {
        case 'frames':
          outbox.addEvents(step.bytes, step.events);
          break;
        case 'gap':
          outbox.addText(gapEvent(log, this.wanted.vm, step.gap));
          break;
        case 'hidden':
          return cursor.lag > 0;
        case 'caught-up':
        case 'starved':
          return false;
      }
    }
    return cursor.lag > 0;
  }

  holdUp(): void {
    // It waits, however far behind.
  }

  heartbeat(): void {
    // Nothing but events goes over this stream; the ping under it keeps it alive.
  }

  sweep(): void {
    // Nobody has to go for being slow.
  }

  farewell(): string {
    const { log } = this.parts;
    return `resume ${log.cursor(isStreamRefusal(this.start) ? log.head : this.start.position)}`;
  }

  end(): void {
    // It holds nothing.
  }
}

function closeCode({ code }: StreamRefusal): number {
  switch (code) {
    case 'compacted':
      return CLOSE.compacted;
    case 'cursor-future':
    case 'epoch-mismatch':
      return CLOSE.cursor;
    case 'unknown-vm':
    case 'invalid-field':
    case 'unknown-field':
    case 'too-many-streams':
      return CLOSE.policy;
  }
}
