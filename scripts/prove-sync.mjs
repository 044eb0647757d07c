/**
 * Shows by strace that the store syncs before it answers: `node scripts/prove-sync.mjs [commits]`. kill -9 cannot show it, since the page cache
 * outlives a process.
 *
 * First a process commits and says `told n` after each answer; between the write of its frame and these words there has to be an
 * fdatasync that returned 0. Then the same with an fdatasync that fails: that commit must not be told, and the next ones must.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMITS = Number(process.argv[2] ?? 5);
/** Syncs of making a store come first; one in the middle of the commits fails. */
const FAILING_COMMIT = 3;

/** strace counts the calls of each thread by itself. */
const ONE_THREAD = { ...process.env, UV_THREADPOOL_SIZE: '1' };

const CHILD = `
import { writeSync } from 'node:fs';
import { openStore } from './src/service/store/lmdb-store.js';
const [folder, commits] = process.argv.slice(2);
const store = await openStore(folder, { mode: 'always', intervalMs: 1000 });
if ('refused' in store) throw new Error(store.detail);
writeSync(1, 'ready\\n');
for (let i = 1; i <= Number(commits); i++) {
  const { record, position } = store.head;
  const event = { position: position + 1, seq: position + 1, type: 'fault', json: '{}' };
  const made = { number: record + 1, rules: 1, vm: 'a', op: 'hypervisor-write', at: '', requestId: null, command: '{}', operationsBefore: 0,
    created: null, check: '', delta: null, events: [event], answer: null };
  await store.commit({ records: [made] }).then(() => writeSync(1, 'told ' + i + '\\n'), (error) => writeSync(1, 'refused ' + i + ' ' + error.code + '\\n'));
}
process.exit(0);
`;

if (spawnSync('strace', ['-V']).status !== 0) {
  console.error('strace is needed: apt-get install strace');
  process.exit(2);
}
const work = mkdtempSync(join(tmpdir(), 'rampart-sync-'));
const bundle = join(ROOT, '.cache', `prove-sync-${process.pid}.mjs`);
try {
  await build({
    stdin: { contents: CHILD, resolveDir: ROOT, loader: 'ts' },
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['lmdb'],
  });
  const plain = traced('plain', []);
  const syncsBefore = plain.calls.slice(0, plain.ready).filter(({ name }) => name === 'fdatasync').length;
  const orderly = prove(plain);
  const failing = traced('failing', ['-e', `inject=fdatasync:error=EIO:when=${syncsBefore + FAILING_COMMIT}`]);
  const refused = failing.said.filter((line) => line.startsWith('refused'));
  console.log(`with an fdatasync that fails: ${failing.said.join(', ')}`);
  const honest = refused.length === 1 && refused[0] === `refused ${FAILING_COMMIT} io-error` && failing.said.length === COMMITS + 1;
  console.log(orderly && honest ? 'shown: every answer came after its sync, and none without' : 'NOT SHOWN');
  process.exitCode = orderly && honest ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true });
  rmSync(bundle, { force: true });
}

/** The calls that matter, in the order in which they returned. */
function traced(name, extra) {
  const log = join(work, `${name}.log`);
  const args = ['-f', '-y', '-s', '48', '-e', 'trace=pwrite64,pwritev,write,fdatasync,fsync,msync', ...extra, '-o', log];
  const { stdout } = spawnSync('strace', [...args, process.execPath, bundle, join(work, name), String(COMMITS)], {
    encoding: 'utf8',
    env: ONE_THREAD,
  });
  const begun = new Map();
  const calls = [];
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, pid, text] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (text === undefined || text.startsWith('+++') || text.startsWith('---')) continue;
    if (text.endsWith('<unfinished ...>')) {
      begun.set(pid, text.slice(0, -' <unfinished ...>'.length));
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text);
    const whole = resumed === null ? text : `${begun.get(pid) ?? ''}${resumed[1]}`;
    calls.push({ name: whole.slice(0, whole.indexOf('(')), whole });
  }
  const ready = calls.findIndex(({ whole }) => whole.includes('"ready'));
  return { calls, ready, said: stdout.trim().split('\n') };
}

function prove({ calls, ready }) {
  const shown = calls.slice(ready + 1).filter(({ whole }) => whole.includes('rampart.') || whole.includes('"told'));
  let written = 0;
  let synced = 0;
  let told = 0;
  for (const { name, whole } of shown) {
    console.log(`  ${whole.replaceAll(work, '')}`);
    if (name === 'pwrite64' && whole.includes('rampart.tail')) written++;
    if (name === 'fdatasync' && whole.includes('rampart.tail') && whole.endsWith('= 0')) synced = written;
    if (name === 'write' && whole.includes('"told') && ++told > synced) return false;
  }
  console.log(`${told} answers, ${synced} commits synced before them`);
  return told === COMMITS;
}
