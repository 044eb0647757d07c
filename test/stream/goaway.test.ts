/** The end of the service: everyone is told where to resume, and nobody can hold it up. */
import { expect, test } from 'vitest';
import { FakeVm, tellStory } from './support/fake-vms.js';
import { everythingIn } from './support/log-text.js';
import { ManualClock } from '../support/manual-clock.js';
import { RawPeer } from './support/raw-peer.js';
import { startService } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { differences, eventsOf } from './validators.js';

test('goaway names the cursor to resume from, and resuming there misses nothing', async () => {
  const first = await startService();
  tellStory(first.log, 100, 1);
  const client = await WsClient.talk(first.url);
  client.send({ t: 'subscribe', id: 1, after: 'oldest', credit: 50 });
  await client.until(() => eventsOf(client.frames(1)).length >= 45);
  const closing = first.stream.close();
  expect(await client.ended).toMatchObject({ code: 1001 });
  await closing;
  const goaway = client.messages.at(-1);
  const told = client.frames(1).at(-1);
  expect(goaway).toEqual({ t: 'goaway', why: 'shutdown', resume: `e1.${told?.t === 'events' ? told.to : -1}`, retryMs: [200, 2000] });
  await first.close();

  // The log comes back with the same events and the same epoch, as from a store.
  const second = await startService();
  tellStory(second.log, 100, 1);
  const again = await WsClient.talk(second.url);
  again.send({ t: 'subscribe', id: 1, after: goaway?.['resume'] });
  await again.untilTold(1, second.log.head);
  expect(differences(everythingIn(second.log), [...eventsOf(client.frames(1)), ...eventsOf(again.frames(1))])).toEqual([]);
  await second.close();
});

test('with several subscriptions the cursor is the one of that which is furthest behind; with none the head', async () => {
  const service = await startService();
  tellStory(service.log, 50, 2);
  const client = await WsClient.talk(service.url);
  const idle = await WsClient.talk(service.url);
  client.send({ t: 'subscribe', id: 1, after: 'oldest' });
  client.send({ t: 'subscribe', id: 2, after: 'e1.7', credit: 0 });
  await client.untilTold(1, service.log.head);
  await service.stream.close();
  await Promise.all([client.ended, idle.ended]);
  expect(client.messages.at(-1)).toMatchObject({ t: 'goaway', resume: 'e1.7' });
  expect(idle.messages.at(-1)).toMatchObject({ t: 'goaway', resume: `e1.${service.log.head}` });
  await service.close();
});

test('a stream without protocol is told in the close frame', async () => {
  const service = await startService();
  new FakeVm('vm-a', service.log);
  const client = await WsClient.open(`${service.url}/v1/stream?after=oldest`);
  await client.count(1);
  await service.stream.close();
  expect(await client.ended).toEqual({ code: 1001, reason: 'resume e1.1' });
  await service.close();
});

test('who does not say goodbye is ended after a bounded time', async () => {
  const clock = new ManualClock();
  const service = await startService({ clock });
  const vm = new FakeVm('vm-a', service.log);
  const peers = await Promise.all(Array.from({ length: 5 }, async () => RawPeer.webSocket(service.port, '/v1/stream?after=oldest')));
  for (const peer of peers) peer.stopReading();
  for (let i = 0; i < 5000; i++) vm.change(9);
  const closing = service.stream.close();
  expect(service.stream.stats().connections).toBe(5);
  clock.advance(1000);
  expect(service.stream.stats().connections).toBe(5);
  clock.advance(2000);
  await closing;
  expect(service.stream.stats().connections).toBe(0);
  await service.close();
});

test('500 sockets are closed together', async () => {
  const service = await startService();
  new FakeVm('vm-a', service.log);
  const clients = await Promise.all(Array.from({ length: 500 }, async () => WsClient.open(`${service.url}/v1/stream`)));
  await service.stream.close();
  const endings = await Promise.all(clients.map(async ({ ended }) => ended));
  expect(new Set(endings.map(({ code }) => code))).toEqual(new Set([1001]));
  await service.close();
});
