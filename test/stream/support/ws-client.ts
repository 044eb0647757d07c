/** A WebSocket client that records what it gets and waits for what a test expects of it. */
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../../src/ws/messages.js';
import type { EventObject, Frame } from '../validators.js';

export interface Message {
  readonly t?: string;
  readonly type?: string;
  readonly id?: number;
  readonly code?: string;
  readonly [field: string]: unknown;
}

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

export class WsClient {
  readonly messages: Message[] = [];
  readonly ended: Promise<Ending>;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly ws: WebSocket) {
    this.ended = new Promise((resolve) => {
      ws.once('close', (code: number, reason: Buffer) => {
        resolve({ code, reason: reason.toString() });
        this.tell();
      });
    });
    ws.on('error', () => undefined);
    ws.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString()) as Message);
      this.tell();
    });
  }

  static async open(url: string, protocol?: string, options?: ClientOptions): Promise<WsClient> {
    const client = new WsClient(new WebSocket(`ws://${url}`, protocol === undefined ? [] : [protocol], options));
    await once(client.ws, 'open');
    return client;
  }

  /** With `rampart.v1.json`, its hello received. */
  static async talk(url: string): Promise<WsClient> {
    const client = await WsClient.open(`${url}/v1/stream`, SUBPROTOCOL);
    await client.until((messages) => messages.length > 0);
    return client;
  }

  send(message: object | string): void {
    this.ws.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Resolves once what was received fulfils the condition; fails if the connection ends before. */
  async until(condition: (messages: readonly Message[]) => boolean): Promise<void> {
    while (!condition(this.messages)) {
      if (this.ws.readyState === WebSocket.CLOSED) throw new Error(`the connection ended after ${JSON.stringify(this.messages.slice(-3))}`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  async count(messages: number): Promise<void> {
    await this.until((received) => received.length >= messages);
  }

  /** The frames of one subscription. */
  frames(id: number): Frame[] {
    return this.messages.filter((message) => message.id === id && message.t !== 'error') as unknown as Frame[];
  }

  async untilTold(id: number, position: number): Promise<void> {
    await this.until(() => this.frames(id).some((frame) => toldBy(frame) >= position));
  }

  /** The messages of a stream without protocol. */
  get events(): EventObject[] {
    return this.messages as unknown as EventObject[];
  }

  async close(): Promise<void> {
    this.ws.close();
    await this.ended;
  }

  private tell(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}

/** The position that a frame ends at. */
export function toldBy(frame: Frame): number {
  switch (frame.t) {
    case 'subscribed':
      return frame.from;
    case 'events':
    case 'mark':
      return frame.to;
    case 'gap':
      return frame.lost[1];
  }
}
