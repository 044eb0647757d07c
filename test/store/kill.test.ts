/** kill -9 of a process that commits: what it told is there, in order, once, whatever it was doing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SyncMode } from '../../src/service/store/store.js';
import { type Bundle, bundle, linesOf, start } from './support/children.js';
import { freshFolder, opened } from './support/folders.js';
import { randomFrom } from './support/random.js';

const KILLS = process.env['RAMPART_LONG'] === '1' ? 200 : 20;
const MODES: readonly SyncMode[] = ['always', 'always', 'interval', 'none'];
/** Small, so that many kills meet a checkpoint. */
const CHECKPOINT_BYTES = 20_000;

let child: Bundle;
beforeAll(async () => {
  child = await bundle('committing-child');
});
afterAll(() => child.remove());

test(`${KILLS} kills lose nothing that was told`, { timeout: 600_000 }, async () => {
  const random = randomFrom(20);
  const folder = freshFolder();
  let told = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const after = 2 + Math.floor(random() * 150);
    const process = start(child.path, [folder, MODES[kill % MODES.length] ?? 'always', String(CHECKPOINT_BYTES)]);
    const lines = await linesOf(process, (_, count) => {
      if (count === after) process.kill('SIGKILL');
    });
    const [first, ...numbers] = lines;
    expect(first).toMatch(/^open /);
    told = Math.max(told, ...numbers.map(Number));
    const store = await opened(folder);
    const records = [...store.recordsAfter(0)];
    expect(records.length, `kill ${kill}`).toBeGreaterThanOrEqual(told);
    expect(records.every(({ number, events }, i) => number === i + 1 && events.length === 2)).toBe(true);
    expect([...store.eventsAfter(0)].every(({ position }, i) => position === i + 1)).toBe(true);
    expect(store.head).toMatchObject({ record: records.length, position: 2 * records.length, recordsLost: 0 });
    expect(first).toBe(`open ${Number(first?.split(' ')[1])} ${store.head.epoch}`);
    await store.close();
  }
});
