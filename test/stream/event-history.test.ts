/** The log read backwards, against the same log read forwards: every filter, every cut, through plain and packed segments. */
import { expect, test } from 'vitest';
import { ALL_TYPES, eventFilter, type EventFilter } from '../../src/service/event-index.js';
import type { Backwards } from '../../src/service/event-history.js';
import type { EventLog } from '../../src/service/event-log.js';
import { FakeVm, tellStory } from './support/fake-vms.js';
import { newLog, objectsOf, sliceAfter } from './support/log-text.js';

const SMALL = { segmentBytes: 2048, segmentEventsMax: 16, plainSegments: 2, unpackedSegments: 2 };

const positionsOf = ({ events }: Backwards): number[] => events.map(({ position }) => position);

/** Everything that the filter lets through, newest first, in pages. */
function backwards(log: EventLog, filter: EventFilter, eventsMax: number, positionsMax: number): { positions: number[]; last: Backwards } {
  const positions: number[] = [];
  for (let before: number = log.head + 1, pages = 0; pages < 10_000; pages++) {
    const page = log.readBack({ before, filter, eventsMax, positionsMax });
    expect(page.events.length).toBeLessThanOrEqual(eventsMax);
    positions.push(...positionsOf(page));
    if (page.next === null) return { positions, last: page };
    expect(page.end).toBeNull();
    expect(page.next).toBeLessThan(before);
    before = page.next;
  }
  throw new Error('the log has no end');
}

test.each([
  [1, 1],
  [1, 1000],
  [7, 5],
  [1000, 3],
  [1000, 100_000],
])('pages of %i events, after at most %i positions, are the forward reading turned round', (eventsMax, positionsMax) => {
  const log = newLog({ limits: SMALL });
  const vms = tellStory(log, 300, 3);
  vms[1].run('reset', [{ type: 'vm-reset' }]);
  for (let i = 0; i < 60; i++) vms[i % 3].write(i * 20);
  for (const id of ['vm-a', 'vm-b']) {
    const number = log.vmNumber(id);
    if (number === undefined) throw new Error(`no ${id}`);
    for (const pages of [null, { from: 500, end: 501 }]) {
      const filter = eventFilter(number, ALL_TYPES, pages);
      const forward = objectsOf(sliceAfter(log, log.oldest - 1, { filter }));
      const beginning = forward.findLastIndex(({ type }) => type === 'vm-created' || type === 'vm-reset');
      const { positions, last } = backwards(log, filter, eventsMax, positionsMax);
      expect(positions).toEqual(
        forward
          .slice(beginning)
          .map(({ position }) => position)
          .reverse(),
      );
      expect(last.end).toBe('beginning');
      expect(positions.length).toBeGreaterThan(5);
    }
  }
});

test('a VM whose beginning is gone: what is left, and that it is not all', () => {
  const log = newLog({ limits: { ...SMALL, eventsPerVm: 20 } });
  const vm = new FakeVm('vm-a', log);
  for (let i = 0; i < 100; i++) vm.change(1);
  const number = log.vmNumber('vm-a') ?? -1;
  const { positions, last } = backwards(log, eventFilter(number, ALL_TYPES, null), 8, 1000);
  expect(last.end).toBe('compacted');
  expect(positions).toEqual(Array.from({ length: log.head - log.oldest + 1 }, (_, i) => log.head - i));
});
