/** A disk that takes no more: every commit is refused, nothing is told, what was told is there, and reading goes on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle, type Bundle, linesOf, start } from './support/children.js';
import { freshFolder, opened } from './support/folders.js';
import { batch, RecordMaker } from './support/records.js';

let child: Bundle;
beforeAll(async () => {
  child = await bundle('limited-child');
});
afterAll(() => child.remove());

interface Said {
  readonly told: number;
  readonly read: number;
  readonly events: number;
  readonly codes: readonly string[];
}

test.each([
  { what: 'the tail', checkpointBytes: 2 ** 30 },
  { what: 'the tables', checkpointBytes: 100_000 },
])('a file limit met by $what', async ({ checkpointBytes }) => {
  const folder = freshFolder();
  const [line = ''] = await linesOf(start(child.path, [folder, String(checkpointBytes)], 'ulimit -f 1000'));
  const said = JSON.parse(line) as Said;
  expect(said.told).toBeGreaterThan(10);
  expect(said.read).toBe(said.told);
  expect(said.events).toBe(said.told);
  expect(said.codes).toHaveLength(3);
  expect(
    said.codes.every((code) => code === 'disk-full' || code === 'io-error'),
    said.codes.join(),
  ).toBe(true);
  const store = await opened(folder);
  expect(store.head).toMatchObject({ record: said.told, recordsLost: 0 });
  await store.commit(batch(new RecordMaker(store.head).write('vm-a')));
  expect([...store.recordsAfter(0)]).toHaveLength(said.told + 1);
});

test('the store’s own limit is met like a full disk, and room made by dropping is used again', async () => {
  const store = await opened(freshFolder(), { mapSizeMax: 400_000, checkpointBytes: 20_000 });
  const make = (): RecordMaker => new RecordMaker(store.head);
  await store.commit(batch(make().create('vm-a')));
  const fill = async (): Promise<number> => {
    for (let n = 0; ; n++) {
      const refused = await store.commit(batch(make().write('vm-a', { text: 'x'.repeat(5000) }))).then(
        () => null,
        (error: unknown) => error,
      );
      if (refused !== null) {
        expect(refused).toMatchObject({ code: 'disk-full' });
        return n;
      }
    }
  };
  const first = await fill();
  expect(first).toBeGreaterThan(20);
  const { record, position } = store.head;
  await store.commit({ records: [], dropRecordsTo: record, dropEventsTo: position });
  expect(await fill()).toBeGreaterThan(first / 2);
  expect(store.size()).toBeLessThan(800_000);
});
