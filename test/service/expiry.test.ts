/** Events that are too old go from the log and from the disk, also where nothing new comes. */
import { expect, test } from 'vitest';
import { digestOf } from '../../src/core/index.js';
import { expireByAge } from '../../src/service/expiry.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { commandAt, makeVm, serviceOn, START } from '../durable/workbench.js';
import { ManualClock } from '../support/manual-clock.js';

const DAY = 86_400_000;
/** `eventAgeMs` of the services of the workbench. */
const AGE = 30 * DAY;

test('a month later the events of a quiet service are gone, also after a restart, and its VM is not', async () => {
  const disk = new FaultyDisk();
  const open = async () => {
    const store = await disk.open();
    if ('refused' in store) throw new Error(store.detail);
    return store;
  };
  const clock = new ManualClock(START);
  const services = serviceOn(await open(), clock);
  const end = expireByAge(services);
  const vm = makeVm(services);
  for (let i = 0; i < 30; i++) services.executor.run(vm, commandAt(i), null);
  await services.journal.settled();
  const { head } = services.log;
  const digest = digestOf(vm.machine);

  clock.advance(AGE - 60_000);
  expect(services.log.oldest).toBe(1);
  clock.advance(2 * 60_000);
  await services.journal.settled();
  expect([services.log.oldest, services.log.head]).toEqual([head + 1, head]);
  expect(services.log.positionOfSeq(vm.id, 1)).toBe('compacted');
  end();
  await services.journal.close();

  const store = await open();
  expect(store.head.oldestPosition).toBe(head + 1);
  const again = serviceOn(store, clock);
  expect([again.log.oldest, again.log.head]).toEqual([head + 1, head]);
  const back = again.machines.find(vm.id);
  if (back === undefined) throw new Error('the VM is gone');
  expect(digestOf(back.machine)).toBe(digest);
  again.executor.run(back, commandAt(0), null);
  await again.journal.settled();
  expect(again.log.head).toBeGreaterThan(head);
  await again.journal.close();
});

test('ended, it looks no more', () => {
  const clock = new ManualClock(START);
  const looked: number[] = [];
  const log = { oldest: 1, eventAgeMs: 64_000, expire: (now: number) => looked.push(now) };
  const journal = { tidy: () => undefined };
  const end = expireByAge({ log, journal, clock } as never);
  clock.advance(3000);
  end();
  clock.advance(10_000);
  expect(looked).toEqual([START + 1000, START + 2000, START + 3000]);
});
