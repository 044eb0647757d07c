/**
 * Fan-out: 100 subscribers, one message of 200 bytes an event. The service's stream beside `ws.send` for every message and
 * subscriber; events delivered a second, and the ratio. The readers are a process of their own, on the other core.
 *
 *     npx tsx bench/stream.ts
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type WebSocket, WebSocketServer } from 'ws';
import { asGfn, asPfn } from '../src/core/index.js';
import { EventLog } from '../src/service/event-log.js';
import { Hub } from '../src/service/hub.js';
import { STREAM_LIMITS } from '../src/service/stream-limits.js';
import { attachStream } from '../src/ws/stream.js';

const SUBSCRIBERS = 100;
const EVENT_BYTES = 200;
/** A frame of 200 bytes has a header of 4. */
const FRAME_BYTES = EVENT_BYTES + 4;
const EVENTS_PER_TICK = 64;
const ROUNDS = 5;

interface Contender {
  readonly name: string;
  readonly events: number;
  /** Publishes one event; a tick's worth is published in one go. */
  start(server: Server): { publish(position: number): void; stop(): Promise<void> };
}

function text(position: number): string {
  const start = `{"position":${position},"text":"`;
  return `${start}${'x'.repeat(EVENT_BYTES - start.length - 2)}"}`;
}

const ours: Contender = {
  name: 'rampart stream',
  events: 20_000,
  start(server) {
    const log = new EventLog({ epoch: 'e1', encode: (_event, { position }) => text(position) });
    const hub = new Hub({ log, limits: STREAM_LIMITS });
    const problem = () => ({ status: 500, body: '{}' });
    const stream = attachStream({
      server,
      log,
      hub,
      access: () => null,
      problem,
      requestId: () => '',
      parseJson: (json) => ({ value: JSON.parse(json) }),
    });
    return {
      publish(position) {
        const event = { type: 'psmashed', gfn: asGfn(1), pfn: asPfn(1), pages: 1, seq: position } as const;
        log.append('vm-a', { op: 'psmash', operation: position, requestId: null, at: '' }, [event]);
      },
      async stop() {
        await stream.close();
        hub.close();
      },
    };
  },
};

const wsSend: Contender = {
  name: 'ws.send per message',
  events: 640,
  start(server) {
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    return {
      publish(position) {
        const message = text(position);
        for (const client of sockets.clients as Set<WebSocket>) client.send(message);
      },
      async stop() {
        for (const client of sockets.clients) client.terminate();
        sockets.close();
        await Promise.resolve();
      },
    };
  },
};

/** Events delivered a second. */
async function measure({ events, start }: Contender): Promise<number> {
  const server = createServer();
  const contender = start(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const readers = fork(fileURLToPath(import.meta.url), ['readers', String(port), String(events * FRAME_BYTES)]);
  await said(readers, 'ready');
  const done = said(readers, 'done');
  const from = performance.now();
  for (let position = 1; position <= events; ) {
    for (let i = 0; i < EVENTS_PER_TICK && position <= events; i++) contender.publish(position++);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await done;
  const seconds = (performance.now() - from) / 1000;
  readers.kill();
  await contender.stop();
  server.closeAllConnections();
  server.close();
  return (SUBSCRIBERS * events) / seconds;
}

async function said(readers: ChildProcess, word: string): Promise<void> {
  for (;;) {
    const [message] = (await once(readers, 'message')) as [string];
    if (message === word) return;
  }
}

/** Sockets that count bytes, into one piece of memory: anything more would measure the reader. */
async function runReaders(port: number, bytesEach: number): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(2 ** 20);
  let finished = 0;
  const upgraded = Array.from({ length: SUBSCRIBERS }, async () => {
    /** -1 before the answer to the handshake, which comes alone: nothing is published before all are ready. */
    let received = -1;
    await new Promise<void>((resolve) => {
      const callback = (bytes: number): boolean => {
        const before = received;
        received = before < 0 ? 0 : before + bytes;
        if (before < 0) resolve();
        else if (before < bytesEach && received >= bytesEach && ++finished === SUBSCRIBERS) process.send?.('done');
        return true;
      };
      const socket = connect({ port, host: '127.0.0.1', onread: { buffer, callback } });
      socket.on('error', () => undefined);
      socket.write(`GET /v1/stream HTTP/1.1\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`);
    });
  });
  await Promise.all(upgraded);
  process.send?.('ready');
}

const HANDSHAKE = [
  'Host: 127.0.0.1',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(): Promise<void> {
  const rates = new Map<Contender, number[]>([
    [wsSend, []],
    [ours, []],
  ]);
  for (let round = 0; round < ROUNDS; round++) for (const [contender, measured] of rates) measured.push(await measure(contender));
  for (const [{ name }, measured] of rates) {
    console.log(
      `${name.padEnd(20)} ${(median(measured) / 1e6).toFixed(2)} M events delivered a second (median of ${ROUNDS}: ${measured.map((rate) => (rate / 1e6).toFixed(2)).join(' ')})`,
    );
  }
  const ratios = Array.from({ length: ROUNDS }, (_, round) => (rates.get(ours)?.[round] ?? 0) / (rates.get(wsSend)?.[round] ?? 1));
  console.log(`ratio                ${median(ratios).toFixed(1)} (reach: 20)`);
}

if (process.argv[2] === 'readers') await runReaders(Number(process.argv[3]), Number(process.argv[4]));
else await main();
