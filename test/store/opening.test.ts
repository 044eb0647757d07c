/** Who may open a folder, which versions are read, and what is said where it is refused. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { put, STORE_KEY } from '../../src/service/store/contents.js';
import { openEngine } from '../../src/service/store/engine-open.js';
import { FolderDisk } from '../../src/service/store/folder-disk.js';
import { STORE_VERSION } from '../../src/service/store/store.js';
import type { Upgrade } from '../../src/service/store/upgrade.js';
import { bundle, type Bundle, linesOf, start } from './support/children.js';
import { LOCK, MARKER } from './support/files.js';
import { freshFolder, opened, refusal } from './support/folders.js';
import { batch, RecordMaker } from './support/records.js';

describe('a second process', () => {
  let child: Bundle;
  beforeAll(async () => {
    child = await bundle('holding-child');
  });
  afterAll(() => child.remove());

  test('is refused while the first one lives, and takes over when that one was killed', async () => {
    const folder = freshFolder();
    const first = start(child.path, [folder]);
    const [said] = await linesOf(first, (line) => {
      void refusal(folder).then(({ code, detail }) => {
        expect({ code, detail }).toEqual({ code: 'locked', detail: `process ${line.split(' ')[1]} has this folder open` });
        first.kill('SIGKILL');
      });
    });
    expect(said).toMatch(/^open /);
    expect((await opened(folder)).head.record).toBe(0);
  });

  test('is refused by name where this process has the folder', async () => {
    const folder = freshFolder();
    await opened(folder);
    expect(await linesOf(start(child.path, [folder]))).toEqual([`refused locked: process ${process.pid} has this folder open`]);
  });

  test('of six that start at once over a stale lock, one gets it', async () => {
    const folder = freshFolder();
    await (await opened(folder)).close();
    writeFileSync(join(folder, LOCK), JSON.stringify({ pid: 2 ** 22 + 1, started: '1', boot: 'gone', host: hostname() }));
    const children = Array.from({ length: 6 }, () => start(child.path, [folder]));
    const openOnes = new Set<number>();
    let answers = 0;
    await Promise.all(
      children.map((process, i) =>
        linesOf(process, (line) => {
          answers++;
          if (line.startsWith('open')) openOnes.add(i);
          if (answers === children.length) for (const each of openOnes) children[each]?.kill('SIGKILL');
        }),
      ),
    );
    expect([answers, openOnes.size]).toEqual([6, 1]);
  });
});

describe('a lock', () => {
  const ofThisHost = { pid: process.pid, started: '', boot: '', host: hostname() };
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  test.each([
    { what: 'of a process that is gone', text: JSON.stringify({ ...ofThisHost, boot: bootId, pid: 2 ** 22 + 1 }) },
    { what: 'of a process whose number another one has now', text: JSON.stringify({ ...ofThisHost, boot: bootId, started: '12' }) },
    { what: 'from before the machine was restarted', text: JSON.stringify({ ...ofThisHost, boot: 'another' }) },
  ])('$what is taken over', async ({ text }) => {
    const folder = freshFolder();
    writeFileSync(join(folder, LOCK), text);
    const store = await opened(folder);
    expect(store.head.record).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, LOCK), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  test.each([
    { what: 'of another machine', text: JSON.stringify({ ...ofThisHost, host: 'elsewhere' }), who: `process ${process.pid} on elsewhere` },
    { what: 'cut short', text: '{"pid":', who: 'another process' },
  ])('$what holds while it is fresh, not when nobody has touched it for long', async ({ text, who }) => {
    const folder = freshFolder();
    const path = join(folder, LOCK);
    writeFileSync(path, text);
    expect(await refusal(folder)).toMatchObject({
      code: 'locked',
      detail: `${who} has this folder open`,
      hint: expect.stringContaining(path),
    });
    utimesSync(path, 1, 1);
    expect((await opened(folder)).head.record).toBe(0);
  });

  test('is gone after closing, and only readers need none', async () => {
    const folder = freshFolder();
    const store = await opened(folder);
    const reader = await opened(folder, { readOnly: true });
    await expect(reader.commit(batch())).rejects.toThrow('read-only');
    await reader.close();
    await store.close();
    expect(() => readFileSync(join(folder, LOCK))).toThrow('ENOENT');
  });
});

describe('a place that cannot be a store', () => {
  test('a file: not a store', async () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, 'mine');
    expect(await refusal(path)).toMatchObject({ code: 'not-a-store', detail: `${path} is a file, not a folder` });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('below a file: not writable', async () => {
    const path = join(freshFolder(), 'file');
    writeFileSync(path, 'mine');
    expect(await refusal(join(path, 'data'))).toMatchObject({ code: 'not-writable' });
  });

  test('a folder in which the system lets nobody write: not writable', async () => {
    expect(await refusal('/proc/self/fdinfo')).toMatchObject({ code: 'not-writable' });
  });

  test('a folder that does not exist is made, but not for reading', async () => {
    const folder = join(freshFolder(), 'a', 'b');
    expect(await refusal(folder, { readOnly: true })).toMatchObject({ code: 'no-store' });
    expect((await opened(folder)).head.record).toBe(0);
  });
});

describe('a version', () => {
  test('that is newer is refused, by the marker alone and by the tables alone', async () => {
    const folder = freshFolder();
    const store = await opened(folder);
    await store.commit(batch(new RecordMaker().create('vm-a')));
    await store.close();
    const marker = readFileSync(join(folder, MARKER), 'utf8');
    writeFileSync(join(folder, MARKER), marker.replace('"version": 1', '"version": 99'));
    expect(await refusal(folder)).toMatchObject({
      code: 'newer-store',
      detail: `the store has version 99, this program knows versions up to ${STORE_VERSION}`,
    });
    writeFileSync(join(folder, MARKER), marker);
    expect((await opened(folder)).head.record).toBe(1);
  });

  /** As if version 0 had kept its answers by their plain scope, under a version of the store to match. */
  const fromZero: Upgrade = {
    from: 0,
    changes: (table) => [...table('answers').range()].map(([key, value]) => ({ table: 'answers', key: `new-${key}`, value })),
  };

  test('that is older is upgraded step by step, once, and what it held is there', async () => {
    const folder = await ofVersion(-1);
    const steps: number[] = [];
    const counted = (upgrade: Upgrade): Upgrade => ({ ...upgrade, changes: (table) => (steps.push(upgrade.from), upgrade.changes(table)) });
    const upgrades = [counted(fromZero), counted({ from: -1, changes: () => [] })];
    const store = await opened(folder, { upgrades });
    expect(steps).toEqual([-1, 0]);
    expect([...store.recordsAfter(0)]).toHaveLength(1);
    await store.close();
    expect(JSON.parse(readFileSync(join(folder, MARKER), 'utf8'))).toMatchObject({ version: STORE_VERSION });
    await opened(folder, { upgrades });
    expect(steps).toEqual([-1, 0]);
  });

  test('that is older and has no way up is refused', async () => {
    expect(await refusal(await ofVersion(-7))).toMatchObject({ code: 'older-store' });
  });

  /** A store of today that calls itself so. */
  async function ofVersion(version: number): Promise<string> {
    const folder = freshFolder();
    const store = await opened(folder);
    await store.commit(batch(new RecordMaker().create('vm-a')));
    await store.close();
    const { engine } = await openEngine(
      new FolderDisk(folder),
      { mode: 'always', intervalMs: 1000, bytesMax: Infinity, checkpointBytes: 0, boot: '' },
      'read-write',
    );
    const older = put('meta', STORE_KEY, { version, epoch: 'e-old', created: '2020-01-01T00:00:00.000Z' });
    await engine.commit([older], { firstRecord: 2, records: 0 }, () => undefined);
    await engine.close();
    writeFileSync(join(folder, MARKER), JSON.stringify({ version, epoch: 'e-old', created: '' }));
    return folder;
  }
});
