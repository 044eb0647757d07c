/** The client's stream: against servers that lie, cut, and forget, and against the service itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EpochChanged,
  type EventObject,
  Rampart,
  RampartUnreachable,
  StreamBroken,
  StreamGap,
  StreamRefused,
  type StreamOptions,
} from '../../src/client/index.js';
import { BREAKAGES, type Breakage, HONEST, startBrokenServer } from '../stream/support/broken-server.js';
import { tellStory } from '../stream/support/fake-vms.js';
import { everythingIn } from '../stream/support/log-text.js';
import { startService, type TestService } from '../stream/support/test-service.js';
import { startCutter } from './cutter.js';
import { startRealService } from './real-service.js';

const RETRY = { baseMs: 1, capMs: 5 };
const OPERATIONS = 60;

let service: TestService;
let all: readonly EventObject[];

beforeAll(async () => {
  service = await startService({ limits: { batchEventsDefault: 16 } });
  tellStory(service.log, OPERATIONS, 11);
  all = everythingIn(service.log) as unknown as readonly EventObject[];
});

afterAll(async () => {
  await service.close();
});

interface Read {
  readonly events: EventObject[];
  readonly error: unknown;
}

/** Reads until as many events have come, or the stream has ended. */
async function read(url: string, count: number, options: StreamOptions = {}): Promise<Read> {
  const events: EventObject[] = [];
  try {
    for await (const event of new Rampart({ url: `http://${url}`, retry: RETRY }).events({ after: 'oldest', ...options })) {
      events.push(event);
      if (events.length === count) break;
    }
    return { events, error: null };
  } catch (error) {
    return { events, error };
  }
}

/** Lies on the first connections only. */
const atFirst = ({ name, breaks }: Breakage, connections: number): Breakage => {
  let made = 0;
  return { name, breaks: () => (made++ < connections ? breaks() : HONEST.breaks()) };
};

/** Operations that straddle frames are no loss. */
const LOSSLESS = ['splits an operation without saying more', 'says more where nothing follows'];

describe('a server that lies', () => {
  test.each(BREAKAGES.filter(({ shift }) => shift === undefined))(
    '$name, and stops lying: every event comes once, in order',
    async (breakage) => {
      const liar = await startBrokenServer(service.url, atFirst(breakage, 3));
      const { events, error } = await read(liar.url, all.length);
      await liar.close();
      expect(error).toBeNull();
      expect(events).toEqual(all);
    },
  );

  test.each(BREAKAGES.filter(({ name }) => !LOSSLESS.includes(name)))(
    '$name, always: nothing that is not so is given out',
    async (breakage) => {
      const liar = await startBrokenServer(service.url, breakage);
      const { events, error } = await read(liar.url, all.length - 4, { after: 'e1.4' });
      await liar.close();
      expect(events).toEqual(all.slice(4, 4 + events.length));
      // Whoever gets on by one good frame a connection arrives, too.
      if (events.length < all.length - 4) expect(error).toBeInstanceOf(StreamBroken);
      else expect(error).toBeNull();
    },
  );

  test('one VM: a seq that is missing is noticed', async () => {
    const vm = all[0]?.vm ?? '';
    const wanted = all.filter((event) => event.vm === vm);
    const drops = BREAKAGES.find(({ name }) => name === 'drops an event') as Breakage;
    const liar = await startBrokenServer(service.url, atFirst(drops, 2));
    const { events, error } = await read(liar.url, wanted.length, { vm });
    await liar.close();
    expect(error).toBeNull();
    expect(events).toEqual(wanted);
  });
});

describe('a connection that is cut', () => {
  test('after so many bytes, in the middle of a frame: the stream goes on where it was', async () => {
    const states: string[] = [];
    const cutter = await startCutter(service.port, 20_000);
    const { events, error } = await read(cutter.url, all.length, { onState: ({ state }) => states.push(state) });
    cutter.close();
    expect(error).toBeNull();
    expect(events).toEqual(all);
    expect(states.filter((state) => state === 'live').length).toBeGreaterThan(3);
    expect(states.filter((state) => state === 'waiting').length).toBeGreaterThan(2);
  });

  test('by a stop and a new start on the same port', async () => {
    const first = await startRealService();
    const rampart = new Rampart({ url: first.url, retry: RETRY });
    await rampart.createVm({ name: 'before' });
    const changes: EpochChanged[] = [];
    const stream = rampart.events({ after: 'oldest', onEpoch: (change) => changes.push(change) });
    const events = stream[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ type: 'vm-created', position: 1 });
    const next = events.next();
    await first.close();
    const second = await startRealService({ port: first.port });
    await rampart.createVm({ name: 'after' });
    expect((await next).value).toMatchObject({ type: 'vm-created', position: 1 });
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ why: 'restart-without-store' });
    await events.return();
    await second.close();
  });
});

describe('where to begin and to end', () => {
  test('a cursor goes on after the event that was handed out last', async () => {
    const rampart = new Rampart({ url: `http://${service.url}`, retry: RETRY });
    const stream = rampart.events({ after: 'oldest' });
    expect(stream.cursor).toBeNull();
    let count = 0;
    for await (const event of stream) {
      expect(stream.cursor).toBe(`e1.${event.position}`);
      if (++count === 17) break;
    }
    const { events } = await read(service.url, all.length - 17, { after: stream.cursor ?? '' });
    expect(events).toEqual(all.slice(17));
  });

  test('types, pages and credit', async () => {
    const wanted = all.filter(({ type }) => type === 'fault');
    const { events } = await read(service.url, wanted.length, { types: ['fault'], credit: 3 });
    expect(events).toEqual(wanted);
  });

  test('what is not kept any more is said, or counted where somebody listens', async () => {
    const small = await startService({
      log: { limits: { segmentBytes: 4096, segmentEventsMax: 8, plainSegments: 1, logBytesMax: 12_000 } },
    });
    tellStory(small.log, OPERATIONS, 11);
    const kept = everythingIn(small.log) as unknown as readonly EventObject[];
    const first = kept[0]?.position ?? 0;
    expect(first).toBeGreaterThan(1);
    const { error } = await read(small.url, 1, { after: 'e1.0' });
    expect(error).toBeInstanceOf(StreamGap);
    expect((error as StreamGap).lost).toEqual([1, first - 1]);
    const gaps: StreamGap[] = [];
    const { events } = await read(small.url, kept.length, { after: 'e1.0', onGap: (gap) => gaps.push(gap) });
    expect(events).toEqual(kept);
    expect(gaps).toHaveLength(1);
    await small.close();
  });

  test('another epoch and a cursor from the future are final', async () => {
    expect((await read(service.url, 1, { after: 'e0.3' })).error).toBeInstanceOf(EpochChanged);
    const { error } = await read(service.url, 1, { after: 'e1.999999' });
    expect(error).toBeInstanceOf(StreamRefused);
    expect(error).toMatchObject({ code: 'cursor-future' });
  });

  test('an abort ends the iteration at once, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const reading = read(service.url, 1, {
      after: 'head',
      signal: controller.signal,
      onState: ({ state }) => state === 'live' && controller.abort(reason),
    });
    expect((await reading).error).toBe(reason);
  });

  test('where nobody answers, it says so', async () => {
    const gone = await startService();
    await gone.close();
    expect((await read(gone.url, 1)).error).toBeInstanceOf(RampartUnreachable);
  });
});
