/** The log over HTTP: pages, lines that end or follow, server-sent events; formats, cursors, limits, and readers that stop reading. */
import { afterEach, describe, expect, test } from 'vitest';
import { preferred } from '../../src/http/accept.js';
import { EventView } from '../../src/http/schemas/event.js';
import { EVENT_TYPES } from '../../src/service/event-index.js';
import { everyBody, FakeVm, tellStory } from './support/fake-vms.js';
import { ask, LiveAnswer, type Page, readLines, readPages } from './support/http-client.js';
import { everythingIn } from './support/log-text.js';
import { ManualClock } from '../support/manual-clock.js';
import { startService, type TestService, type TestServiceOptions } from './support/test-service.js';
import { complaintsAboutEvents, differences } from './validators.js';

let service: TestService;

async function start(options?: TestServiceOptions): Promise<TestService> {
  service = await startService(options);
  return service;
}

afterEach(async () => {
  await service?.close();
});

const SMALL_LOG = { limits: { segmentEventsMax: 4, logBytesMax: 1 } };

describe('a page', () => {
  test('of an empty log says where it begins', async () => {
    await start();
    const { status, type, body } = await ask<Page>(service, '/v1/events');
    expect([status, type]).toEqual([200, 'application/json; charset=utf-8']);
    expect(body).toEqual({ events: [], next: 'e1.0', head: 0, oldest: 1 });
  });

  test('has at most limit events, 100 unless said otherwise, and says where to go on', async () => {
    const { log } = await start();
    tellStory(log, 150, 1);
    const { body } = await ask<Page>(service, '/v1/events');
    expect(body).toMatchObject({ next: 'e1.100', head: log.head, oldest: 1 });
    expect(body.events).toEqual(everythingIn(log).slice(0, 100));
    expect((await ask<Page>(service, '/v1/events?after=e1.100&limit=7')).body.events.map(({ position }) => position)).toEqual([
      101, 102, 103, 104, 105, 106, 107,
    ]);
  });

  test('pages of any size give the whole log', async () => {
    const { log } = await start();
    tellStory(log, 20, 2);
    for (const limit of [1, 3, 50, 1000])
      expect(differences(everythingIn(log), await readPages(service, '/v1/events', 'e1.0', limit))).toEqual([]);
  });

  test('of a VM begins after a seq or a cursor; a deleted one can still be read', async () => {
    const { log } = await start();
    tellStory(log, 60, 3).forEach((vm) => {
      vm.delete();
    });
    const ofB = everythingIn(log).filter(({ vm }) => vm === 'vm-b');
    expect((await ask<Page>(service, '/v1/vms/vm-b/events?limit=1000')).body.events).toEqual(ofB);
    expect((await ask<Page>(service, '/v1/vms/vm-b/events?limit=1000&after=5')).body.events).toEqual(ofB.slice(5));
    expect((await ask<Page>(service, '/v1/vms/vm-b/events?limit=1000&after=e1.40')).body.events).toEqual(
      ofB.filter(({ position }) => position > 40),
    );
  });

  test('a filter hides events and the cursor goes past them', async () => {
    const { log } = await start();
    tellStory(log, 60, 4);
    const { body } = await ask<Page>(service, '/v1/events?types=vm-created');
    expect(body.events.map(({ type }) => type)).toEqual(['vm-created', 'vm-created', 'vm-created']);
    expect(body.next).toBe(`e1.${log.head}`);
    const near = await ask<Page>(service, '/v1/events?gpa=0x0,0x1000&types=fault,psmashed,mapping-split&limit=1000');
    expect(near.body.events).toEqual(
      everythingIn(log).filter((event) => event.type !== 'vm-created' && (event as { gpa?: string }).gpa === '0x0'),
    );
  });
});

test('an event of every type fits the schema of the document', async () => {
  const { log } = await start();
  const vm = new FakeVm('vm-a', log);
  vm.run('pvalidate', everyBody());
  const events = everythingIn(log);
  expect(new Set(events.map(({ type }) => type))).toEqual(new Set(EVENT_TYPES));
  for (const event of events) expect(EventView.safeParse(event).error).toBeUndefined();
});

describe('refused', () => {
  test.each([
    ['/v1/events?after=e1.9', 400, 'cursor-future', 'after'],
    ['/v1/vms/vm-a/events?after=9', 400, 'cursor-future', 'after'],
    ['/v1/events?after=e0.1', 409, 'epoch-mismatch', 'after'],
    ['/v1/events?after=1', 400, 'invalid-field', 'after'],
    ['/v1/events?after=x', 400, 'invalid-field', 'after'],
    ['/v1/events?limit=0', 400, 'invalid-field', 'limit'],
    ['/v1/events?limit=1001', 400, 'invalid-field', 'limit'],
    ['/v1/events?types=none', 400, 'invalid-field', 'types'],
    ['/v1/events?gpa=0x1', 400, 'invalid-field', 'gpa'],
    ['/v1/events?follow=true', 400, 'invalid-field', 'follow'],
    ['/v1/events?since=1', 400, 'unknown-field', 'since'],
    ['/v1/vms/vm-z/events', 404, 'unknown-vm', 'vm'],
  ])('%s: %d %s', async (path, status, code, pointer) => {
    const { log } = await start();
    new FakeVm('vm-a', log);
    const answer = await ask(service, path);
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { status, code, pointer } });
  });

  test.each(['application/json', 'application/x-ndjson', 'text/event-stream'])(
    'a cursor before the oldest event: 410, with oldest, also for %s',
    async (accept) => {
      const { log } = await start({ log: SMALL_LOG });
      const vm = new FakeVm('vm-a', log);
      for (let i = 0; i < 20; i++) vm.write(i);
      for (const path of ['/v1/events?after=e1.0', '/v1/vms/vm-a/events?after=0']) {
        expect(await ask(service, path, { accept })).toMatchObject({ status: 410, body: { code: 'compacted', oldest: log.oldest } });
      }
      expect((await ask<Page>(service, '/v1/events')).body).toMatchObject({ oldest: log.oldest, events: everythingIn(log) });
    },
  );

  test('no format that exists here', async () => {
    await start();
    expect(await ask(service, '/v1/events', { accept: 'text/html' })).toMatchObject({ status: 406, body: { code: 'not-acceptable' } });
  });

  test('a limit for a stream that has no end', async () => {
    await start();
    expect(await ask(service, '/v1/events?limit=5', { accept: 'text/event-stream' })).toMatchObject({
      status: 400,
      body: { pointer: 'limit' },
    });
  });

  test('more streams than are allowed; until one ends', async () => {
    await start({ limits: { httpStreamsMax: 1 } });
    const live = await LiveAnswer.sse(service, '/v1/events');
    expect(await ask(service, '/v1/events', { accept: 'text/event-stream' })).toMatchObject({
      status: 429,
      body: { code: 'too-many-streams' },
    });
    live.close();
    await live.ended;
    for (;;) {
      const { statusCode } = (await LiveAnswer.sse(service, '/v1/events')).response;
      if (statusCode === 200) break;
      expect(statusCode).toBe(429);
    }
  });
});

describe('Accept', () => {
  const offers = ['application/json', 'application/x-ndjson', 'text/event-stream'] as const;
  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/event-stream', 'text/event-stream'],
    ['TEXT/Event-Stream', 'text/event-stream'],
    ['text/event-stream, */*', 'text/event-stream'],
    ['text/*', 'text/event-stream'],
    ['application/*', 'application/json'],
    ['application/json;q=0.5, application/x-ndjson', 'application/x-ndjson'],
    ['application/json;q=0, */*', 'application/x-ndjson'],
    ['text/html, application/json;q=0.1', 'application/json'],
    ['text/html', null],
    ['*/*;q=0', null],
    ['nonsense', null],
  ])('%j asks for %j', (header, expected) => {
    expect(preferred(header, offers)).toBe(expected);
  });
});

describe('NDJSON', () => {
  test('ends at the head that there was when the request came', async () => {
    const { log } = await start();
    tellStory(log, 500, 5);
    const expected = everythingIn(log);
    const response = await fetch(`http://${service.url}/v1/events`, { headers: { accept: 'application/x-ndjson' } });
    expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect([response.headers.get('rampart-epoch'), response.headers.get('rampart-head')]).toEqual(['e1', String(expected.length)]);
    new FakeVm('vm-late', log);
    const lines = (await response.text()).trimEnd().split('\n');
    expect(
      differences(
        expected,
        lines.map((line) => JSON.parse(line)),
      ),
    ).toEqual([]);
  });

  test('of an empty log is empty', async () => {
    await start();
    expect(await readLines(service, '/v1/events')).toEqual([]);
  });

  test('stops after limit events', async () => {
    const { log } = await start();
    tellStory(log, 50, 6);
    expect(await readLines(service, '/v1/events?after=e1.10&limit=5')).toEqual(everythingIn(log).slice(10, 15));
  });

  test('that follows says so at once and sends what comes', async () => {
    const { log } = await start();
    const live = await LiveAnswer.follow(service, '/v1/events?follow=true&types=fault');
    expect(live.response.statusCode).toBe(200);
    const [vm] = tellStory(log, 50, 7);
    const faults = (): unknown[] => everythingIn(log).filter(({ type }) => type === 'fault');
    await live.until(() => live.lines.length === faults().length);
    vm?.write(1);
    await live.until(() => live.lines.length === faults().length);
    expect(live.lines).toEqual(faults());
    live.close();
  });
});

describe('server-sent events', () => {
  test('each has its cursor as id, and Last-Event-ID goes on from there', async () => {
    const { log } = await start();
    tellStory(log, 100, 8);
    const live = await LiveAnswer.sse(service, '/v1/events');
    expect(live.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await live.until(() => live.sentEvents.length === log.head);
    expect(differences(everythingIn(log), live.sentEvents)).toEqual([]);
    expect(live.sent.slice(1).map(({ id }) => id)).toEqual(everythingIn(log).map(({ position }) => `e1.${position}`));
    live.close();
    const again = await LiveAnswer.sse(service, '/v1/events?after=oldest', { 'last-event-id': 'e1.50' });
    await again.until(() => again.sentEvents.length === log.head - 50);
    expect(differences(everythingIn(log).slice(50), again.sentEvents)).toEqual([]);
    again.close();
  });

  test('heartbeats are comments, and move the bookmark past what the filter hides', async () => {
    const clock = new ManualClock();
    const { log } = await start({ clock });
    const live = await LiveAnswer.sse(service, '/v1/events?types=vm-killed');
    const vm = new FakeVm('vm-a', log);
    for (let beat = 1; beat <= 3; beat++) {
      vm.write(beat);
      await ask(service, '/v1/events?limit=1');
      clock.advance(10_000);
      await live.until(() => live.text.split(': heartbeat').length === beat + 1);
    }
    expect(live.sent.at(-1)).toMatchObject({ id: `e1.${log.head}`, data: null });
    live.close();
  });
});

describe('a reader that stops reading', () => {
  test('does not make the service keep anything, and gets all that is still there when it reads again', async () => {
    const { log } = await start();
    const vm = new FakeVm('vm-a', log);
    const live = await LiveAnswer.sse(service, '/v1/events');
    live.response.pause();
    for (let i = 0; i < 3000; i++) {
      vm.change(4, i);
      if (i % 100 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    live.response.resume();
    await live.until(() => live.text.includes(`id: e1.${log.head}\n`));
    expect(complaintsAboutEvents(live.sentEvents, { after: 0 })).toEqual([]);
  });

  test('is told what was compacted meanwhile', async () => {
    const { log } = await start({ log: { limits: { segmentEventsMax: 64, logBytesMax: 300_000 } } });
    const vm = new FakeVm('vm-a', log);
    const live = await LiveAnswer.follow(service, '/v1/events?follow=true');
    live.response.pause();
    for (let i = 0; log.oldest < 40_000; i++) {
      vm.change(9);
      if (i % 100 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    live.response.resume();
    await live.until(() => live.lines.at(-1)?.position === log.head);
    const lines = live.lines as unknown as { type: string; position: number; from: number; lost: [number, number]; fetch: string }[];
    const gap = lines.findIndex(({ type }) => type === 'gap');
    expect(lines[gap]).toMatchObject({
      from: lines[gap - 1]?.position,
      lost: [(lines[gap - 1]?.position ?? 0) + 1, (lines[gap + 1]?.position ?? 0) - 1],
      why: 'compacted',
    });
    expect(lines[gap]?.fetch).toBe(`/v1/events?after=e1.${lines[gap]?.lost[1]}`);
  });

  test('is ended when it has not read for too long', async () => {
    const clock = new ManualClock();
    const { log, hub } = await start({ clock });
    const vm = new FakeVm('vm-a', log);
    const live = await LiveAnswer.sse(service, '/v1/events');
    live.response.pause();
    for (let i = 0; i < 20_000; i++) {
      vm.change(4);
      if (i % 100 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(hub.stats().followers).toBe(1);
    clock.advance(60_000);
    expect(hub.stats().followers).toBe(0);
    live.close();
  });
});

describe('the end of the service', () => {
  test('ends streams as whole answers', async () => {
    const { log, hub } = await start();
    new FakeVm('vm-a', log);
    const sse = await LiveAnswer.sse(service, '/v1/events');
    const lines = await LiveAnswer.follow(service, '/v1/events?follow=true');
    await lines.until(() => lines.lines.length === 1);
    hub.close();
    await Promise.all([sse.ended, lines.ended]);
    expect([sse.response.complete, lines.response.complete]).toEqual([true, true]);
  });
});
