/** Thousands of connections that do nothing, against the real process: a client that works is served, and they go when it stops. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { HANDSHAKE, HealthyClient, peersOf } from './siege.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Descriptors that a process may open; some are for its own use, here and there. */
const DESCRIPTORS = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).replace('unlimited', '1000000'));
const SPARE_DESCRIPTORS = 500;
const WANTED = process.env['RAMPART_LONG'] === '1' ? 10_000 : 1000;
const IDLE = Math.min(WANTED, DESCRIPTORS - SPARE_DESCRIPTORS);

let child: ChildProcess | null = null;
afterAll(() => child?.kill('SIGKILL'));

async function startProcess(): Promise<{ readonly port: number; readonly exit: Promise<number | null> }> {
  const { PATH = '' } = process.env;
  const started = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: {
      PATH,
      RAMPART_PORT: '0',
      RAMPART_MEMORY: '1',
      RAMPART_CONNECTIONS_MAX: '20000',
      RAMPART_HEADER_TIMEOUT_MS: '600000',
      RAMPART_REQUEST_TIMEOUT_MS: '600000',
      RAMPART_KEEP_ALIVE_MS: '600000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  const exit = once(started, 'exit').then(([code]) => code as number | null);
  let out = '';
  for await (const text of started.stdout.setEncoding('utf8')) {
    out += text;
    const port = /listens on http:\/\/127\.0\.0\.1:(\d+)\n/.exec(out)?.[1];
    if (port !== undefined) {
      started.stdout.resume();
      return { port: Number(port), exit };
    }
  }
  throw new Error(`it ended: ${out}`);
}

test(`${IDLE} of them: silent, done, and WebSockets`, { timeout: 300_000 }, async () => {
  const { port, exit } = await startProcess();
  const url = `127.0.0.1:${port}`;
  const healthy = await HealthyClient.start(url);
  const before = await numbers(url);
  const silent = await peersOf(Math.floor(IDLE * 0.4), port);
  const done = await peersOf(Math.floor(IDLE * 0.3), port, `GET /healthz HTTP/1.1\r\nHost: ${url}\r\n\r\n`);
  const sockets = await peersOf(Math.floor(IDLE * 0.3), port, HANDSHAKE(port, '/v1/stream'));
  // The system connects them before the service gets to know.
  const all = silent.length + done.length + sockets.length;
  await expect.poll(async () => (await numbers(url)).use.connections.used, { timeout: 60_000 }).toBeGreaterThan(all);
  await expect.poll(async () => (await numbers(url)).use.streams.used, { timeout: 60_000 }).toBe(sockets.length + 1);
  const { vitals } = await numbers(url);
  await healthy.stop(20);
  const peers = [...silent, ...done, ...sockets];
  const perPeer = (vitals.memoryBytes.rss - before.vitals.memoryBytes.rss) / peers.length;
  console.log(
    `${peers.length} idle connections (${DESCRIPTORS} descriptors), ${Math.round(perPeer / 1024)} KiB each, ${healthy.rounds} rounds meanwhile`,
  );
  child?.kill('SIGTERM');
  const texts = await Promise.all(peers.map(({ closed }) => closed));
  expect(await exit).toBe(0);
  expect(texts.slice(silent.length).every((text) => /^HTTP\/1\.1 (200|101) /.test(text))).toBe(true);
});

interface Numbers {
  readonly use: Readonly<Record<'connections' | 'streams', { readonly used: number }>>;
  readonly vitals: { readonly memoryBytes: { readonly rss: number } };
}

async function numbers(url: string): Promise<Numbers> {
  return (await (await fetch(`http://${url}/v1/diagnostics`)).json()) as Numbers;
}
