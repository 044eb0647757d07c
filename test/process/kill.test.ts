/** kill -9 of the service itself: what it acknowledged is there, in order, once, and its stream goes on where it was. */
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SUBPROTOCOL } from '../../src/ws/messages.js';
import { checkRealTimeOrder, checkVmEvents } from '../simulator/checks.js';
import { type SeenEvent, Witness } from '../simulator/witness.js';
import { freshFolder } from '../store/support/folders.js';
import { randomFrom } from '../store/support/random.js';
import { toldBy } from '../stream/support/ws-client.js';
import { complaintsAbout, type Frame } from '../stream/validators.js';
import { build, killAll, startRampart } from './support/rampart.js';
import { Writer } from './support/writer.js';

const KILLS = process.env['RAMPART_LONG'] === '1' ? 200 : 20;
const WRITERS = 4;
/** Operations acknowledged before a kill, at most. */
const WORK = 40;

beforeAll(build, 120_000);
afterEach(killAll);

/** Follows everything, and comes back with its cursor. */
class Follower {
  readonly frames: Frame[] = [];
  readonly epochs = new Set<string>();
  constructor(private readonly witness: Witness) {}

  follow(url: string): WebSocket {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, SUBPROTOCOL);
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as { readonly t: string; readonly epoch: string };
      if (message.t === 'hello') {
        this.epochs.add(message.epoch);
        const last = this.frames.at(-1);
        socket.send(JSON.stringify({ t: 'subscribe', id: 1, after: last === undefined ? 'oldest' : `${message.epoch}.${toldBy(last)}` }));
        return;
      }
      const frame = message as unknown as Frame;
      this.frames.push(frame);
      if (frame.t === 'events') for (const event of frame.events) this.complaints(this.witness.see(event as SeenEvent, 'the stream'));
    });
    return socket;
  }

  readonly said: string[] = [];
  private complaints(complaint: string | null): void {
    if (complaint !== null) this.said.push(complaint);
  }
}

test(`${KILLS} kills`, { timeout: 1_800_000 }, async () => {
  const random = randomFrom(9);
  const env = { RAMPART_DATA_DIR: freshFolder() };
  let ticks = 0;
  const writers = Array.from({ length: WRITERS }, (_, i) => new Writer(`w${i}`, random, () => ++ticks));
  const acknowledged = (): number => writers.reduce((sum, writer) => sum + writer.acknowledged, 0);
  const witness = new Witness();
  const follower = new Follower(witness);
  for (let kill = 0; kill < KILLS; kill++) {
    const rampart = await startRampart(env);
    const socket = follower.follow(rampart.url);
    const work = Promise.all(writers.map((writer) => writer.run(rampart.url)));
    const enough = acknowledged() + 1 + random() * WORK;
    while (acknowledged() < enough) await after(1);
    rampart.kill('SIGKILL');
    await Promise.all([work, rampart.exit]);
    socket.terminate();
    expect(
      writers.flatMap(({ complaints }) => complaints),
      `kill ${kill}`,
    ).toEqual([]);
  }
  const last = await startRampart(env);
  for (const writer of writers) await writer.catchUp(last.url);
  const { events, head } = await everything(last.url, witness, follower.said);
  const socket = follower.follow(last.url);
  await expect.poll(() => toldBy(follower.frames.at(-1) as Frame), { timeout: 60_000 }).toBe(head);
  socket.terminate();
  expect(writers.flatMap(({ complaints }) => complaints)).toEqual([]);
  expect(follower.said).toEqual([]);
  expect(complaintsAbout(follower.frames, { after: 0, log: events })).toEqual([]);
  expect(follower.epochs.size).toBe(1);
  const vms = writers.map(({ vm }) => vm);
  expect(vms.flatMap((vm) => checkVmEvents(vm, events))).toEqual([]);
  expect(checkRealTimeOrder(vms, events)).toEqual([]);
  expect(events.map(({ position }) => position)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
  console.log(`${KILLS} kills, ${acknowledged()} operations acknowledged, ${head} events`);
  last.kill('SIGTERM');
  expect(await last.exit).toEqual({ code: 0, signal: null });
});

async function everything(
  url: string,
  witness: Witness,
  said: string[],
): Promise<{ readonly events: readonly SeenEvent[]; readonly head: number }> {
  const lines = (await (await fetch(`${url}/v1/events`, { headers: { accept: 'application/x-ndjson' } })).text())
    .split('\n')
    .filter(Boolean);
  const events = lines.map((line) => JSON.parse(line) as SeenEvent);
  for (const event of events) {
    const complaint = witness.see(event, 'the log');
    if (complaint !== null) said.push(complaint);
  }
  return { events, head: events.at(-1)?.position ?? 0 };
}
