/** A peer below WebSocket: a bare socket that has said hello, reads or does not, and never answers a ping by itself. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bytes that are kept to look at. */
const TEXT_MAX = 65_536;

export class RawPeer {
  /** Bytes read after the head of the answer. */
  received = 0;
  /** The first of them. */
  text: string;
  readonly closed: Promise<void>;
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly socket: Socket,
    /** Status line and headers. */
    readonly head: string,
    rest: Buffer,
  ) {
    this.received = rest.length;
    this.text = rest.toString('latin1');
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.tell();
      });
    });
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      this.received += data.length;
      if (this.text.length < TEXT_MAX) this.text += data.toString('latin1');
      this.tell();
    });
  }

  /** Sends a request and reads the head of its answer. */
  static async request(port: number, target: string, headers: readonly string[]): Promise<RawPeer> {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write([`GET ${target} HTTP/1.1`, `Host: 127.0.0.1:${port}`, ...headers, '', ''].join('\r\n'));
    let text = Buffer.alloc(0);
    for (;;) {
      const [data] = (await once(socket, 'data')) as [Buffer];
      text = Buffer.concat([text, data]);
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) continue;
      return new RawPeer(socket, text.toString('latin1', 0, end), text.subarray(end + 4));
    }
  }

  static async webSocket(port: number, target = '/v1/stream', protocol?: string): Promise<RawPeer> {
    const headers = [
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    return RawPeer.request(port, target, protocol === undefined ? headers : [...headers, `Sec-WebSocket-Protocol: ${protocol}`]);
  }

  stopReading(): void {
    this.socket.pause();
  }

  readAgain(): void {
    this.socket.resume();
  }

  /** A masked frame of at most 125 bytes; opcode 1 is text, 9 a ping. */
  sendFrame(opcode: number, text: string): void {
    const payload = Buffer.from(text);
    this.socket.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }

  async untilReceived(bytes: number): Promise<void> {
    while (this.received < bytes) {
      if (this.socket.destroyed) throw new Error(`the connection ended after ${this.received} bytes`);
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  private tell(): void {
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }
}
