/**
 * Commits a second: 64 writers, each of which waits for its answer before it sends the next one. Beside each other: no store at all, the
 * store in its modes, and LMDB alone with a transaction for each group. `tsx bench/store.ts [seconds each]`.
 */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { Committer } from '../src/service/store/committer.js';
import { openStore } from '../src/service/store/lmdb-store.js';
import type { Batch, JournalRecord, Store, StoreHead, SyncMode } from '../src/service/store/store.js';

const WRITERS = 64;
const ROUNDS = 2;
const SECONDS = Number(process.argv[2] ?? 1.5);

type Commits = Pick<Store, 'commit'> & { readonly head: Pick<StoreHead, 'record' | 'position'> };

const COUNTERS = { faults: { PAGE_SPLIT: 1 }, splits: 1, directMapSplits: 0, signals: { SIGBUS: 0, SIGSEGV: 0 }, nestedFaults: 0 };
const EVENT = JSON.stringify({
  vm: 'vm-0123456789',
  type: 'fault',
  fault: { kind: 'rmp', hva: '0x7f0000200000', reason: 'x'.repeat(400) },
});

/** As long as that of a hypervisor write which meets one fault. */
function recordAfter(number: number, position: number): JournalRecord {
  return {
    number: number + 1,
    rules: 1,
    vm: 'vm-0123456789',
    op: 'hypervisor-write',
    at: '2024-05-01T00:00:00.000Z',
    requestId: 'r-0123456789',
    command: '{"op":"hypervisor-write","target":{"space":"gpa","page":512,"offset":0},"size":64,"via":"user","pagefaultDisabled":false}',
    operationsBefore: number,
    created: null,
    check: 'ab'.repeat(32),
    delta: {
      fromCreation: false,
      state: 'running',
      seq: position + 1,
      operations: number,
      counters: COUNTERS,
      inject: null,
      rmp: [[2, 'A'.repeat(60)]],
      leaves: [],
      contents: [],
    } as unknown as JournalRecord['delta'],
    events: [{ position: position + 1, seq: position + 1, type: 'fault', json: EVENT }],
    answer: null,
  };
}

async function rate(store: Commits): Promise<number> {
  const committer = new Committer(store);
  let { record, position } = store.head;
  const first = record;
  const until = performance.now() + SECONDS * 1000;
  const write = async (): Promise<void> => {
    while (performance.now() < until) await committer.kept(committer.enqueue({ records: [recordAfter(record++, position++)] }));
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, write));
  return ((record - first) / (performance.now() - began)) * 1000;
}

const noStore: Commits = { head: { record: 0, position: 0 }, commit: () => new Promise((resolve) => void setImmediate(resolve)) };

async function inFolder(measure: (folder: string) => Promise<number>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-bench-'));
  try {
    return await measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ofMode = (mode: SyncMode) =>
  inFolder(async (folder) => {
    const store = await openStore(folder, { mode, intervalMs: 100 });
    if ('refused' in store) throw new Error(store.detail);
    const found = await rate(store);
    await store.close();
    return found;
  });

/** Each group a transaction that LMDB syncs before it returns. */
const lmdbAlone = () =>
  inFolder(async (folder) => {
    const env = open<Buffer, number>(join(folder, 'alone.mdb'), { encoding: 'binary', noSubdir: true, overlappingSync: false });
    const commit = async ({ records }: Batch): Promise<void> => {
      await env.batch(() => void env.put(records[0]?.number ?? 0, Buffer.from(JSON.stringify(records))));
    };
    const found = await rate({ head: { record: 0, position: 0 }, commit });
    await env.close();
    return found;
  });

/** Milliseconds that the disk takes for an append and its sync, half of the time at most. */
const syncMs = () =>
  inFolder((folder) => {
    const fd = openSync(join(folder, 'probe'), 'w');
    const bytes = Buffer.alloc(32_768, 1);
    const times = Array.from({ length: 100 }, () => {
      const began = performance.now();
      writeSync(fd, bytes);
      fdatasyncSync(fd);
      return performance.now() - began;
    });
    closeSync(fd);
    return Promise.resolve(times.sort((a, b) => a - b)[50] ?? 0);
  });

const measured: readonly (readonly [string, () => Promise<number>])[] = [
  ['no store', () => rate(noStore)],
  ['mode none', () => ofMode('none')],
  ['mode interval', () => ofMode('interval')],
  ['mode always', () => ofMode('always')],
  ['LMDB alone, synced', lmdbAlone],
];

console.log(`append and sync of 32 KiB: ${(await syncMs()).toFixed(2)} ms`);
const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++)
  for (const [name, measure] of measured) best.set(name, Math.max(best.get(name) ?? 0, await measure()));
const base = best.get('no store') ?? 1;
for (const [name, found] of best)
  console.log(`${name.padEnd(20)} ${Math.round(found).toString().padStart(8)} records/s   ${(found / base).toFixed(2)}`);
