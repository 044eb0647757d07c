/**
 * One WebSocket and the socket under it. `ws` reads it and does the handshakes; what is published goes to the socket directly,
 * framed before, so that many subscribers cost a write each and nothing else.
 *
 * How a peer that does not read is held off: 1. it stops reading; 2. the kernel's buffers fill and the socket keeps what it is
 * given; 3. at `unsentBytesMax` nothing more is written and nothing more is read from it either, so neither events nor answers
 * nor pongs pile up; 4. it is behind in the log, which costs nothing; 5. it reads again and goes on from its place, or it does
 * not for `stuckAfterMs` and is ended.
 */
import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../service/clock.js';
import type { Follower, Following, Hub } from '../service/hub.js';
import type { StreamLimits } from '../service/stream-limits.js';
import { badMessage, type BadMessage, CLOSE } from './messages.js';
import { Outbox } from './outbox.js';
import type { Line, Session } from './session.js';
import { textFrame } from './text-frame.js';

const BINARY = badMessage('', 'messages are text', 'send JSON in text frames');

/** What is counted for the metrics. */
export interface StreamMeter {
  opened(): void;
  closed(code: number): void;
  delivered(events: number, bytes: number): void;
  stuck(): void;
}

export interface ConnectionParts {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly meter: StreamMeter;
  readonly session: (line: Line) => Session;
}

type State = 'open' | 'blocked' | 'closing' | 'closed';

export class Connection implements Follower, Line {
  readonly session: Session;
  readonly closed: Promise<void>;
  private state: State = 'open';
  /** When it entered its state. */
  private since: number;
  private lastHeartbeat: number;
  private silentHeartbeats = 0;
  private readonly following: Following;

  constructor(private readonly parts: ConnectionParts) {
    const { ws, socket, hub, clock, meter } = parts;
    this.since = clock.now();
    this.lastHeartbeat = this.since;
    this.closed = new Promise((resolve) => {
      ws.once('close', (code) => {
        this.end();
        meter.closed(code);
        resolve();
      });
    });
    ws.on('message', (data, isBinary) => {
      this.receive(data, isBinary);
    });
    ws.on('ping', (data) => {
      this.answerPing(data);
    });
    ws.on('pong', () => {
      this.silentHeartbeats = 0;
    });
    // ws has already begun to close with the code that fits; without a listener the error would end the process.
    ws.on('error', () => undefined);
    socket.on('drain', () => {
      this.unblock();
    });
    meter.opened();
    this.following = hub.follow(this);
    this.session = parts.session(this);
  }

  get unsentBytes(): number {
    return this.parts.socket.writableLength;
  }

  pump(): boolean {
    if (this.state !== 'open') return false;
    const outbox = this.outbox();
    const more = this.session.pump(outbox);
    this.flush(outbox);
    return more && this.isOpen;
  }

  send(text: string): void {
    if (this.state === 'open' || this.state === 'blocked') this.write(() => this.parts.socket.write(textFrame(text)));
  }

  wake(): void {
    this.following.wake();
  }

  /** Says why and waits for the peer to agree, a bounded time: see `sweep`. */
  close(code: number, reason: string): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    this.enter('closing');
    this.following.end();
    this.session.end();
    this.parts.ws.resume();
    // 123 bytes are what a close frame has room for.
    this.parts.ws.close(code, reason.slice(0, 123));
  }

  /** The service stops. */
  goAway(): void {
    if (this.state === 'closing' || this.state === 'closed') return;
    const outbox = this.outbox();
    const reason = this.session.farewell(outbox);
    this.flush(outbox);
    this.close(CLOSE.goingAway, reason);
  }

  terminate(): void {
    this.parts.ws.terminate();
  }

  /** Called every `sweepMs`. */
  sweep(): void {
    const { clock, limits } = this.parts;
    const now = clock.now();
    switch (this.state) {
      case 'closed':
        return;
      case 'closing':
        if (now - this.since >= limits.closeGraceMs) this.terminate();
        return;
      case 'blocked':
        this.session.sweep();
        if (now - this.since >= limits.stuckAfterMs) this.endStuck('nothing was read for too long');
        return;
      case 'open':
        this.session.sweep();
        if (now - this.lastHeartbeat >= limits.heartbeatMs) this.heartbeat(now);
    }
  }

  private get isOpen(): boolean {
    return this.state === 'open';
  }

  private heartbeat(now: number): void {
    const { ws, limits } = this.parts;
    this.lastHeartbeat = now;
    if (this.silentHeartbeats >= limits.silentHeartbeatsMax) {
      this.endStuck('the peer answers no pings');
      return;
    }
    this.silentHeartbeats++;
    const outbox = this.outbox();
    this.session.heartbeat(outbox);
    this.flush(outbox);
    if (this.isOpen) ws.ping();
  }

  private endStuck(reason: string): void {
    this.parts.meter.stuck();
    this.close(CLOSE.stuck, reason);
  }

  private receive(data: RawData, isBinary: boolean): void {
    this.silentHeartbeats = 0;
    if (this.state === 'closing' || this.state === 'closed') return;
    // With the default binaryType a message is one Buffer.
    if (isBinary || !Buffer.isBuffer(data)) this.session.refuseMessage(BINARY, CLOSE.badFrame);
    else if (data.length > this.parts.limits.messageBytesMax) this.session.refuseMessage(this.tooBig(data.length), CLOSE.tooBig);
    else this.session.receive(data.toString());
  }

  private tooBig(bytes: number): BadMessage {
    const { messageBytesMax } = this.parts.limits;
    return badMessage('', `a message has at most ${messageBytesMax} bytes, not ${bytes}`, 'subscribe in several messages');
  }

  private answerPing(data: Buffer): void {
    this.silentHeartbeats = 0;
    if (this.state === 'open') this.write(() => this.parts.ws.pong(data));
  }

  private outbox(): Outbox {
    return new Outbox(this.parts.limits.frameBytesMax);
  }

  private flush(outbox: Outbox): void {
    if (outbox.bytes === 0 || this.state === 'closing' || this.state === 'closed') return;
    this.write(() => {
      outbox.writeTo(this.parts.socket);
    });
    if (outbox.events > 0) this.parts.meter.delivered(outbox.events, outbox.bytes);
  }

  private write(run: () => unknown): void {
    run();
    if (this.state !== 'open' || this.parts.socket.writableLength < this.parts.limits.unsentBytesMax) return;
    this.enter('blocked');
    this.following.sleep();
    this.session.holdUp();
    this.parts.ws.pause();
  }

  private unblock(): void {
    if (this.state !== 'blocked') return;
    this.enter('open');
    this.parts.ws.resume();
    this.wake();
  }

  private end(): void {
    this.following.end();
    if (this.state !== 'closing') this.session.end();
    this.enter('closed');
  }

  private enter(state: State): void {
    this.state = state;
    this.since = this.parts.clock.now();
  }
}
