/** One cursor for everything: from every kept cursor, over every way of reading, the same events follow. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tellStory } from './support/fake-vms.js';
import { LiveAnswer, readLines, readPages } from './support/http-client.js';
import { everythingIn } from './support/log-text.js';
import { startService, type TestService } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';
import { complaintsAbout, differences, type EventObject, eventsOf } from './validators.js';

const [OPERATIONS, LOG_BYTES] = process.env['RAMPART_LONG'] === '1' ? [1000, 60_000] : [80, 24_000];

let service: TestService;
let all: readonly EventObject[];

beforeAll(async () => {
  service = await startService({ log: { limits: { segmentBytes: 8192, segmentEventsMax: 16, plainSegments: 1, logBytesMax: LOG_BYTES } } });
  tellStory(service.log, OPERATIONS, 11);
  all = everythingIn(service.log);
});

afterAll(async () => {
  await service.close();
});

/** Every position from which something, or nothing, is left. */
const places = (): number[] => Array.from({ length: all.length + 1 }, (_, index) => service.log.oldest - 1 + index);

const left = (after: number): readonly EventObject[] => all.filter(({ position }) => position > after);

type ReadFrom = (after: number) => Promise<readonly EventObject[]>;

const ways: readonly (readonly [string, ReadFrom])[] = [
  ['pages', async (after) => readPages(service, '/v1/events', `e1.${after}`, 47)],
  ['NDJSON', async (after) => readLines(service, `/v1/events?after=e1.${after}`)],
  [
    'NDJSON that follows',
    async (after) => {
      const live = await LiveAnswer.follow(service, `/v1/events?follow=true&after=e1.${after}`);
      await live.until(() => live.lines.length >= left(after).length);
      live.close();
      return live.lines;
    },
  ],
  [
    'server-sent events',
    async (after) => {
      const live = await LiveAnswer.sse(service, '/v1/events', { 'last-event-id': `e1.${after}` });
      await live.until(() => live.sentEvents.length >= left(after).length);
      live.close();
      return live.sentEvents;
    },
  ],
  [
    'WebSocket without protocol',
    async (after) => {
      const client = await WsClient.open(`${service.url}/v1/stream?after=e1.${after}`);
      await client.count(left(after).length);
      await client.close();
      return client.events;
    },
  ],
  [
    'WebSocket',
    async (after) => {
      const client = await WsClient.talk(service.url);
      client.send({ t: 'subscribe', id: 1, after: `e1.${after}`, batch: { max: 5 } });
      await client.untilTold(1, service.log.head);
      await client.close();
      expect(complaintsAbout(client.frames(1), { after, log: all })).toEqual([]);
      return eventsOf(client.frames(1));
    },
  ],
];

describe('from every cursor that is kept', () => {
  test('the log was compacted before, and most of it is packed', () => {
    expect(service.log.oldest).toBeGreaterThan(1);
    expect(all.length).toBeGreaterThan(80);
  });

  test.each(ways)('%s', async (_name, readFrom) => {
    for (const after of places()) expect(differences(left(after), await readFrom(after))).toEqual([]);
  });
});

test('a WebSocket that is cut after every frame and resumed at what it was told gives the uncut stream', async () => {
  const pieces: EventObject[] = [];
  const { head, oldest } = service.log;
  for (let after = oldest - 1; after < head; ) {
    const client = await WsClient.talk(service.url);
    client.send({ t: 'subscribe', id: 1, after: `e1.${after}`, batch: { max: 3 } });
    await client.until(() => client.frames(1).length >= 2);
    const [, frame] = client.frames(1);
    if (frame?.t !== 'events') throw new Error('the second frame has events');
    pieces.push(...frame.events);
    after = frame.to;
    client.ws.terminate();
  }
  expect(differences(all, pieces)).toEqual([]);
});
