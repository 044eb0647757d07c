/**
 * `npm run soak -- --minutes 10`: a service of its own under mixed load, with subscribers, and how its memory goes. After the first fifth,
 * which fills what is meant to be filled, the slope is the median of the slopes between all pairs of samples (Theil and Sen), with the range
 * that the middle 95 % of a resampling gives. Ends with 1 where even the low end of that range is more than a limit, or where a request failed.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { startServer } from './processes.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, 'slope-max': { type: 'string', default: '60' } } });
const MINUTES = Number(values.minutes);
/** MB an hour that count as growth. */
const SLOPE_MAX = Number(values['slope-max']);
const SUBSCRIBERS = 20;
const CLIENTS = 8;
const PAUSE_MS = 2;
const SAMPLES = 240;
const RESAMPLES = 200;
const MB = 1e6;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

interface Sample {
  /** Hours since the start. */
  readonly at: number;
  /** MB. */
  readonly rss: number;
}

const folder = mkdtempSync(join(tmpdir(), 'rampart-soak-'));
// The log of events is bounded low, so that it is full before the measuring begins.
const service = await startServer([MAIN], {
  RAMPART_DATA_DIR: folder,
  RAMPART_LOG_BYTES_MAX: String(8 * 2 ** 20),
  RAMPART_EVENTS_PER_VM: '10000',
});
const { url } = service;

const until = Date.now() + MINUTES * 60_000;
let requests = 0;
let failures = 0;
let delivered = 0;

async function ask(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>> {
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { method, ...sent });
  const text = await response.text();
  requests++;
  if (response.status >= 300) failures++;
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

/** Lives of VMs, one after the other: conversions, stores with and without faults, reads, resets, the end. */
async function client(number: number): Promise<void> {
  for (let life = 0; Date.now() < until; life++) {
    const { id } = await ask('POST', '/v1/vms', { name: `soak ${number}`, onSigbus: 'report', memory: { size: '64MiB' } });
    const vm = `/v1/vms/${String(id)}`;
    for (let i = 0; i < 500 && Date.now() < until; i++) {
      const gpa = `0x${((512 + ((i * 37 + life) % 8000)) * 4096).toString(16)}`;
      switch (i % 6) {
        case 0:
          await ask('POST', `${vm}/page-state-changes`, { entries: [{ gpa, operation: i % 12 === 0 ? 'private' : 'shared' }] });
          break;
        case 1:
        case 2:
          await ask('POST', `${vm}/hypervisor-writes`, { gpa, size: 64, ...(i % 4 === 1 ? { fill: i % 256 } : {}) });
          break;
        case 3:
          await ask('POST', `${vm}/hypervisor-reads`, { gpa, size: 64 });
          break;
        case 4:
          await ask('GET', `${vm}/map?cells=16`);
          break;
        default:
          await ask('GET', i % 30 === 5 ? vm : `${vm}/events?limit=10`);
      }
      if (i % 200 === 199) await ask('POST', `${vm}/reset`);
      await after(PAUSE_MS);
    }
    await ask('DELETE', vm);
  }
}

/** Comes, follows for a while, goes. */
async function subscriber(number: number): Promise<void> {
  while (Date.now() < until) {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?${number % 3 === 0 ? 'types=fault' : ''}`);
    socket.on('message', () => delivered++);
    socket.on('error', () => failures++);
    await after(2000 + 400 * number);
    socket.close();
  }
}

/** What the process holds by itself: pages of the store's file that the system keeps in its cache are not among it. */
function residentMb(): number {
  const found = /RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${service.pid}/status`, 'utf8'));
  return (Number(found?.[1] ?? 0) * 1024) / MB;
}

async function sample(): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const from = Date.now();
  while (Date.now() < until) {
    samples.push({ at: (Date.now() - from) / 3_600_000, rss: residentMb() });
    await after((MINUTES * 60_000) / SAMPLES);
  }
  return samples;
}

function slopeOf(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((a, i) => samples.slice(i + 1).flatMap((b) => (a.at === b.at ? [] : [(b.rss - a.rss) / (b.at - a.at)])));
  return slopes.sort((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? 0;
}

const measuring = sample();
await Promise.all([
  ...Array.from({ length: CLIENTS }, (_, i) => client(i)),
  ...Array.from({ length: SUBSCRIBERS }, (_, i) => subscriber(i)),
]);
const samples = await measuring;
const settled = samples.slice(Math.floor(samples.length / 5));
const resampled = Array.from({ length: RESAMPLES }, () => slopeOf(settled.map(() => settled[Math.floor(Math.random() * settled.length)])));
resampled.sort((a, b) => a - b);
const [low, high] = [resampled[Math.floor(RESAMPLES * 0.025)], resampled[Math.floor(RESAMPLES * 0.975)]];
console.log(`${MINUTES} minutes: ${requests} requests, ${failures} failed, ${delivered} events delivered`);
console.log(
  `memory: ${settled[0].rss.toFixed(1)} MB after the first fifth, ${settled[settled.length - 1].rss.toFixed(1)} MB at the end, most ${Math.max(...samples.map(({ rss }) => rss)).toFixed(1)} MB`,
);
console.log(
  `slope: ${slopeOf(settled).toFixed(1)} MB an hour (${low.toFixed(1)} to ${high.toFixed(1)}); more than ${SLOPE_MAX} is too much`,
);
const code = await service.stop();
rmSync(folder, { recursive: true, force: true });
process.exitCode = failures > 0 || code !== 0 || low > SLOPE_MAX ? 1 : 0;
