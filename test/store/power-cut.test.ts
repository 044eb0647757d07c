/**
 * The power fails during a checkpoint. Of the pages that the checkpoint wrote, the disk has any; the header of the tail is the old one or the
 * new one, and the frames are there or cut. Everything told has to be there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FRAMES_AT } from '../../src/service/store/tail-frame.js';
import { bytesOf, copyOf, TABLES, TAIL } from './support/files.js';
import { freshFolder, opened } from './support/folders.js';
import { answerFor, batch, contentsOf, RecordMaker } from './support/records.js';
import { randomFrom } from './support/random.js';

const PAGE = 4096;
const CUTS = process.env['RAMPART_LONG'] === '1' ? 1000 : 60;

interface Moment {
  readonly folder: string;
  readonly contents: unknown;
}

/** The files before a checkpoint and after it, and what the store held at that time. */
async function aroundCheckpoint(): Promise<{ readonly before: Moment; readonly after: Moment }> {
  const folder = freshFolder();
  const store = await opened(folder, { checkpointBytes: 60_000 });
  const make = new RecordMaker();
  await store.commit(batch(make.create('vm-a'), make.create('vm-b')));
  const tailBytes = (): number => readFileSync(join(folder, TAIL)).length;
  const write = (): Promise<void> =>
    store.commit(batch(make.write('vm-a', { events: 3, text: 'x'.repeat(1000), answer: answerFor(`k${store.head.record}`) })));
  // The second checkpoint: both meta pages and free pages are then in use.
  for (let checkpoints = 0; checkpoints < 2; ) {
    const length = tailBytes();
    await write();
    if (tailBytes() < length) checkpoints++;
  }
  while (tailBytes() <= 60_000) await write();
  const before = { folder: copyOf(folder), contents: contentsOf(store) };
  await store.probe();
  return { before, after: { folder: copyOf(folder), contents: contentsOf(store) } };
}

test('of the pages of the tables the disk has any: all is there', async () => {
  const { before, after } = await aroundCheckpoint();
  const old = bytesOf(before.folder, TABLES);
  const written = bytesOf(after.folder, TABLES);
  expect(written.equals(old)).toBe(false);
  for (let cut = 0; cut < CUTS; cut++) {
    const random = randomFrom(cut);
    const share = cut % 3 === 0 ? 1 : random();
    const pages = Buffer.from(written);
    for (let at = 0; at < pages.length; at += PAGE) {
      if (random() < share) continue;
      pages.fill(0, at, Math.min(at + PAGE, pages.length));
      if (at < old.length) old.copy(pages, at, at, Math.min(at + PAGE, old.length));
    }
    const folder = copyOf(before.folder);
    writeFileSync(
      join(folder, TABLES),
      pages.subarray(0, random() < 0.5 || share === 1 ? pages.length : Math.max(old.length, pages.length - PAGE)),
    );
    const store = await opened(folder);
    expect(contentsOf(store), `cut ${cut}`).toEqual(before.contents);
    await store.commit(batch(new RecordMaker(store.head).write('vm-a')));
    await store.close();
  }
});

test('the header of the tail is old or new, its frames are there or cut: all is there', async () => {
  const { before, after } = await aroundCheckpoint();
  const old = bytesOf(before.folder, TAIL);
  const next = bytesOf(after.folder, TAIL);
  const SECTOR = 512;
  const frames = old.subarray(FRAMES_AT);
  const tails = {
    'nothing of the restart': old,
    'half a header': Buffer.concat([next.subarray(0, 100), Buffer.alloc(SECTOR - 100), old.subarray(SECTOR)]),
    'the first header': Buffer.concat([next.subarray(0, SECTOR), old.subarray(SECTOR)]),
    'the first header and the cut': Buffer.concat([next.subarray(0, SECTOR), old.subarray(SECTOR, FRAMES_AT)]),
    'the first header and a part of the cut': Buffer.concat([
      next.subarray(0, SECTOR),
      old.subarray(SECTOR, FRAMES_AT),
      frames.subarray(0, 5000),
    ]),
    'both headers and no cut': Buffer.concat([next.subarray(0, FRAMES_AT), frames]),
  };
  for (const [what, tail] of Object.entries(tails)) {
    const folder = copyOf(after.folder);
    writeFileSync(join(folder, TAIL), tail);
    const store = await opened(folder);
    expect(contentsOf(store), what).toEqual(before.contents);
    await store.close();
  }
});
