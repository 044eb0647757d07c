/** A siege: many bad peers on real sockets, and a healthy client that must not notice. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WsClient } from '../stream/support/ws-client.js';

/** A bare socket, what it got, and when it was ended. */
export interface Peer {
  readonly socket: Socket;
  readonly closed: Promise<string>;
}

export async function peerOf(port: number, hello = ''): Promise<Peer> {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('latin1').on('data', (data: string) => (text += data));
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  if (hello !== '') socket.write(hello);
  return { socket, closed };
}

export async function peersOf(count: number, port: number, hello = ''): Promise<Peer[]> {
  const peers: Peer[] = [];
  // In small groups: the queue of connections that are not accepted yet is short.
  while (peers.length < count) {
    peers.push(...(await Promise.all(Array.from({ length: Math.min(100, count - peers.length) }, () => peerOf(port, hello)))));
  }
  return peers;
}

/** Works as long as the siege lasts: a store and a read of what it came to, and a subscriber that has to see all of it. */
export class HealthyClient {
  private working = true;
  private readonly done: Promise<void>;
  rounds = 0;

  private constructor(
    private readonly url: string,
    private readonly vm: string,
    private readonly subscriber: WsClient,
  ) {
    this.done = this.work();
  }

  static async start(url: string): Promise<HealthyClient> {
    const made = await post(`http://${url}/v1/vms`, { onSigbus: 'report', memory: { size: '8MiB' } });
    const { id } = (await made.json()) as { readonly id: string };
    const subscriber = await WsClient.open(`${url}/v1/stream?vm=${id}&after=0&types=page-state-changed`);
    return new HealthyClient(url, id, subscriber);
  }

  /** Resolves when it has done so many rounds; fails where one went wrong. */
  async round(number: number): Promise<void> {
    while (this.rounds < number) await Promise.race([this.done, new Promise((resolve) => setTimeout(resolve, 5))]);
  }

  /** Every round was answered as it should be, at least this many, and each of them was heard of. */
  async stop(roundsLeast: number): Promise<void> {
    await this.round(roundsLeast);
    this.working = false;
    await this.done;
    await this.subscriber.count(2 * this.rounds);
    await this.subscriber.close();
  }

  private async work(): Promise<void> {
    const base = `http://${this.url}/v1/vms/${this.vm}`;
    while (this.working) {
      for (const operation of ['private', 'shared']) {
        const changed = await post(`${base}/page-state-changes`, { entries: [{ gpa: '0x7000', operation }] });
        const { status } = (await changed.json()) as { readonly status: string };
        if (changed.status !== 200 || status !== 'SUCCESS') throw new Error(`a healthy client got ${changed.status} ${status}`);
      }
      const read = await fetch(base);
      await read.arrayBuffer();
      if (read.status !== 200) throw new Error(`a healthy client got ${read.status}`);
      this.rounds++;
    }
  }
}

function post(url: string, body: object): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

/** A masked WebSocket frame; `fin` false: more of the message follows. */
export function frame(opcode: number, fin: boolean, payload: Buffer): Buffer {
  const head = [(fin ? 0x80 : 0) | opcode];
  if (payload.length < 126) head.push(0x80 | payload.length);
  else head.push(0x80 | 126, payload.length >> 8, payload.length & 255);
  // Masked with zeroes.
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

export const HANDSHAKE = (port: number, target = '/v1/stream', protocol = 'rampart.v1.json'): string =>
  [
    `GET ${target} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Sec-WebSocket-Protocol: ${protocol}`,
    '',
    '',
  ].join('\r\n');
