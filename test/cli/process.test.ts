/** The command as a process: pipes, the exit code, a reader that goes away, completion in a shell. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startRealService, type RealService } from '../client/real-service.js';
import { LAUNCH_AFTER_FINISH } from '../decode/logs.js';
import { rampart } from './fake-io.js';
import { TRACEFS } from './traces/samples.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { PATH = '' } = process.env;

let service: RealService;
let folder = '';
const running = new Set<ChildProcess>();

beforeAll(async () => {
  service = await startRealService();
  folder = mkdtempSync(join(tmpdir(), 'rampart-cli-'));
});

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
});

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli-main.ts', ...argv], {
    cwd: ROOT,
    env: { PATH, RAMPART_URL: service.url, ...env },
  });
  running.add(child);
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...output }));
  return { child, ended, output };
}

describe('pipes', () => {
  test('a log through standard input, and from a file', async () => {
    const piped = start(['decode', '--fail']);
    piped.child.stdin.end(LAUNCH_AFTER_FINISH);
    const { code, out, err } = await piped.ended;
    expect({ code, err }).toEqual({ code: 5, err: 'rampart: 1 incident\n' });
    expect(out).toContain('launch-after-finish');
    expect(out).not.toContain('\u001b[');
    const file = join(folder, 'console.log');
    writeFileSync(file, LAUNCH_AFTER_FINISH);
    expect(await start(['decode', file]).ended).toMatchObject({ code: 0, out });
  });

  test('a reader that has seen enough ends it quietly', async () => {
    const tail = start(['tail', '--all', '--after', 'oldest']);
    tail.child.stdout.destroy();
    // Each event is an attempt to write.
    while (tail.child.exitCode === null && tail.child.signalCode === null) {
      await service.app.http.inject({
        method: 'POST',
        url: '/v1/vms',
        headers: { host: 'localhost', 'content-type': 'application/json' },
        payload: '{"memory":{"size":"2MiB"}}',
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(tail.child.exitCode).toBe(0);
    expect(tail.output.err).toBe('');
  });

  test('a trace through a pipe becomes operations, and those are replayed by the next in the pipe', async () => {
    const importing = start(['replay', '-', '--dry-run']);
    const replaying = start(['replay', '-', '--json', '--size', '16MiB']);
    importing.child.stdout.removeAllListeners('data').pipe(replaying.child.stdin);
    importing.child.stdin.end(TRACEFS);
    expect(await importing.ended).toMatchObject({ code: 0, err: expect.stringContaining('lines of a trace, 4 operations') });
    const { code, out, err } = await replaying.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ operations: 4, failed: 0 });
  });

  test('a scenario run from a file, with its exit code', async () => {
    const ran = await start(['run', 'scenarios/mail-story.yaml', '-q']).ended;
    expect(ran).toMatchObject({ code: 0, err: '', out: expect.stringContaining('scenarios/mail-story.yaml under rfc-v1-reply: held') });
    const file = join(folder, 'wrong.yaml');
    writeFileSync(file, readFileSync(join(ROOT, 'scenarios/mail-story.yaml'), 'utf8').replace('outcome: sigbus', 'outcome: completed'));
    expect(await start(['run', file, '--junit', join(folder, 'junit.xml')]).ended).toMatchObject({ code: 5 });
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="1"');
  });

  test('a bundle from one command to the other', async () => {
    const created = await start(['vm', 'create', '--size', '2MiB', '-q']).ended;
    const id = created.out.trim();
    const exporting = start(['export', id]);
    const importing = start(['import', '--json']);
    exporting.child.stdout.setEncoding('latin1');
    exporting.child.stdout.removeAllListeners('data').pipe(importing.child.stdin);
    const { code, out } = await importing.ended;
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ origin: { kind: 'import' } });
  });
});

describe('signals', () => {
  test('an interrupt ends it with 130', async () => {
    const tail = start(['tail', '--all', '--after', 'oldest', '--json']);
    while (tail.output.out === '') await new Promise((resolve) => setTimeout(resolve, 20));
    tail.child.kill('SIGINT');
    expect(await tail.ended).toMatchObject({ code: 130, err: '' });
  });
});

describe('serve', () => {
  test('is the service, with its settings and exit codes', async () => {
    const served = start(['serve', '--port', '0', '--memory']);
    while (!served.output.out.includes('listens on')) await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /listens on (\S+)/.exec(served.output.out)?.[1] ?? '';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    served.child.kill('SIGTERM');
    expect((await served.ended).code).toBe(0);
    expect(await start(['serve', '--port', 'x']).ended).toMatchObject({ code: 2 });
  });
});

describe('completion', () => {
  const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
  const complete = async (words: string): Promise<string[]> => {
    const { out } = await rampart(['completion', 'bash']);
    const typed = words.split(' ');
    const script = `${out}\nCOMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${typed.length - 1}; _rampart; echo "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split(' ');
  };

  test('in bash: commands, their commands, options and values', async () => {
    expect(await complete('rampart de')).toEqual(['decode']);
    expect(await complete('rampart vm ')).toEqual(expect.arrayContaining(['create', 'list', 'delete', '--help']));
    expect(await complete('rampart vm create --ba')).toEqual(['--backing']);
    expect(await complete('rampart vm create --backing huge')).toEqual(['hugetlb-2M', 'hugetlb-1G']);
    expect(await complete('rampart write vm-1 0x0 --vi')).toEqual(['--via']);
    expect(await complete('rampart re')).toEqual(['read', 'replay']);
    expect(await complete('rampart replay - --mode st')).toEqual(['stop']);
  });

  test.each(['bash', 'zsh', 'fish'])('%s: names every command, and the shell, where it is here, takes it', async (shell) => {
    const { out, code } = await rampart(['completion', shell]);
    expect(code).toBe(0);
    for (const name of [
      'vm',
      'create',
      'write',
      'decode',
      'bench-load',
      'access',
      'explain',
      'history',
      'run',
      'compare',
      'replay',
      '--on-sigbus',
    ])
      expect(out).toContain(name.replace(/^--/, ''));
    if (has(shell)) expect(spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
