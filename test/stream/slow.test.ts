/** Readers that are slow, stuck or gone: each gets what it asked for, and nobody else notices. */
import { afterEach, describe, expect, test } from 'vitest';
import { STREAM_LIMITS } from '../../src/service/stream-limits.js';
import { SUBPROTOCOL } from '../../src/ws/messages.js';
import { FakeVm } from './support/fake-vms.js';
import { everythingIn } from './support/log-text.js';
import { ManualClock } from '../support/manual-clock.js';
import { RawPeer } from './support/raw-peer.js';
import { startService, type TestService, type TestServiceOptions } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { complaintsAbout, complaintsAboutEvents, eventsOf } from './validators.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const LAG = 100;
const LIMITS = { slowLagEvents: LAG };

let service: TestService;

async function start(options?: TestServiceOptions): Promise<TestService> {
  service = await startService({ limits: LIMITS, ...options });
  return service;
}

afterEach(async () => {
  await service.close();
});

const tick = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function settled(client: WsClient): Promise<void> {
  const before = client.messages.length;
  client.send({ t: 'unsubscribe', id: 999_999 });
  await client.until((messages) => messages.slice(before).some(({ id }) => id === 999_999));
}

/** More than the sockets of a connection hold, in ticks of their own. */
async function flood(vm: FakeVm, events: number): Promise<void> {
  for (let i = 0; i < events; i += 9) {
    vm.change(9, i);
    if (i % 900 === 0) await tick();
  }
}

/** The sockets have taken what they can, and are given nothing more. */
async function untilBlocked(): Promise<void> {
  while (service.stream.stats().unsentBytes < STREAM_LIMITS.unsentBytesMax) await tick();
}

describe('without credit', () => {
  async function subscribed(slow: string): Promise<{ client: WsClient; vm: FakeVm; clock: ManualClock }> {
    const clock = new ManualClock();
    const { log, url } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, credit: 4, slow });
    await settled(client);
    for (let i = 0; i < 10; i++) vm.write(i);
    await client.until(() => eventsOf(client.frames(1)).length === 4);
    return { client, vm, clock };
  }

  test('wait: everything comes in the end', async () => {
    const { client, vm, clock } = await subscribed('wait');
    for (let i = 0; i < 5 * LAG; i++) vm.write(i);
    clock.advance(5000);
    await settled(client);
    expect(eventsOf(client.frames(1))).toHaveLength(4);
    client.send({ t: 'credit', id: 1, n: 100 * LAG });
    await client.untilTold(1, service.log.head);
    expect(complaintsAbout(client.frames(1), { after: 1, log: everythingIn(service.log) })).toEqual([]);
    expect(client.frames(1).some(({ t }) => t === 'gap')).toBe(false);
  });

  test('gap: it is told what it missed and where to fetch it, and goes on at the head', async () => {
    const { client, vm, clock } = await subscribed('gap');
    for (let i = 0; i < LAG; i++) vm.write(i);
    await settled(client);
    expect(client.frames(1).some(({ t }) => t === 'gap')).toBe(false);
    clock.advance(1000);
    await client.until(() => client.frames(1).some(({ t }) => t === 'gap'));
    const lostTo = service.log.head;
    expect(client.frames(1).at(-1)).toEqual({ t: 'gap', id: 1, from: 5, lost: [6, lostTo], why: 'slow', fetch: '/v1/events?after=e1.5' });
    client.send({ t: 'credit', id: 1, n: 10 });
    vm.write(1);
    await client.untilTold(1, service.log.head);
    expect(complaintsAbout(client.frames(1), { after: 1, log: everythingIn(service.log) })).toEqual([]);
    const missed = await fetch(`http://${service.url}/v1/events?after=e1.5&limit=1000`);
    const { events } = (await missed.json()) as { events: { position: number }[] };
    expect(events.map(({ position }) => position)).toEqual(expect.arrayContaining([6, lostTo]));
  });

  test('close: it is ended with 4408', async () => {
    const { client, vm, clock } = await subscribed('close');
    for (let i = 0; i < LAG; i++) vm.write(i);
    await settled(client);
    clock.advance(1000);
    expect(await client.ended).toMatchObject({ code: 4408 });
  });

  test('a burst makes nobody slow who then takes it', async () => {
    const { client, vm, clock } = await subscribed('close');
    for (let i = 0; i < 10 * LAG; i++) vm.write(i);
    client.send({ t: 'credit', id: 1, n: 10 * LAG });
    await settled(client);
    clock.advance(900);
    client.send({ t: 'credit', id: 1, n: 100 * LAG });
    await client.untilTold(1, service.log.head);
    clock.advance(5000);
    await settled(client);
    expect(complaintsAbout(client.frames(1), { after: 1, log: everythingIn(service.log) })).toEqual([]);
  });

  test('who reads old events at full speed is far behind and not slow', async () => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 20 * LAG; i++) vm.write(i);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', slow: 'gap' });
    client.send({ t: 'subscribe', id: 2, after: 'oldest', slow: 'close' });
    await client.untilTold(1, log.head);
    await client.untilTold(2, log.head);
    for (const id of [1, 2]) expect(complaintsAbout(client.frames(id), { after: 0, log: everythingIn(log) })).toEqual([]);
  });

  test.each([
    ['gap', 'gap'],
    ['close', 'ended'],
  ])('who stops in the middle of old events becomes slow in time: %s', async (slow, then) => {
    const clock = new ManualClock();
    const { log, url } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 20 * LAG; i++) vm.write(i);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', credit: 10, slow });
    await client.until(() => eventsOf(client.frames(1)).length >= 9);
    clock.advance(10_000);
    if (then === 'ended') expect(await client.ended).toMatchObject({ code: 4408 });
    else await client.until(() => client.frames(1).some(({ t }) => t === 'gap'));
  });

  test('overtaken by compaction: told at once, also without credit; with close ended with 4410', async () => {
    const { log, url } = await start({ log: { limits: { segmentEventsMax: 16, logBytesMax: 1 } }, limits: { slowLagEvents: 1_000_000 } });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    const strict = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, credit: 0 });
    strict.send({ t: 'subscribe', id: 1, credit: 0, slow: 'close' });
    await Promise.all([settled(client), settled(strict)]);
    for (let i = 0; i < 50; i++) vm.write(i);
    await client.until(() => client.frames(1).some(({ t }) => t === 'gap'));
    expect(client.frames(1).at(-1)).toMatchObject({ t: 'gap', from: 1, lost: [2, log.oldest - 1], why: 'compacted' });
    expect(await strict.ended).toMatchObject({ code: 4410 });
  });
});

describe('a socket that takes nothing', () => {
  test.each(['wait', 'gap', 'close'])('%s: bounded on the way, and right afterwards', async (slow) => {
    const clock = new ManualClock();
    const { log, url, stream } = await start({ clock, limits: { slowLagEvents: 5000 } });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, slow });
    await settled(client);
    client.ws.pause();
    await flood(vm, 40_000);
    await untilBlocked();
    expect(stream.stats().unsentBytes).toBeLessThan(256 * 1024);
    clock.advance(1000);
    client.ws.resume();
    if (slow === 'close') {
      expect(await client.ended).toMatchObject({ code: 4408 });
      return;
    }
    await client.untilTold(1, log.head);
    expect(complaintsAbout(client.frames(1), { after: 1, log: everythingIn(log) })).toEqual([]);
    expect(client.frames(1).some(({ t }) => t === 'gap')).toBe(slow === 'gap');
  });

  test('for too long: it is told 4408 where it still can be', async () => {
    const clock = new ManualClock();
    const { log, url, closeCodes } = await start({ clock, limits: { slowLagEvents: 1_000_000 } });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1 });
    await settled(client);
    client.ws.pause();
    await flood(vm, 40_000);
    await untilBlocked();
    clock.advance(29_000);
    expect(service.stream.stats().connections).toBe(1);
    clock.advance(2000);
    client.ws.resume();
    expect(await client.ended).toMatchObject({ code: 4408 });
    while (service.stream.stats().connections > 0) await tick();
    expect(closeCodes).toEqual([4408]);
  });

  test('and does not take the goodbye either: it is ended all the same', async () => {
    const clock = new ManualClock();
    const { log, port, stream } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const peer = await RawPeer.webSocket(port, '/v1/stream');
    peer.stopReading();
    await flood(vm, 40_000);
    await untilBlocked();
    clock.advance(31_000);
    expect(stream.stats().connections).toBe(1);
    clock.advance(3000);
    while (stream.stats().connections > 0) await tick();
    peer.readAgain();
    await peer.closed;
  });

  test('answers pings but never reads: its pongs do not help it', async () => {
    const clock = new ManualClock();
    const { log, port, stream } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const peer = await RawPeer.webSocket(port, '/v1/stream');
    peer.stopReading();
    await flood(vm, 40_000);
    await untilBlocked();
    for (let second = 0; second < 40; second++) {
      peer.sendFrame(10, 'pong');
      clock.advance(1000);
      await tick();
    }
    while (stream.stats().connections > 0) await tick();
    peer.socket.destroy();
  });

  test('sends pings without end and never reads: pongs do not pile up', async () => {
    const { log, port, stream } = await start();
    new FakeVm('vm-a', log);
    const peer = await RawPeer.webSocket(port, '/v1/stream', SUBPROTOCOL);
    peer.stopReading();
    const ping = 'p'.repeat(100);
    for (let i = 0; i < 60_000; i++) {
      peer.sendFrame(9, ping);
      if (i % 500 === 0) await tick();
      if (i % 500 === 0 && peer.socket.writableLength > 2 ** 20) break;
    }
    expect(stream.stats().unsentBytes).toBeLessThan(512 * 1024);
    peer.socket.destroy();
  });
});

describe('a peer that is gone without a word', () => {
  test('answers no pings and is ended after some heartbeats', async () => {
    const clock = new ManualClock();
    const { log, port, stream } = await start({ clock });
    new FakeVm('vm-a', log);
    const peer = await RawPeer.webSocket(port, '/v1/stream');
    for (let beat = 0; beat < 4; beat++) clock.advance(10_000);
    clock.advance(3000);
    await peer.closed;
    while (stream.stats().connections > 0) await tick();
  });

  test('one that answers stays', async () => {
    const clock = new ManualClock();
    const { log, url, stream } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1 });
    let pings = 0;
    client.ws.on('ping', () => pings++);
    for (let beat = 1; beat <= 10; beat++) {
      clock.advance(10_000);
      while (pings < beat) await tick();
      await settled(client);
    }
    vm.write(1);
    await client.untilTold(1, log.head);
    expect(stream.stats()).toMatchObject({ connections: 1, subscriptions: 1 });
  });

  test('a connection that breaks is forgotten at once', async () => {
    const { log, url, stream, hub } = await start();
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, batch: { ms: 1000 } });
    await settled(client);
    vm.write(1);
    client.ws.terminate();
    while (stream.stats().connections > 0) await tick();
    expect(hub.stats().followers).toBe(0);
  });
});

describe('many that are stuck', () => {
  const STALLED = LONG ? 1000 : 50;
  const EVENTS = LONG ? 1_000_000 : 20_000;

  test('cost next to nothing, and a healthy reader does not notice', async () => {
    const { log, port, url, stream } = await start({ limits: { slowLagEvents: 10_000_000 } });
    const vm = new FakeVm('vm-a', log);
    const stalled: RawPeer[] = [];
    for (let i = 0; i < STALLED; i++) {
      const peer = await RawPeer.webSocket(port, '/v1/stream?after=oldest');
      peer.stopReading();
      stalled.push(peer);
    }
    let complaint: string | null = null;
    let last = log.head;
    const healthy = await WsClient.open(`${url}/v1/stream?after=head`);
    healthy.ws.removeAllListeners('message');
    healthy.ws.on('message', (data: Buffer) => {
      const { position } = JSON.parse(data.toString()) as { position: number };
      if (position !== last + 1) complaint ??= `event ${position} came after ${last}`;
      last = position;
    });
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    let unsentMost = 0;
    while (log.head < EVENTS) {
      for (let i = 0; i < 100; i++) vm.change(9, i);
      // The healthy reader sets the pace: nothing but its own place says how far it is.
      while (last < log.head - 50_000) await tick();
      await tick();
      unsentMost = Math.max(unsentMost, stream.stats().unsentBytes);
    }
    while (last < log.head) await tick();
    expect(complaint).toBeNull();
    // The bytes that are held back are one piece of memory for all that stopped at the same place.
    expect(unsentMost / STALLED).toBeLessThan(192 * 1024);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(LONG ? 250 : 160);
    for (const peer of stalled) peer.socket.destroy();
    while (stream.stats().connections > 1) await tick();
    await healthy.close();
  });

  test('one of them that reads again gets all of it', async () => {
    const { log, port, url } = await start({ limits: { slowLagEvents: 10_000_000 } });
    const vm = new FakeVm('vm-a', log);
    const peers = await Promise.all(Array.from({ length: 5 }, async () => RawPeer.webSocket(port, '/v1/stream?after=oldest')));
    for (const peer of peers) peer.stopReading();
    const client = await WsClient.open(`${url}/v1/stream?after=oldest`);
    client.ws.pause();
    await flood(vm, 30_000);
    client.ws.resume();
    await client.count(log.head);
    expect(complaintsAboutEvents(client.events, { after: 0 })).toEqual([]);
    for (const peer of peers) peer.socket.destroy();
  });
});
