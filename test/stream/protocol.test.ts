/** The protocol `rampart.v1.json` over real sockets: the conversation, filters, batches, credit, marks, and mistakes. */
import { afterEach, describe, expect, test } from 'vitest';
import { SUBPROTOCOL } from '../../src/ws/messages.js';
import { FakeVm, tellStory } from './support/fake-vms.js';
import { everythingIn } from './support/log-text.js';
import { ManualClock } from '../support/manual-clock.js';
import { startService, type TestService, type TestServiceOptions } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { complaintsAbout, eventsOf } from './validators.js';

let service: TestService;

async function start(options?: TestServiceOptions): Promise<TestService> {
  service = await startService(options);
  return service;
}

afterEach(async () => {
  await service.close();
});

/** Resolves when the server has read and done all that was sent before. */
async function settled(client: WsClient): Promise<void> {
  const before = client.messages.length;
  client.send({ t: 'credit', id: 999_999, n: 1 });
  await client.until((messages) => messages.slice(before).some(({ code, id }) => code === 'unknown-id' && id === 999_999));
}

describe('the conversation', () => {
  test('hello says where the log is and what the limits are', async () => {
    const { log, url } = await start();
    tellStory(log, 3, 1);
    const client = await WsClient.talk(url);
    expect(client.messages[0]).toMatchObject({
      t: 'hello',
      epoch: 'e1',
      head: log.head,
      oldest: 1,
      heartbeatMs: 10_000,
      limits: { batchEventsMax: 1000 },
    });
    expect(client.ws.protocol).toBe(SUBPROTOCOL);
  });

  test('old events and new ones come in one unbroken stream', async () => {
    const { log, url } = await start();
    const [vm] = tellStory(log, 200, 2);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest' });
    await client.untilTold(1, log.head);
    for (let i = 0; i < 50; i++) vm?.write(i);
    await client.untilTold(1, log.head);
    const frames = client.frames(1);
    expect(frames[0]).toEqual({ t: 'subscribed', id: 1, from: 0, head: expect.any(Number) as number });
    expect(complaintsAbout(frames, { after: 0, log: everythingIn(log) })).toEqual([]);
    expect(eventsOf(frames)).toEqual(everythingIn(log));
  });

  test('without after it begins at the head', async () => {
    const { log, url } = await start();
    const [vm] = tellStory(log, 20, 3);
    const head = log.head;
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1 });
    await client.untilTold(1, head);
    vm?.write(1);
    await client.untilTold(1, head + 2);
    expect(eventsOf(client.frames(1)).map(({ position }) => position)).toEqual([head + 1, head + 2]);
  });

  test('a VM may be read from one of its seq', async () => {
    const { log, url } = await start();
    tellStory(log, 30, 4);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, vm: 'vm-b', after: 3 });
    client.send({ t: 'subscribe', id: 2, vm: 'vm-b', after: '3' });
    await client.untilTold(1, log.head);
    await client.untilTold(2, log.head);
    const expected = everythingIn(log).filter(({ vm, seq }) => vm === 'vm-b' && seq > 3);
    expect(eventsOf(client.frames(1))).toEqual(expected);
    expect(eventsOf(client.frames(2))).toEqual(expected);
  });

  test('several subscriptions share a socket, each with its filter', async () => {
    const { log, url } = await start();
    const vms = tellStory(log, 100, 5);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest' });
    client.send({ t: 'subscribe', id: 2, after: 'oldest', vm: 'vm-a' });
    client.send({ t: 'subscribe', id: 3, after: 'oldest', types: ['fault', 'vm-created'] });
    client.send({ t: 'subscribe', id: 4, after: 'oldest', gpa: ['0x0', 0x20_0000] });
    await settled(client);
    for (let i = 0; i < 100; i++) vms[i % 3]?.write(i * 40);
    for (const vm of vms) vm.delete();
    await Promise.all([1, 2, 3].map((id) => client.untilTold(id, log.head - 2)));
    await client.until(() => eventsOf(client.frames(4)).filter(({ type }) => type === 'vm-deleted').length === 3);
    const all = everythingIn(log);
    expect(complaintsAbout(client.frames(1), { after: 0, log: all })).toEqual([]);
    expect(complaintsAbout(client.frames(2), { after: 0, log: all, wanted: ({ vm }) => vm === 'vm-a' })).toEqual([]);
    expect(
      complaintsAbout(client.frames(3), { after: 0, log: all, wanted: ({ type }) => type === 'fault' || type === 'vm-created' }),
    ).toEqual([]);
    const shown = eventsOf(client.frames(4));
    expect(shown.filter(({ type }) => type === 'vm-created')).toHaveLength(3);
    expect(
      complaintsAbout(client.frames(4), {
        after: 0,
        log: all,
        wanted: (event) => shown.some(({ position }) => position === event.position),
      }),
    ).toEqual([]);
    expect(shown.length).toBeLessThan(all.length / 2);
  });

  test('after unsubscribe nothing more comes, and the id is free again', async () => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1 });
    vm.write(1);
    await client.untilTold(1, log.head);
    client.send({ t: 'unsubscribe', id: 1 });
    await settled(client);
    const frames = client.frames(1).length;
    vm.write(2);
    client.send({ t: 'subscribe', id: 1, after: 'e1.1' });
    await client.untilTold(1, log.head);
    expect(client.frames(1).slice(frames)[0]).toMatchObject({ t: 'subscribed', from: 1 });
  });

  test('a subscription with much to say does not keep the others from speaking', async () => {
    const { log, url } = await start({ limits: { frameBytesMax: 2000 } });
    tellStory(log, 500, 6);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', batch: { max: 1 } });
    client.send({ t: 'subscribe', id: 2, after: 'oldest', types: ['vm-created'], batch: { max: 1 } });
    await client.untilTold(2, log.head);
    await client.untilTold(1, log.head);
    expect(complaintsAbout(client.frames(1), { log: everythingIn(log) })).toEqual([]);
  });
});

describe('batches', () => {
  test('a frame has at most so many events, and says more where it splits an operation', async () => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    vm.change(10);
    vm.change(3);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'e1.1', batch: { max: 4 } });
    await client.untilTold(1, log.head);
    const frames = client.frames(1).slice(1);
    expect(frames).toMatchObject([
      { from: 1, to: 5, more: true },
      { from: 5, to: 9, more: true },
      { from: 9, to: 11, more: false },
      { from: 11, to: 14, more: false },
    ]);
    expect(complaintsAbout(client.frames(1))).toEqual([]);
  });

  test('operations that happen within ms are one frame', async () => {
    const clock = new ManualClock();
    const { log, url } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, batch: { max: 100, ms: 50 } });
    await settled(client);
    for (let i = 0; i < 3; i++) {
      vm.write(i);
      await settled(client);
      clock.advance(10);
    }
    expect(eventsOf(client.frames(1))).toEqual([]);
    clock.advance(50);
    await client.untilTold(1, log.head);
    expect(client.frames(1).slice(1)).toMatchObject([{ t: 'events', from: 1, to: 7 }]);
  });

  test('a full batch does not wait', async () => {
    const { log, url } = await start({ clock: new ManualClock() });
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, batch: { max: 4, ms: 1000 } });
    await settled(client);
    for (let i = 0; i < 2; i++) vm.write(i);
    await client.untilTold(1, log.head);
    expect(eventsOf(client.frames(1))).toHaveLength(4);
  });
});

describe('credit', () => {
  test('no more events come than were granted, and more come with more', async () => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 20; i++) vm.write(i);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', credit: 5 });
    const seen = (): number => eventsOf(client.frames(1)).length;
    await client.until(() => seen() >= 5);
    await settled(client);
    expect(seen()).toBe(5);
    client.send({ t: 'credit', id: 1, n: 3 });
    await client.until(() => seen() >= 8);
    await settled(client);
    expect(seen()).toBe(8);
    client.send({ t: 'credit', id: 1, n: 1000 });
    await client.untilTold(1, log.head);
    expect(complaintsAbout(client.frames(1), { after: 0, log: everythingIn(log) })).toEqual([]);
  });

  test('a subscription may begin without any', async () => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', credit: 0 });
    vm.write(1);
    await settled(client);
    expect(eventsOf(client.frames(1))).toEqual([]);
    client.send({ t: 'credit', id: 1, n: 10 });
    await client.untilTold(1, log.head);
  });

  test('what the filter hides costs none', async () => {
    const { log, url } = await start();
    tellStory(log, 100, 7);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', types: ['vm-created'], credit: 3 });
    await client.untilTold(1, log.head);
    expect(eventsOf(client.frames(1))).toHaveLength(3);
  });
});

describe('marks', () => {
  test('a filter that hides all is told at once that it is up to date, and by every heartbeat where it is', async () => {
    const clock = new ManualClock();
    const { log, url } = await start({ clock });
    const [vm] = tellStory(log, 50, 8);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'oldest', types: ['vm-killed'] });
    await client.untilTold(1, log.head);
    expect(client.frames(1).slice(1)).toEqual([{ t: 'mark', id: 1, from: 0, to: log.head, head: log.head }]);
    for (let beat = 0; beat < 3; beat++) {
      vm?.write(beat);
      await settled(client);
      clock.advance(10_000);
      await client.untilTold(1, log.head);
    }
    expect(complaintsAbout(client.frames(1), { after: 0, log: everythingIn(log), wanted: () => false })).toEqual([]);
  });

  test('a quiet log has heartbeats too', async () => {
    const clock = new ManualClock();
    const { log, url } = await start({ clock });
    new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1 });
    await settled(client);
    clock.advance(10_000);
    await client.until((messages) => messages.some(({ t }) => t === 'mark'));
    expect(client.frames(1).at(-1)).toEqual({ t: 'mark', id: 1, from: 1, to: 1, head: 1 });
  });
});

describe('refused subscriptions leave the connection open', () => {
  test.each([
    ['a cursor from the future', { after: 'e1.99' }, 'cursor-future', '/after'],
    ['a seq from the future', { vm: 'vm-a', after: 99 }, 'cursor-future', '/after'],
    ['a bare seq without a VM', { after: 1 }, 'invalid-field', '/after'],
    ['text that is no cursor', { after: 'yesterday' }, 'invalid-field', '/after'],
    ['an unknown VM', { vm: 'vm-z' }, 'unknown-vm', '/vm'],
    ['an unknown type', { types: ['fault', 'faults'] }, 'invalid-field', '/types'],
    ['a range that is empty', { gpa: ['0x1000', '0x1000'] }, 'invalid-field', '/gpa'],
    ['a range that is no address', { gpa: ['0', '0x1000'] }, 'invalid-field', '/gpa'],
  ])('%s', async (_name, fields, code, pointer) => {
    const { log, url } = await start();
    const vm = new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, ...fields });
    await client.count(2);
    expect(client.messages[1]).toMatchObject({ t: 'error', id: 1, code, pointer });
    client.send({ t: 'subscribe', id: 1, vm: 'vm-a' });
    vm.write(1);
    await client.untilTold(1, log.head);
  });

  test('a cursor of another epoch: first the epochs, then the error', async () => {
    const { log, url } = await start();
    new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'e0.1' });
    await client.count(3);
    expect(client.messages.slice(1)).toMatchObject([
      { t: 'epoch', old: 'e0', new: 'e1', why: 'restart-without-store' },
      { t: 'error', id: 1, code: 'epoch-mismatch' },
    ]);
  });

  test('an id that is in use, one that is not, and too many', async () => {
    const { log, url } = await start({ limits: { subscriptionsPerConnection: 2 } });
    new FakeVm('vm-a', log);
    const client = await WsClient.talk(url);
    for (const id of [1, 1, 2, 3]) client.send({ t: 'subscribe', id });
    client.send({ t: 'credit', id: 7, n: 1 });
    client.send({ t: 'unsubscribe', id: 8 });
    await client.until((messages) => messages.filter(({ t }) => t === 'error').length === 4);
    expect(client.messages.filter(({ t }) => t === 'error').map(({ id, code }) => [id, code])).toEqual([
      [1, 'id-in-use'],
      [3, 'too-many-streams'],
      [7, 'unknown-id'],
      [8, 'unknown-id'],
    ]);
  });

  test('who makes nothing but mistakes is sent away', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    for (let i = 0; i < 150; i++) client.send({ t: 'unsubscribe', id: i });
    expect(await client.ended).toMatchObject({ code: 1008 });
    expect(client.messages.length).toBeLessThan(110);
  });
});

describe('a cursor before the oldest event', () => {
  test('the subscription begins with the gap, and goes on from there', async () => {
    const { log, url } = await start({ log: { limits: { segmentEventsMax: 4, logBytesMax: 1 } } });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 20; i++) vm.write(i);
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 1, after: 'e1.3' });
    client.send({ t: 'subscribe', id: 2, vm: 'vm-a', after: 0 });
    await client.untilTold(1, log.head);
    await client.untilTold(2, log.head);
    const { oldest } = log;
    const fetch = `?after=e1.${oldest - 1}`;
    expect(client.frames(1).slice(0, 2)).toMatchObject([
      { t: 'subscribed', from: 3 },
      { t: 'gap', from: 3, lost: [4, oldest - 1], why: 'compacted', fetch: `/v1/events${fetch}` },
    ]);
    expect(client.frames(2).slice(0, 2)).toMatchObject([
      { t: 'subscribed', from: 0 },
      { t: 'gap', from: 0, lost: [1, oldest - 1], why: 'compacted', fetch: `/v1/vms/vm-a/events${fetch}` },
    ]);
    expect(complaintsAbout(client.frames(1), { after: 3, log: everythingIn(log) })).toEqual([]);
  });
});

describe('frames that are none', () => {
  test.each([
    ['text that is no JSON', '{"t":', /no JSON/, ''],
    ['no object', '[]', /./, ''],
    ['no kind', '{}', /t/, '/t'],
    ['an unknown kind', '{"t":"shout","id":1}', /./, '/t'],
    ['an unknown field', '{"t":"subscribe","id":1,"vms":"a"}', /vms: there is no such field/, '/vms'],
    ['an unknown field further in', '{"t":"subscribe","id":1,"batch":{"size":1}}', /size/, '/batch/size'],
    ['a key twice', '{"t":"subscribe","id":1,"id":2}', /twice/, '/id'],
    ['__proto__', '{"t":"subscribe","id":1,"__proto__":{}}', /__proto__/, '/__proto__'],
    ['a missing id', '{"t":"subscribe"}', /id/, '/id'],
    ['an id that is no integer', '{"t":"subscribe","id":1.5}', /id/, '/id'],
    ['a batch of none', '{"t":"subscribe","id":1,"batch":{"max":0}}', /max/, '/batch/max'],
    ['a batch that is too large', '{"t":"subscribe","id":1,"batch":{"max":1001}}', /max/, '/batch/max'],
    ['credit of nothing', '{"t":"credit","id":1,"n":0}', /n/, '/n'],
    ['an unknown policy', '{"t":"subscribe","id":1,"slow":"drop"}', /slow/, '/slow'],
    ['no types', '{"t":"subscribe","id":1,"types":[]}', /types/, '/types'],
  ])('%s: an error that names the place and the remedy, then 4400', async (_name, text, detail, pointer) => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    client.send(text);
    expect(await client.ended).toMatchObject({ code: 4400 });
    expect(client.messages.at(-1)).toMatchObject({
      t: 'error',
      code: 'bad-frame',
      pointer,
      detail: expect.stringMatching(detail) as string,
      hint: expect.stringMatching(/./) as string,
    });
  });

  test('a binary message ends it with 4400', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    client.ws.send(Buffer.from('{}'), { binary: true });
    expect(await client.ended).toMatchObject({ code: 4400 });
    expect(client.messages.at(-1)).toMatchObject({ t: 'error', code: 'bad-frame', hint: 'send JSON in text frames' });
  });

  test('a message that is too large ends it with 1009', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    client.send(`{"t":"subscribe","id":1,"vm":"${'x'.repeat(65_536)}"}`);
    expect(await client.ended).toMatchObject({ code: 1009, reason: expect.stringContaining('65536 bytes') as string });
    expect(client.messages.at(-1)).toMatchObject({ t: 'error', code: 'bad-frame', hint: expect.stringMatching(/./) as string });
  });

  test('one of twice that size is not even read', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    client.send(`{"t":"subscribe","id":1,"vm":"${'x'.repeat(131_072)}"}`);
    expect(await client.ended).toMatchObject({ code: 1009 });
  });

  test('an error carries the id of its subscription wherever it can be read', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    client.send({ t: 'subscribe', id: 7, types: [] });
    expect(await client.ended).toMatchObject({ code: 4400 });
    expect(client.messages.at(-1)).toMatchObject({ t: 'error', id: 7, pointer: '/types', hint: 'give a number of items of at least 1' });
  });

  test('a message in too many fragments ends it with 1008', async () => {
    const { url } = await start();
    const client = await WsClient.talk(url);
    for (let i = 0; i < 20; i++) client.ws.send('x', { fin: false });
    expect(await client.ended).toMatchObject({ code: 1008 });
  });
});
