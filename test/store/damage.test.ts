/** Files that are not as they were left: refused with the reason, or repaired up to the last whole record with the number of those lost. Never a crash. */
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FRAMES_AT, SECTOR_BYTES } from '../../src/service/store/tail-frame.js';
import { bytesOf, change, copyOf, flip, MARKER, TABLES, TAIL } from './support/files.js';
import { freshFolder, opened, refusal } from './support/folders.js';
import { batch, RecordMaker } from './support/records.js';
import { randomFrom } from './support/random.js';

const TOLD = 6;

/** A killed store: records in the tables up to `inTables`, the others in the tail, one frame each. */
async function killed(inTables = 3): Promise<string> {
  const folder = freshFolder();
  const make = new RecordMaker();
  const first = await opened(folder, { newEpoch: () => 'e1' });
  for (let i = 0; i < inTables; i++)
    await first.commit(batch(i === 0 ? make.create('vm-a') : make.write('vm-a', { text: 'x'.repeat(3000) })));
  await first.close();
  const store = await opened(folder);
  for (let i = inTables; i < TOLD; i++) await store.commit(batch(make.write('vm-a', { text: 'y'.repeat(1500) })));
  return copyOf(folder);
}

const newEpoch = (): string => 'e2';

/** Where the frames begin, and where the last one ends. */
function framesIn(folder: string): readonly number[] {
  const tail = bytesOf(folder, TAIL);
  const places: number[] = [];
  for (let at = FRAMES_AT; at < tail.length; at += SECTOR_BYTES)
    if (tail.subarray(at, at + 4).equals(tail.subarray(FRAMES_AT, FRAMES_AT + 4))) places.push(at);
  return [...places, tail.length];
}

describe('the tail', () => {
  test('as a kill leaves it: all is there', async () => {
    const store = await opened(await killed(), { newEpoch });
    expect(store.head).toMatchObject({ record: TOLD, recordsLost: 0, epoch: 'e1' });
  });

  test('cut at any sector: the records before the cut are there, nothing told is called lost, the epoch stays', async () => {
    const folder = await killed();
    const places = framesIn(folder);
    expect(places).toHaveLength(TOLD - 3 + 1);
    for (let end = FRAMES_AT; end <= (places.at(-1) ?? 0); end += SECTOR_BYTES / 2) {
      const copy = copyOf(folder);
      truncateSync(join(copy, TAIL), end);
      const store = await opened(copy, { newEpoch });
      const whole = places.filter((at) => at > FRAMES_AT && at <= end).length;
      // Half a sector less than a frame is all of it where the rest is filling.
      const wholeAtMost = places.filter((at) => at > FRAMES_AT && at <= end + SECTOR_BYTES / 2).length;
      expect([3 + whole, 3 + wholeAtMost], `cut at ${end}`).toContain(store.head.record);
      expect(store.head, `cut at ${end}`).toMatchObject({ recordsLost: 0, epoch: 'e1' });
      await store.close();
    }
  });

  test('a byte flipped in the last record: it is left out and counted, under a new epoch', async () => {
    const folder = await killed();
    const [last = 0] = framesIn(folder).slice(-2);
    for (const at of [last + 1, last + 25, last + 600]) {
      const copy = copyOf(folder);
      change(copy, TAIL, (bytes) => flip(bytes, at));
      const store = await opened(copy, { newEpoch });
      expect(store.head, `byte ${at}`).toMatchObject({ record: TOLD - 1, recordsLost: 1, epoch: 'e2' });
      expect([...store.recordsAfter(0)]).toHaveLength(TOLD - 1);
      await store.close();
      expect((await opened(copy)).head, 'once').toMatchObject({ record: TOLD - 1, recordsLost: 0, epoch: 'e2' });
    }
  });

  test('a byte flipped in a record before the last: refused, with the place', async () => {
    const folder = await killed();
    change(folder, TAIL, (bytes) => flip(bytes, FRAMES_AT + 600));
    expect(await refusal(folder)).toMatchObject({ code: 'damaged', detail: expect.stringContaining(`byte ${FRAMES_AT}`) });
  });

  test('one of the two headers lost: the other one serves', async () => {
    const folder = await killed();
    for (const at of [0, SECTOR_BYTES]) {
      const copy = copyOf(folder);
      change(copy, TAIL, (bytes) => bytes.fill(0xff, at, at + SECTOR_BYTES));
      expect((await opened(copy)).head).toMatchObject({ record: TOLD, recordsLost: 0 });
    }
  });

  test.each([
    { what: 'missing', how: (folder: string) => rmSync(join(folder, TAIL)), says: 'is missing' },
    { what: 'empty', how: (folder: string) => truncateSync(join(folder, TAIL), 0), says: 'no readable header' },
    {
      what: 'something else',
      how: (folder: string) => writeFileSync(join(folder, TAIL), 'notes\n'.repeat(1000)),
      says: 'no readable header',
    },
  ])('$what: refused', async ({ how, says }) => {
    const folder = await killed();
    how(folder);
    expect(await refusal(folder)).toMatchObject({ refused: true, code: 'damaged', detail: expect.stringContaining(says) });
  });
});

describe('the tables', () => {
  test.each([
    { what: 'missing', how: (folder: string) => rmSync(join(folder, TABLES)) },
    { what: 'empty', how: (folder: string) => truncateSync(join(folder, TABLES), 0) },
    { what: 'cut in the middle', how: (folder: string) => truncateSync(join(folder, TABLES), 20_000) },
    { what: 'cut by a byte', how: (folder: string) => truncateSync(join(folder, TABLES), bytesOf(folder, TABLES).length - 1) },
    { what: 'something else', how: (folder: string) => writeFileSync(join(folder, TABLES), 'notes\n'.repeat(10_000)) },
  ])('$what: refused', async ({ how }) => {
    const folder = await killed();
    how(folder);
    const { code, detail, hint } = await refusal(folder);
    expect({ code, says: detail !== '' && hint !== '' }).toEqual({ code: 'damaged', says: true });
  });

  test('those of another store: refused', async () => {
    const folder = await killed();
    writeFileSync(join(folder, TABLES), bytesOf(await killed(), TABLES));
    expect(await refusal(folder)).toMatchObject({ code: 'damaged', detail: expect.stringContaining('two stores') });
  });

  test('any byte flipped: refused, or a byte that nothing depends on', async () => {
    const folder = await killed(TOLD);
    const { length } = bytesOf(folder, TABLES);
    const random = randomFrom(7);
    const found = new Map<string, number>();
    for (let i = 0; i < 150; i++) {
      const copy = copyOf(folder);
      const at = Math.floor(random() * length);
      change(copy, TABLES, (bytes) => flip(bytes, at));
      const result = await opened(copy).then(
        (store) => {
          expect(
            [...store.recordsAfter(0)].map(({ number }) => number),
            `byte ${at}`,
          ).toEqual([1, 2, 3, 4, 5, 6]);
          expect([...store.eventsAfter(0)], `byte ${at}`).toHaveLength(6);
          return store.close().then(() => 'opened');
        },
        (error: Error) => (error.message.startsWith('refused: damaged') ? 'refused' : `${at}: ${error.message}`),
      );
      found.set(result, (found.get(result) ?? 0) + 1);
    }
    expect([...found.keys()].sort()).toEqual(['opened', 'refused']);
    expect(found.get('refused')).toBeGreaterThan(30);
  });
});

describe('the folder', () => {
  test.each([
    { what: 'tables', name: TABLES },
    { what: 'a tail', name: TAIL },
  ])('without a store but with a file under the name of $what: not a store, and the file stays', async ({ name }) => {
    const folder = freshFolder();
    writeFileSync(join(folder, name), 'mine\n'.repeat(5000));
    expect(await refusal(folder)).toMatchObject({ code: 'not-a-store' });
    expect(bytesOf(folder, name).toString()).toBe('mine\n'.repeat(5000));
  });

  test('with another rampart.json: not a store', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, MARKER), '{"name":"something else"}');
    expect(await refusal(folder)).toMatchObject({ code: 'not-a-store' });
  });

  test('whose rampart.json is gone: the store is found all the same', async () => {
    const folder = await killed();
    rmSync(join(folder, MARKER));
    expect((await opened(folder)).head.record).toBe(TOLD);
  });

  test('with a store that a kill left half made: made anew', async () => {
    const whole = freshFolder();
    await opened(whole);
    for (const missing of [[MARKER], [MARKER, TAIL], [MARKER, TABLES], [MARKER, TAIL, TABLES]]) {
      const copy = copyOf(whole);
      for (const name of missing) rmSync(join(copy, name));
      const store = await opened(copy);
      expect(store.head.record).toBe(0);
      await store.commit(batch(new RecordMaker().create('vm-a')));
      await store.close();
    }
  });
});
