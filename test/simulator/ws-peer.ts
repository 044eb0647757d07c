/** A WebSocket client on a simulated socket: handshake, text frames both ways, pings answered, close answered. */
import { IncomingMessage, type Server } from 'node:http';
import { SUBPROTOCOL } from '../../src/ws/messages.js';
import type { Message } from '../stream/support/ws-client.js';
import { SimSocket } from './sim-socket.js';

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

export class WsPeer {
  /** The service, or the network, has ended the connection. */
  closed = false;
  closeCode: number | null = null;
  private readonly socket = new SimSocket();
  private unread: Buffer = Buffer.alloc(0);
  private shaken = false;

  constructor(server: Server, path: string) {
    this.socket.once('close', () => (this.closed = true));
    this.socket.on('error', () => undefined);
    const request = new IncomingMessage(this.socket);
    request.method = 'GET';
    request.url = path;
    request.headers = {
      host: 'localhost',
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-protocol': SUBPROTOCOL,
    };
    server.emit('upgrade', request, this.socket, Buffer.alloc(0));
  }

  send(message: object): void {
    this.sendFrame(TEXT, Buffer.from(JSON.stringify(message)));
  }

  /** Reads what has come; not calling it is how a client stalls. */
  receive(): Message[] {
    this.unread = Buffer.concat([this.unread, this.socket.drain()]);
    if (!this.shaken) {
      const end = this.unread.indexOf('\r\n\r\n');
      if (end < 0) return [];
      const head = this.unread.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 101 ')) {
        this.hangUp();
        return [];
      }
      this.shaken = true;
      this.unread = this.unread.subarray(end + 4);
    }
    const messages: Message[] = [];
    for (let frame = this.nextFrame(); frame !== null; frame = this.nextFrame()) {
      if (frame.opcode === TEXT) messages.push(JSON.parse(frame.payload.toString()) as Message);
      else if (frame.opcode === PING) this.sendFrame(PONG, frame.payload);
      else if (frame.opcode === CLOSE) {
        this.closeCode = frame.payload.readUInt16BE(0);
        this.sendFrame(CLOSE, frame.payload);
      }
    }
    return messages;
  }

  hangUp(): void {
    this.closed = true;
    this.socket.hangUp();
  }

  private nextFrame(): { readonly opcode: number; readonly payload: Buffer } | null {
    const { unread } = this;
    if (unread.length < 2) return null;
    const short = unread[1] & 0x7f;
    const headerBytes = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (unread.length < headerBytes) return null;
    const length = short === 126 ? unread.readUInt16BE(2) : short === 127 ? Number(unread.readBigUInt64BE(2)) : short;
    if (unread.length < headerBytes + length) return null;
    this.unread = unread.subarray(headerBytes + length);
    return { opcode: unread[0] & 0x0f, payload: unread.subarray(headerBytes, headerBytes + length) };
  }

  /** Masked with zeroes, which is a mask. */
  private sendFrame(opcode: number, payload: Buffer): void {
    const length = payload.length < 126 ? [0x80 | payload.length] : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
    this.socket.give(Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), payload]));
  }
}
