/** The stream that needs no message: what is wanted stands in the URL. */
import { afterEach, describe, expect, test } from 'vitest';
import { FakeVm, tellStory } from './support/fake-vms.js';
import { everythingIn } from './support/log-text.js';
import { startService, type TestService, type TestServiceOptions } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { complaintsAboutEvents, differences } from './validators.js';

let service: TestService;

async function start(options?: TestServiceOptions): Promise<TestService> {
  service = await startService(options);
  return service;
}

afterEach(async () => {
  await service.close();
});

const open = async (query: string): Promise<WsClient> => WsClient.open(`${service.url}/v1/stream${query}`);

describe('one event object per message', () => {
  test('old and new events, from the beginning', async () => {
    const { log } = await start();
    const [vm] = tellStory(log, 300, 1);
    const client = await open('?after=oldest');
    await client.count(log.head);
    for (let i = 0; i < 20; i++) vm?.change(7);
    await client.count(log.head);
    expect(complaintsAboutEvents(client.events, { after: 0 })).toEqual([]);
    expect(differences(everythingIn(log), client.events)).toEqual([]);
  });

  test('of one VM from a seq, of some types, of some pages', async () => {
    const { log } = await start();
    tellStory(log, 100, 2);
    const all = everythingIn(log);
    const cases = [
      ['?vm=vm-b&after=0', all.filter(({ vm }) => vm === 'vm-b')],
      ['?vm=vm-b&after=4&types=fault', all.filter(({ vm, seq, type }) => vm === 'vm-b' && seq > 4 && type === 'fault')],
      [
        '?after=e1.10&types=fault,mapping-split',
        all.filter(({ position, type }) => position > 10 && (type === 'fault' || type === 'mapping-split')),
      ],
      ['?after=oldest&gpa=0x0,0x1', all.filter((event) => event.type === 'vm-created' || (event as { gpa?: string }).gpa === '0x0')],
    ] as const;
    for (const [query, expected] of cases) {
      const client = await open(query);
      await client.count(expected.length);
      expect(differences(expected, client.events)).toEqual([]);
    }
  });

  test('without after from the head', async () => {
    const { log } = await start();
    const vm = new FakeVm('vm-a', log);
    const client = await open('');
    vm.write(1);
    await client.count(2);
    expect(client.events.map(({ position }) => position)).toEqual([2, 3]);
  });

  test('an event of more than 64 KiB arrives whole', async () => {
    const { log } = await start({
      log: { encode: (_event, { position }) => JSON.stringify({ position, text: 'ä'.repeat(position * 30_000) }) },
    });
    new FakeVm('vm-a', log).change(3);
    const client = await open('?after=oldest');
    await client.count(4);
    expect(client.messages.map(({ text }) => (text as string).length)).toEqual([30_000, 60_000, 90_000, 120_000]);
  });

  test('where it was overtaken by compaction it says so, and goes on', async () => {
    const { log, port } = await start({ log: { limits: { segmentEventsMax: 64, logBytesMax: 200_000 } } });
    const { RawPeer } = await import('./support/raw-peer.js');
    const vm = new FakeVm('vm-a', log);
    const stalled = await RawPeer.webSocket(port, '/v1/stream?after=oldest');
    stalled.stopReading();
    const before = service.stream.stats();
    expect(before.connections).toBe(1);
    for (let i = 0; log.oldest < 30_000; i++) {
      vm.change(9);
      if (i % 100 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const texts: Buffer[] = [];
    stalled.socket.on('data', (data) => texts.push(data));
    stalled.readAgain();
    const text = (): string => Buffer.concat(texts).toString('latin1');
    await stalled.untilReceived(stalled.received + 1);
    while (!text().includes(`"position":${log.head},`)) await stalled.untilReceived(stalled.received + 1);
    const [, from, first, last] = /"type":"gap","from":(\d+),"lost":\[(\d+),(\d+)\],"why":"compacted"/.exec(text()) ?? [];
    expect(Number(first)).toBe(Number(from) + 1);
    const seen = [...text().matchAll(/"position":(\d+),/g)].map((match) => Number(match[1]));
    expect(seen.filter((position) => position >= Number(first) && position <= Number(last))).toEqual([]);
    expect(seen).toContain(Number(from));
    expect(seen).toContain(Number(last) + 1);
    stalled.socket.destroy();
  });
});

describe('what ends it', () => {
  test.each([
    ['a cursor from the future', '?after=e1.99', 4416],
    ['a seq from the future', '?vm=vm-a&after=99', 4416],
    ['a cursor of another epoch', '?after=e0.1', 4416],
    ['a cursor before the oldest event', '?after=e1.1', 4410],
  ])('%s: close code %s %d', async (_name, query, code) => {
    const { log } = await start({ log: { limits: { segmentEventsMax: 2, logBytesMax: 1 } } });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 5; i++) vm.write(i);
    const client = await open(query);
    const { code: actual, reason } = await client.ended;
    expect(actual).toBe(code);
    expect(reason).not.toBe('');
    expect(client.messages).toEqual([]);
  });

  test('a message of the client: it takes none', async () => {
    await start();
    const client = await open('');
    client.send('hello?');
    expect(await client.ended).toMatchObject({ code: 4400 });
  });
});
