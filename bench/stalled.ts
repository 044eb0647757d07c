/**
 * 1000 subscribers that never read, a million events of 200 bytes, and one subscriber that reads: what the service's process
 * grows by, and how the healthy one fares beside a run without the stalled.
 *
 *     npx tsx bench/stalled.ts
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { asGfn, asPfn } from '../src/core/index.js';
import { EventLog } from '../src/service/event-log.js';
import { Hub } from '../src/service/hub.js';
import { STREAM_LIMITS } from '../src/service/stream-limits.js';
import { attachStream } from '../src/ws/stream.js';

const STALLED = 1000;
const EVENTS = 1_000_000;
const EVENT_BYTES = 200;
const EVENTS_PER_TICK = 64;
/** The producer waits for the healthy reader, so that both runs send the same. */
const AHEAD_MAX = 20_000;
/** Published before the process is measured: V8's young generation grows once, whatever is done. */
const WARM_UP_EVENTS = 300_000;
/** Where the producer waits until all is read. */
const PAUSES = [WARM_UP_EVENTS, WARM_UP_EVENTS + EVENTS / 2, WARM_UP_EVENTS + EVENTS];
const MIB = 2 ** 20;

function text(position: number): string {
  const start = `{"vm":"vm-0k3r8w2m5q","position":${position},"seq":${position},"op":"psmash","requestId":"${(position * 2_654_435_761) % 2 ** 32}","text":"`;
  return `${start}${'x'.repeat(EVENT_BYTES - start.length - 2)}"}`;
}

/** The service, told what to do by its parent. */
async function runServer(): Promise<void> {
  const log = new EventLog({ epoch: 'e1', encode: (_event, { position }) => text(position) });
  const hub = new Hub({ log, limits: STREAM_LIMITS });
  const server = createServer();
  const problem = () => ({ status: 500, body: '{}' });
  attachStream({ server, log, hub, access: () => null, problem, requestId: () => '', parseJson: (json) => ({ value: JSON.parse(json) }) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let read = 0;
  process.on('message', (message: number | 'warm up' | 'go') => {
    if (message === 'go') void measure();
    else if (message === 'warm up') void publishUpTo(WARM_UP_EVENTS).then(() => process.send?.('warm'));
    else read = message;
  });
  process.send?.({ port: (server.address() as AddressInfo).port });

  async function measure(): Promise<void> {
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const half = EVENTS / 2;
    const from = performance.now();
    const mostFirst = await publishUpTo(WARM_UP_EVENTS + half);
    const middle = performance.now();
    const most = Math.max(mostFirst, await publishUpTo(WARM_UP_EVENTS + EVENTS));
    const rates = [(half / (middle - from)) * 1000, (half / (performance.now() - middle)) * 1000];
    process.send?.({ grown: (most - before) / MIB, rates, log: log.stats().bytes / MIB });
  }

  /** The most memory that was seen meanwhile. */
  async function publishUpTo(head: number): Promise<number> {
    let most = 0;
    while (log.head < head) {
      for (let i = 0; i < EVENTS_PER_TICK && log.head < head; i++) {
        const event = { type: 'psmashed', gfn: asGfn(1), pfn: asPfn(1), pages: 1, seq: log.head + 1 } as const;
        log.append('vm-a', { op: 'psmash', operation: event.seq, requestId: null, at: '' }, [event]);
      }
      do await new Promise((resolve) => setImmediate(resolve));
      while (read < log.head - AHEAD_MAX);
      if (log.head % 6400 === 0) most = Math.max(most, process.memoryUsage().rss);
    }
    while (read < head) await new Promise((resolve) => setImmediate(resolve));
    return Math.max(most, process.memoryUsage().rss);
  }
}

async function subscribe(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  const headers = [
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
  socket.write(`GET /v1/stream HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

/** Events a second to the healthy reader in each half: in the first one, the kernel still takes megabytes for each stalled one. */
async function run(stalled: number): Promise<readonly number[]> {
  const server = fork(fileURLToPath(import.meta.url), ['server'], { execArgv: [...process.execArgv, '--expose-gc'] });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const healthy = await subscribe(port);
  let bytes = 0;
  let reported = 0;
  healthy.on('data', (data) => {
    bytes += data.length;
    const read = Math.floor(bytes / (EVENT_BYTES + 4));
    if (read < reported + 2000 && !PAUSES.includes(read)) return;
    reported = read;
    server.send(read);
  });
  server.send('warm up');
  await once(server, 'message');
  const sockets: Socket[] = [];
  for (let i = 0; i < stalled; i++) sockets.push((await subscribe(port)).pause());
  server.send('go');
  const [{ grown, rates, log }] = (await once(server, 'message')) as [{ grown: number; rates: number[]; log: number }];
  const [first, second] = rates.map((rate) => (rate / 1000).toFixed(0));
  console.log(
    `${String(stalled).padStart(4)} stalled: the process grew by ${grown.toFixed(1)} MiB (the log holds ${log.toFixed(1)}); to the healthy reader ${first} k events a second, and ${second} k in the second half`,
  );
  for (const socket of [...sockets, healthy]) socket.destroy();
  server.kill();
  return rates;
}

if (process.argv[2] === 'server') {
  await runServer();
} else {
  const free = await run(0);
  const beside = await run(STALLED);
  console.log(`beside them, once they have stalled, it gets ${((beside[1] ?? 0) / (free[1] ?? 1)).toFixed(2)} of what it gets alone`);
}
