/** A WebSocket as an iterator of frames. Everything that is not in every environment is passed in. */
import type { Frame } from './frames.js';
import { reasonOf } from './waiting.js';

/** What `ws` and the browser's WebSocket have in common. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/** How a socket shows the token: as a header, or, where a socket cannot send any, by a ticket that is good for one handshake. */
export interface Admission {
  readonly token: string | undefined;
  ticket(): Promise<string>;
}

/** Opens a socket with the subprotocol. */
export type Connect = (url: string, protocol: string, admission: Admission) => Socket | Promise<Socket>;

/** A service that says nothing for so long, before it has named its heartbeat, is taken for dead. */
const GREETING_MS = 15_000;
const HEARTBEATS_MISSED = 3;

export class Line {
  private readonly waiting: Frame[] = [];
  private wake: (() => void) | null = null;
  private ended: Error | 'closed' | null = null;
  private idleMs = GREETING_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly signal: AbortSignal | undefined,
  ) {
    socket.onmessage = ({ data }: { data: unknown }) => this.receive(String(data));
    socket.onclose = () => this.end('closed');
    socket.onerror = ({ message }: { message?: string }) => this.end(new Error(message ?? 'the connection failed'));
    signal?.addEventListener('abort', this.aborted, { once: true });
    this.restartTimer();
    if (signal?.aborted === true) this.aborted();
  }

  send(message: object): void {
    if (this.ended === null) this.socket.send(JSON.stringify(message));
  }

  /** Ends with the connection; throws where it fails. */
  async *frames(): AsyncGenerator<Frame, void, undefined> {
    try {
      for (;;) {
        const frame = this.waiting.shift();
        if (frame !== undefined) yield frame;
        else if (this.ended === 'closed') return;
        else if (this.ended !== null) throw this.ended;
        else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.end('closed');
    }
  }

  private readonly aborted = (): void => this.end(reasonOf(this.signal));

  private receive(text: string): void {
    let frame: Frame;
    try {
      frame = JSON.parse(text) as Frame;
    } catch {
      return this.end(new Error('a message is no JSON'));
    }
    if (frame.t === 'hello') this.idleMs = frame.heartbeatMs * HEARTBEATS_MISSED;
    this.restartTimer();
    this.waiting.push(frame);
    this.wake?.();
  }

  private restartTimer(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(new Error(`nothing was heard for ${this.idleMs} ms`)), this.idleMs);
  }

  private end(why: Error | 'closed'): void {
    if (this.ended === null) {
      this.ended = why;
      this.socket.close();
    }
    clearTimeout(this.timer);
    this.signal?.removeEventListener('abort', this.aborted);
    this.wake?.();
  }
}
