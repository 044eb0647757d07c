/** A client of the stream that comes back after every end of its connection, with the cursor that it has, and keeps all it was told. */
import type { Server } from 'node:http';
import { CLOSE } from '../../src/ws/messages.js';
import type { Message } from '../stream/support/ws-client.js';
import { complaintsAbout, type EventObject, type Frame } from '../stream/validators.js';
import { toldBy } from '../stream/support/ws-client.js';
import type { Witness } from './witness.js';
import { WsPeer } from './ws-peer.js';

export interface Wish {
  readonly types?: readonly string[];
  readonly batch?: { readonly max: number; readonly ms: number };
  readonly credit?: number;
  readonly slow?: 'wait' | 'gap';
}

export class Subscriber {
  stalled = false;
  frames: Frame[] = [];
  private epoch: string | null = null;
  private peer: WsPeer | null = null;
  private goaway: Message | null = null;
  /** The subscription of this connection was confirmed. */
  private subscribed = false;
  /** Why the last connection ended, where the service said so. */
  private closeCode: number | null = null;

  constructor(
    readonly name: string,
    private readonly wish: Wish,
    private readonly told: (event: EventObject) => void,
    private readonly complain: (complaint: string) => void,
  ) {}

  get connected(): boolean {
    return this.peer !== null;
  }

  get cursor(): string | null {
    const last = this.frames.at(-1);
    return this.epoch === null || last === undefined ? null : `${this.epoch}.${toldBy(last)}`;
  }

  connect(server: Server): void {
    this.peer = new WsPeer(server, '/v1/stream');
    this.goaway = null;
    this.subscribed = false;
  }

  /** Reads what has come. */
  receive(epoch: string): void {
    const { peer } = this;
    if (peer === null) return;
    for (const message of peer.receive()) this.take(message, peer, epoch);
    if (!peer.closed && peer.closeCode === null) return;
    this.closeCode = peer.closeCode;
    this.hangUp();
  }

  hangUp(): void {
    this.peer?.hangUp();
    this.peer = null;
  }

  /** A stop in order names the cursor at which to go on. */
  checkGoodbye(): void {
    const { goaway, cursor, subscribed, closeCode } = this;
    if (!subscribed || closeCode !== CLOSE.goingAway) return;
    if (goaway === null) this.complain(`${this.name} was sent away without a goaway`);
    else if (goaway['resume'] !== cursor) this.complain(`${this.name} is to resume at ${String(goaway['resume'])}, and is at ${cursor}`);
  }

  /** The log lost its end, and its epoch says so: what was told until then stands for itself. */
  forget(witness: Witness): void {
    this.check(witness);
    this.frames = [];
    this.epoch = null;
  }

  check(witness: Witness): void {
    const { types } = this.wish;
    const expected = types === undefined ? {} : { wanted: ({ type }: EventObject) => types.includes(type) };
    for (const complaint of complaintsAbout(this.frames, { ...expected, log: witness.events })) this.complain(`${this.name}: ${complaint}`);
  }

  private take(message: Message, peer: WsPeer, epoch: string): void {
    switch (message.t ?? '') {
      case 'hello':
        if (message['epoch'] !== epoch)
          this.complain(`${this.name} was greeted with epoch ${String(message['epoch'])} instead of ${epoch}`);
        peer.send({ t: 'subscribe', id: 1, after: this.cursor ?? 'oldest', ...this.wish });
        this.epoch ??= epoch;
        return;
      case 'goaway':
        this.goaway = message;
        return;
      case 'subscribed':
        this.subscribed = true;
        this.frames.push(message as unknown as Frame);
        return;
      case 'mark':
      case 'gap':
        this.frames.push(message as unknown as Frame);
        return;
      case 'events': {
        const frame = message as unknown as Extract<Frame, { t: 'events' }>;
        this.frames.push(frame);
        for (const event of frame.events) this.told(event);
        if (this.wish.credit !== undefined) peer.send({ t: 'credit', id: 1, n: frame.events.length });
        return;
      }
      default:
        this.complain(`${this.name} was told ${JSON.stringify(message)}`);
    }
  }
}
