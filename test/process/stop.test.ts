/** SIGTERM with 500 sockets and requests under way: all of them get their last word, and nothing that was acknowledged is lost. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/ws/messages.js';
import { freshFolder } from '../store/support/folders.js';
import { RawPeer } from '../stream/support/raw-peer.js';
import { build, killAll, startRampart } from './support/rampart.js';

const STREAMS = 400;
const REQUESTS = 99;

beforeAll(build, 120_000);
afterEach(killAll);

interface Follower {
  readonly cursor: () => string;
  readonly goaway: () => { readonly resume: string } | null;
  readonly ended: Promise<number>;
}

async function follow(url: string): Promise<Follower> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
  let cursor = '';
  let epoch = '';
  let goaway: { readonly resume: string } | null = null;
  const ended = once(socket, 'close').then(([code]) => code as number);
  const subscribed = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { t: string; epoch: string; from: number; to: number; resume: string };
      if (message.t === 'hello') {
        ({ epoch } = message);
        socket.send(JSON.stringify({ t: 'subscribe', id: 1, after: 'oldest' }));
      } else if (message.t === 'goaway') goaway = message;
      else cursor = `${epoch}.${message.to ?? message.from}`;
      if (message.t === 'subscribed') resolve();
    });
  });
  await subscribed;
  return { cursor: () => cursor, goaway: () => goaway, ended };
}

class Raw {
  text = '';
  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (data: string) => (this.text += data));
    socket.on('error', () => undefined);
  }

  /** Has sent this much of a request. */
  static async begin(url: string, part: string): Promise<Raw> {
    const { port, hostname } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    const raw = new Raw(socket);
    await once(socket, 'connect');
    await new Promise((resolve) => socket.write(part, resolve));
    return raw;
  }

  async finish(rest: string): Promise<string> {
    this.socket.write(rest);
    if (!this.socket.destroyed) await once(this.socket, 'close');
    return this.text;
  }
}

test('500 sockets, SIGTERM', { timeout: 120_000 }, async () => {
  const env = { RAMPART_DATA_DIR: freshFolder(), RAMPART_LOG_LEVEL: 'error' };
  const rampart = await startRampart(env);
  const created = await fetch(`${rampart.url}/v1/vms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ onSigbus: 'report', memory: { size: '8MiB' } }),
  });
  const { id } = (await created.json()) as { readonly id: string };
  const followers = await Promise.all(Array.from({ length: STREAMS }, () => follow(rampart.url)));
  const body = (i: number): string => JSON.stringify({ entries: [{ gpa: `0x${((512 + i) * 4096).toString(16)}`, operation: 'private' }] });
  const raws = await Promise.all(
    Array.from({ length: REQUESTS }, (_, i) =>
      Raw.begin(
        rampart.url,
        `POST /v1/vms/${id}/page-state-changes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body(i).length}\r\n\r\n${body(i).slice(0, 9)}`,
      ),
    ),
  );
  // A peer that does not say goodbye keeps the service waiting, a bounded time.
  const silent = await RawPeer.webSocket(Number(new URL(rampart.url).port));
  silent.stopReading();
  // Both have arrived: what came after them is answered.
  expect((await fetch(`${rampart.url}/readyz`)).status).toBe(200);

  rampart.kill('SIGTERM');
  await expect
    .poll(async () => (await fetch(`${rampart.url}/readyz`)).json(), { timeout: 60_000, interval: 5 })
    .toMatchObject({ status: 503, code: 'shutting-down' });
  expect(await Promise.all(followers.map(({ ended }) => ended))).toEqual(Array.from({ length: STREAMS }, () => 1001));
  for (const { goaway, cursor } of followers) expect(goaway()?.resume).toBe(cursor());
  const answers = await Promise.all(raws.map((raw, i) => raw.finish(body(i).slice(9))));
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  // The bound is the service's own: it ends with 1 where it takes longer.
  expect(await rampart.exit).toEqual({ code: 0, signal: null });
  expect(rampart.errors()).toBe('');

  const again = await startRampart(env);
  const vm = (await (await fetch(`${again.url}/v1/vms/${id}`)).json()) as {
    readonly seq: number;
    readonly stats: { readonly operations: number };
  };
  const last = answers.map((answer) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { readonly seq: number });
  expect(vm.seq).toBe(Math.max(...last.map(({ seq }) => seq)));
  expect(vm.stats.operations).toBe(REQUESTS);
  again.kill('SIGTERM');
  expect((await again.exit).code).toBe(0);
});
