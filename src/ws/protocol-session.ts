/** The protocol `rampart.v1.json`: a conversation about several subscriptions over one socket. */
import type { Clock } from '../service/clock.js';
import { type After, parseAfter, positionOf } from '../service/cursor.js';
import { LogCursor } from '../service/log-cursor.js';
import { badAfter, wanted, type Wanted } from '../service/stream-query.js';
import { isStreamRefusal, type StreamRefusal } from '../service/stream-refusal.js';
import { eventsFrame } from './forms.js';
import {
  type BadMessage,
  checkClientMessage,
  type ClientMessage,
  type ClientMessageSchema,
  CLOSE,
  type ErrorCode,
  idOf,
  type ServerMessage,
  type SubscribeMessage,
} from './messages.js';
import type { Outbox } from './outbox.js';
import type { SessionParts } from './plain-session.js';
import type { Line, Session } from './session.js';
import { Subscription } from './subscription.js';

/** JSON text → value, or what is wrong with the text. */
export type ParseJson = (text: string) => { readonly value: unknown } | BadMessage;

export interface ProtocolParts extends SessionParts {
  readonly clock: Clock;
  readonly schema: ClientMessageSchema;
  readonly parseJson: ParseJson;
}

/** Mistakes of a client that are answered before it is sent away. */
const ERRORS_MAX = 100;

export class ProtocolSession implements Session {
  private readonly byId = new Map<number, Subscription>();
  private errors = 0;

  constructor(
    private readonly line: Line,
    private readonly parts: ProtocolParts,
  ) {
    const { log, limits } = parts;
    this.say({
      t: 'hello',
      epoch: log.epoch,
      head: log.head,
      oldest: log.oldest,
      limits: {
        messageBytesMax: limits.messageBytesMax,
        messageFragmentsMax: limits.messageFragmentsMax,
        subscriptionsPerConnection: limits.subscriptionsPerConnection,
        batchEventsMax: limits.batchEventsMax,
        batchMsMax: limits.batchMsMax,
        creditMax: limits.creditMax,
        frameBytesMax: limits.frameBytesMax,
        slowLagEvents: limits.slowLagEvents,
        stuckAfterMs: limits.stuckAfterMs,
      },
      heartbeatMs: limits.heartbeatMs,
    });
  }

  get subscriptions(): number {
    return this.byId.size;
  }

  get lag(): number {
    let most = 0;
    for (const { lag } of this.byId.values()) most = Math.max(most, lag);
    return most;
  }

  receive(text: string): void {
    const parsed = this.parts.parseJson(text);
    if ('rejected' in parsed) return this.refuseMessage(parsed, CLOSE.badFrame);
    const message = checkClientMessage(this.parts.schema, parsed.value);
    if ('rejected' in message) this.refuseMessage(message, CLOSE.badFrame, idOf(parsed.value));
    else this.obey(message);
  }

  refuseMessage({ detail, pointer, hint }: BadMessage, code: number, id?: number): void {
    this.say({ t: 'error', ...(id === undefined ? {} : { id }), code: 'bad-frame', detail, pointer, hint });
    this.line.close(code, detail);
  }

  pump(outbox: Outbox): boolean {
    let more = false;
    for (const [id, subscription] of [...this.byId]) {
      if (outbox.isFull) return true;
      if (!subscription.pump(outbox)) continue;
      more = true;
      // To the end of the line: who has much to say must not keep the others from speaking.
      if (this.byId.delete(id)) this.byId.set(id, subscription);
    }
    return more;
  }

  holdUp(): void {
    for (const subscription of this.byId.values()) subscription.holdUp();
  }

  heartbeat(outbox: Outbox): void {
    for (const subscription of this.byId.values()) subscription.mark(outbox);
  }

  sweep(): void {
    for (const subscription of this.byId.values()) subscription.sweep();
  }

  farewell(outbox: Outbox): string {
    const { log, limits } = this.parts;
    const told = [...this.byId.values()].map((subscription) => subscription.told);
    const resume = log.cursor(told.length === 0 ? log.head : Math.min(...told));
    const goaway: ServerMessage = { t: 'goaway', why: 'shutdown', resume, retryMs: limits.retryMs };
    outbox.addText(JSON.stringify(goaway));
    return `resume ${resume}`;
  }

  end(): void {
    for (const subscription of this.byId.values()) subscription.end();
    this.byId.clear();
  }

  private obey(message: ClientMessage): void {
    const known = this.byId.get(message.id);
    if (message.t === 'subscribe') {
      this.subscribe(message);
    } else if (known === undefined) {
      this.fail('unknown-id', `there is no subscription ${message.id}`, message.id);
    } else if (message.t === 'credit') {
      known.grant(message.n);
      this.line.wake();
    } else {
      known.end();
      this.byId.delete(message.id);
    }
  }

  private subscribe(message: SubscribeMessage): void {
    const { log, limits } = this.parts;
    if (this.byId.has(message.id)) return this.fail('id-in-use', `there is a subscription ${message.id} already`, message.id);
    if (this.byId.size >= limits.subscriptionsPerConnection) {
      return this.fail('too-many-streams', `a connection has at most ${limits.subscriptionsPerConnection} subscriptions`, message.id);
    }
    if (this.parts.subscriptionsOpen() >= limits.subscriptionsMax) {
      return this.fail('too-many-streams', `all connections together have at most ${limits.subscriptionsMax} subscriptions`, message.id);
    }
    const want = this.wantedBy(message);
    if (isStreamRefusal(want)) return this.refuse(want, message.id);
    const position = this.startOf(want);
    if (isStreamRefusal(position)) {
      if (position.code === 'epoch-mismatch' && want.after?.kind === 'cursor') {
        this.say({ t: 'epoch', old: want.after.epoch, new: log.epoch, why: log.began });
      }
      return this.refuse(position, message.id);
    }
    this.say({ t: 'subscribed', id: message.id, from: position, head: log.head });
    this.byId.set(message.id, this.subscription(message, want, position));
    this.line.wake();
  }

  private wantedBy({ vm, after: said, types, gpa }: SubscribeMessage): Wanted | StreamRefusal {
    const after: After | null =
      said === undefined ? { kind: 'head' } : typeof said === 'number' ? { kind: 'seq', seq: said } : parseAfter(said);
    if (after === null) return badAfter(this.parts.log);
    return wanted(this.parts.log, { vm: vm ?? null, after, types: types ?? null, gpa: gpa ?? null });
  }

  /** Where what comes next is gone, the subscription starts all the same: with the gap that says so. */
  private startOf(want: Wanted): number | StreamRefusal {
    const after = want.after ?? { kind: 'head' };
    const position = positionOf(this.parts.log, after, want.vm);
    if (!isStreamRefusal(position) || position.code !== 'compacted') return position;
    return after.kind === 'cursor' ? after.position : 0;
  }

  private subscription(message: SubscribeMessage, want: Wanted, position: number): Subscription {
    const { log, hub, limits, clock } = this.parts;
    const form = eventsFrame(message.id);
    return new Subscription({
      id: message.id,
      vm: want.vm,
      cursor: new LogCursor({ log, hub, limits, filter: want.filter, form, position, cut: 'operation' }),
      batch: { max: message.batch?.max ?? limits.batchEventsDefault, ms: message.batch?.ms ?? 0 },
      credit: message.credit ?? Number.POSITIVE_INFINITY,
      slow: message.slow ?? 'wait',
      log,
      clock,
      limits,
      line: this.line,
    });
  }

  private refuse({ code, detail, pointer, hint }: StreamRefusal, id: number): void {
    this.fail(code, detail, id, pointer, hint);
  }

  private fail(code: ErrorCode, detail: string, id: number, pointer?: string, hint?: string): void {
    this.say({
      t: 'error',
      id,
      code,
      detail,
      ...(pointer === undefined ? {} : { pointer: `/${pointer}` }),
      ...(hint === undefined ? {} : { hint }),
    });
    if (++this.errors > ERRORS_MAX) this.line.close(CLOSE.policy, 'too many errors');
  }

  private say(message: ServerMessage): void {
    this.line.send(JSON.stringify(message));
  }
}
