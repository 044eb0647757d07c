/** The log by itself: positions, reading, filters, where slices are cut, what is kept and what is forgotten. */
import { describe, expect, test } from 'vitest';
import { ALL_TYPES, EVENT_TYPES, eventFilter, typeBit } from '../../src/service/event-index.js';
import type { EventLog } from '../../src/service/event-log.js';
import { eventJson } from '../../src/service/wire.js';
import { FakeVm, psmashed, random, tellStory } from './support/fake-vms.js';
import { everythingIn, newLog, objectsOf, sliceAfter } from './support/log-text.js';
import { complaintsAboutEvents, type EventObject } from './validators.js';

const SMALL = { segmentBytes: 2048, segmentEventsMax: 16, plainSegments: 2, unpackedSegments: 2 };

const positions = (events: readonly EventObject[]): number[] => events.map(({ position }) => position);

describe('appending and reading', () => {
  test('an empty log has head 0 and oldest 1, and nothing to read', () => {
    const log = newLog();
    expect([log.head, log.oldest]).toEqual([0, 1]);
    expect(sliceAfter(log, 0)).toEqual({ from: 0, to: 0, events: [], bytes: 0, more: false });
  });

  test('events of all VMs are numbered densely, through plain and packed segments alike', () => {
    const log = newLog({ limits: SMALL });
    tellStory(log, 300, 1);
    expect(log.stats().segments).toBeGreaterThan(20);
    const events = everythingIn(log);
    expect(events).toHaveLength(log.head);
    expect(complaintsAboutEvents(events, { after: 0 })).toEqual([]);
  });

  test('an event larger than a segment is kept whole', () => {
    const log = newLog({
      limits: SMALL,
      encode: (event, { position }) => JSON.stringify({ position, seq: event.seq, text: 'x'.repeat(5000) }),
    });
    new FakeVm('vm-a', log).change(3);
    expect(everythingIn(log).map((event) => JSON.stringify(event).length > 5000)).toEqual([true, true, true, true]);
  });

  test('text that is not ASCII comes back as it was', () => {
    const log = newLog({ encode: () => JSON.stringify('Grüße 🐢') });
    new FakeVm('vm-a', log);
    expect(everythingIn(log)).toEqual(['Grüße 🐢']);
  });

  test('an operation that cannot be encoded leaves the log as it was', () => {
    const log = newLog({
      encode: (event, { position }) => {
        if (event.seq === 4) throw new Error('no');
        return JSON.stringify({ position });
      },
    });
    const vm = new FakeVm('vm-a', log);
    expect(() => {
      vm.change(5);
    }).toThrow('no');
    expect([log.head, everythingIn(log).length]).toEqual([1, 1]);
  });

  test('a seq that does not follow is refused', () => {
    const log = newLog();
    const meta = { op: 'psmash', operation: 1, requestId: null, at: '' } as const;
    expect(() => {
      log.append('vm-a', meta, [{ ...psmashed(0), seq: 2 }]);
    }).toThrow('seq 2 of vm-a follows 0');
  });

  test('no events, no operation', () => {
    const log = newLog();
    log.append('vm-a', { op: 'psmash', operation: 1, requestId: null, at: '' }, []);
    expect([log.head, log.knows('vm-a')]).toEqual([0, false]);
  });
});

describe('filters', () => {
  function filtered(log: EventLog, filter: ReturnType<typeof eventFilter>): EventObject[] {
    return objectsOf(sliceAfter(log, log.oldest - 1, { filter }));
  }

  test('by VM, by type and by guest pages, the same as a filter over the objects', () => {
    const log = newLog({ limits: SMALL });
    tellStory(log, 300, 2);
    const all = everythingIn(log);
    for (const vm of ['vm-a', 'vm-c']) {
      const number = log.vmNumber(vm);
      expect(number).toBeDefined();
      expect(filtered(log, eventFilter(number ?? -1, ALL_TYPES, null))).toEqual(all.filter((event) => event.vm === vm));
    }
    for (const type of EVENT_TYPES)
      expect(filtered(log, eventFilter(null, typeBit(type), null))).toEqual(all.filter((event) => event.type === type));
    const gpaOf = (event: EventObject): number =>
      Number((event as { gpa?: string }).gpa ?? (event as unknown as { fault?: { gpa: string } }).fault?.gpa ?? 0);
    const end = (event: EventObject): number =>
      event.type === 'vm-created' ? Infinity : gpaOf(event) / 4096 + ((event as { pages?: number }).pages ?? 1);
    const inRange = all.filter((event) => gpaOf(event) / 4096 < 1024 && end(event) > 512);
    expect(filtered(log, eventFilter(null, ALL_TYPES, { from: 512, end: 1024 }))).toEqual(inRange);
    expect(inRange.length).toBeGreaterThan(20);
  });

  test('an event about no guest page is hidden by a range, one about the whole VM is not', () => {
    const log = newLog();
    const vm = new FakeVm('vm-a', log);
    vm.run('psmash', [psmashed(null)]);
    vm.delete();
    expect(positions(filtered(log, eventFilter(null, ALL_TYPES, { from: 0, end: 1 })))).toEqual([1, 3]);
  });

  test('a slice covers what the filter hid', () => {
    const log = newLog({ limits: SMALL });
    tellStory(log, 100, 3);
    expect(sliceAfter(log, 0, { filter: eventFilter(null, typeBit('vm-killed'), null) })).toMatchObject({
      from: 0,
      to: log.head,
      events: [],
    });
  });
});

describe('where a slice is cut', () => {
  /** Operations of 1, 3, 3, 5 and 1 events: positions 1 · 2–4 · 5–7 · 8–12 · 13. */
  function logOfFive(limits = {}): EventLog {
    const log = newLog({ limits });
    const vm = new FakeVm('vm-a', log);
    for (const size of [3, 3, 5, 1]) vm.change(size);
    return log;
  }

  test.each([
    { name: 'whole operations that fit', after: 0, eventsMax: 6, to: 4, more: false },
    { name: 'exactly as many as fit', after: 0, eventsMax: 7, to: 7, more: false },
    { name: 'an operation that does not fit alone is split', after: 7, eventsMax: 3, to: 10, more: true },
    { name: 'and goes on, to its end', after: 10, eventsMax: 3, to: 13, more: false },
    { name: 'the rest of a split operation alone', after: 10, eventsMax: 2, to: 12, more: false },
    { name: 'a split operation may be split again', after: 8, eventsMax: 2, to: 10, more: true },
    { name: 'one at a time', after: 1, eventsMax: 1, to: 2, more: true },
  ])('by operation: $name', ({ after, eventsMax, to, more }) => {
    for (const limits of [{}, { segmentEventsMax: 2 }, { segmentEventsMax: 5 }]) {
      const slice = sliceAfter(logOfFive(limits), after, { eventsMax, cut: 'operation' });
      expect(slice).toMatchObject({ from: after, to, more });
      expect(positions(objectsOf(slice))).toEqual(Array.from({ length: to - after }, (_, i) => after + 1 + i));
    }
  });

  test('by event: as many as asked for, wherever operations end', () => {
    expect(sliceAfter(logOfFive(), 0, { eventsMax: 6 })).toMatchObject({ to: 6 });
  });

  test('by bytes: at least one event', () => {
    const log = logOfFive();
    expect(sliceAfter(log, 0, { bytesMax: 1 })).toMatchObject({ to: 1 });
    expect(objectsOf(sliceAfter(log, 1, { bytesMax: 1, cut: 'operation' }))).toHaveLength(1);
  });

  test('after enough positions it stops between two operations', () => {
    for (const segmentEventsMax of [3, 100]) {
      const log = newLog({ limits: { segmentEventsMax } });
      tellStory(log, 50, 4);
      const filter = eventFilter(null, typeBit('vm-created'), null);
      let after = 0;
      for (let i = 0; after < log.head; i++) {
        const { to } = sliceAfter(log, after, { filter, positionsMax: 10, cut: 'operation' });
        expect(to).toBeGreaterThan(after);
        expect(i).toBeLessThan(100);
        after = to;
      }
    }
  });

  test('any sequence of slices gives what one slice gives, in whole operations unless it says more', () => {
    const below = random(77);
    for (let run = 0; run < 15; run++) {
      const log = newLog({ limits: { ...SMALL, segmentEventsMax: 1 + below(20) } });
      tellStory(log, 80, run);
      const filter = eventFilter(null, below(2) === 0 ? ALL_TYPES : typeBit('psmashed'), null);
      const all = objectsOf(sliceAfter(log, 0, { filter }));
      const eventsMax = 1 + below(12);
      const positionsMax = 1 + below(30);
      const read: EventObject[] = [];
      const ended = new Set<string>();
      for (let after = 0; after < log.head; ) {
        const slice = sliceAfter(log, after, { filter, eventsMax, positionsMax, bytesMax: 1 + below(4000), cut: 'operation' });
        const events = objectsOf(slice);
        for (const { vm, operation } of events) expect(ended.has(`${vm} ${operation}`)).toBe(false);
        for (const { vm, operation } of slice.more ? events.slice(0, -1) : events) {
          const last = events.at(-1);
          if (!slice.more || last?.vm !== vm || last.operation !== operation) ended.add(`${vm} ${operation}`);
        }
        expect(slice.to).toBeGreaterThan(after);
        read.push(...events);
        after = slice.to;
      }
      expect(read).toEqual(all);
    }
  });
});

describe('seq', () => {
  test("every seq of every VM is found at its event's position", () => {
    const log = newLog({ limits: SMALL });
    tellStory(log, 200, 5);
    for (const { vm, seq, position } of everythingIn(log)) expect(log.positionOfSeq(vm, seq)).toBe(position);
    expect(log.positionOfSeq('vm-a', 0)).toBe(0);
  });

  test('a seq beyond the newest, and any of an unknown VM, is of the future', () => {
    const log = newLog();
    const vm = new FakeVm('vm-a', log);
    expect([log.positionOfSeq('vm-a', vm.seq + 1), log.positionOfSeq('vm-z', 0)]).toEqual(['future', 'future']);
  });
});

describe('retention', () => {
  const limits = { ...SMALL, segmentEventsMax: 8, eventsPerVm: 50 };

  test('of one busy VM at least so many events stay, and not many more', () => {
    const log = newLog({ limits });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 100; i++) {
      vm.change(1 + (i % 5));
      const kept = log.head - log.oldest + 1;
      expect(kept).toBeGreaterThanOrEqual(Math.min(50, log.head));
      expect(kept).toBeLessThanOrEqual(50 + 2 * 8 + 5);
    }
    expect(complaintsAboutEvents(everythingIn(log), { after: log.oldest - 1 })).toEqual([]);
  });

  test('the oldest event that is kept is the first of its operation', () => {
    const log = newLog({ limits });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 60; i++) vm.change(7);
    const operations = everythingIn(log).map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === operations[0])).toHaveLength(7);
  });

  test('a quiet VM keeps its events while there is room, and loses them when there is none', () => {
    const roomy = newLog({ limits });
    new FakeVm('vm-quiet', roomy);
    const busy = new FakeVm('vm-busy', roomy);
    for (let i = 0; i < 100; i++) busy.change(5);
    expect(roomy.oldest).toBe(1);

    const tight = newLog({ limits: { ...limits, logBytesMax: 20_000 } });
    new FakeVm('vm-quiet', tight);
    const again = new FakeVm('vm-busy', tight);
    for (let i = 0; i < 200; i++) again.change(5);
    expect(tight.oldest).toBeGreaterThan(2);
    expect(tight.stats().bytes).toBeLessThan(40_000);
    expect(tight.positionOfSeq('vm-quiet', 0)).toBe('compacted');
    expect(tight.positionOfSeq('vm-quiet', 1)).toBe(tight.oldest - 1);
  });

  test('seq still finds its place after a compaction, and what is gone is compacted', () => {
    const log = newLog({ limits });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 60; i++) vm.change(3);
    for (const { seq, position } of everythingIn(log)) expect(log.positionOfSeq('vm-a', seq)).toBe(position);
    expect(log.positionOfSeq('vm-a', log.oldest - 1)).toBe(log.oldest - 1);
    expect(log.positionOfSeq('vm-a', log.oldest - 2)).toBe('compacted');
  });

  test('an operation larger than all that may be kept stays whole', () => {
    const log = newLog({ limits: { ...limits, logBytesMax: 4000 } });
    const vm = new FakeVm('vm-a', log);
    vm.change(5);
    vm.change(200);
    expect(everythingIn(log).filter(({ operation }) => operation === 3)).toHaveLength(200);
  });

  test("a deleted VM's events stay until they are compacted, and then the VM is forgotten", () => {
    const log = newLog({ limits: { ...limits, logBytesMax: 20_000 } });
    const gone = new FakeVm('vm-gone', log);
    gone.change(3);
    gone.delete();
    expect(log.knows('vm-gone')).toBe(true);
    expect(everythingIn(log).filter(({ vm }) => vm === 'vm-gone')).toHaveLength(5);
    const busy = new FakeVm('vm-busy', log);
    for (let i = 0; i < 200; i++) busy.change(5);
    expect(log.knows('vm-gone')).toBe(false);
  });
});

describe('age', () => {
  const DAY = 86_400_000;
  const START = Date.parse('2024-01-01T00:00:00.000Z');
  let now = START;
  const aging = (): EventLog =>
    newLog({
      limits: { ...SMALL, eventAgeMs: DAY },
      encode: (event, meta) => eventJson(event, { ...meta, at: new Date(now).toISOString() }),
    });

  /** A VM that changes a page every hour, and what is left after each look. */
  function hourly(log: EventLog, hours: number): void {
    const vm = new FakeVm('vm-a', log);
    for (let hour = 1; hour <= hours; hour++) {
      now = START + hour * (DAY / 24);
      vm.change(3);
      log.expire(now);
    }
  }

  test('events within their age stay, a millisecond older ones go', () => {
    now = START;
    const log = aging();
    new FakeVm('vm-a', log).change(3);
    log.expire(START + DAY);
    expect(log.oldest).toBe(1);
    log.expire(START + DAY + 1);
    expect([log.oldest, log.head]).toEqual([5, 4]);
    expect(everythingIn(log)).toEqual([]);
    expect([log.positionOfSeq('vm-a', 3), log.positionOfSeq('vm-a', 4)]).toEqual(['compacted', 4]);
  });

  test('a slow log keeps a day of events and at most three hours more, and goes on numbering', () => {
    now = START;
    const log = aging();
    hourly(log, 100);
    const kept: readonly (EventObject & { readonly at?: string })[] = everythingIn(log);
    const ages = kept.map(({ at = '' }) => (now - Date.parse(at)) / (DAY / 24));
    expect(Math.max(...ages)).toBeGreaterThanOrEqual(24);
    expect(Math.max(...ages)).toBeLessThanOrEqual(27);
    expect(log.head).toBe(301);
    expect(complaintsAboutEvents(kept, { after: log.oldest - 1 })).toEqual([]);
  });

  test('an operation that lies in two segments goes whole', () => {
    now = START;
    const log = aging();
    const vm = new FakeVm('vm-a', log);
    vm.change(40);
    now += DAY;
    vm.change(2);
    log.expire(START + DAY + 1);
    expect(everythingIn(log).map(({ operation }) => operation)).toEqual([3, 3]);
  });

  test('without a time nothing is too old', () => {
    const log = newLog({ limits: { ...SMALL, eventAgeMs: 1 }, encode: () => '1' });
    new FakeVm('vm-a', log).change(3);
    log.expire(Number.MAX_SAFE_INTEGER);
    expect(log.oldest).toBe(1);
  });
});

describe('memory', () => {
  test('an old event costs a few dozen bytes', () => {
    const log = newLog({ limits: { plainSegments: 1 } });
    const vm = new FakeVm('vm-a', log);
    for (let i = 0; i < 10_000; i++) vm.write((i * 7919) % 65_536);
    const { events, bytes } = log.stats();
    expect(events).toBe(20_001);
    expect(bytes / events).toBeLessThan(90);
  });
});
