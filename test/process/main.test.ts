/** The process: what it prints, its exit codes, and that it stops when asked, with a stream and a request open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

interface Started {
  readonly child: ChildProcess;
  out: string;
  err: string;
  /** Resolves once the output matches. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  exit: Promise<number | null>;
}

function start(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...argv], {
    cwd: ROOT,
    env: { PATH, RAMPART_PORT: '0', RAMPART_MEMORY: '1', ...env },
  });
  running.add(child);
  const started: Started = {
    child,
    out: '',
    err: '',
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(started.out);
          if (found !== null) resolve(found);
        };
        child.stdout.on('data', look);
        child.on('exit', (code) => reject(new Error(`exit ${code}: ${started.out}${started.err}`)));
        look();
      }),
    exit: once(child, 'exit').then(([code]) => code as number | null),
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (started.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (started.err += text));
  return started;
}

describe('without running', { timeout: 60_000 }, () => {
  test('--help prints the settings and ends well', async () => {
    const started = start(['--help']);
    expect(await started.exit).toBe(0);
    expect(started.out).toMatch(/RAMPART_PORT +7670/);
  });

  test.each<[readonly string[], Readonly<Record<string, string>>, RegExp]>([
    [['--prot', '1'], {}, /^rampart: --prot: there is no such option/],
    [[], { RAMPART_HOST: '0.0.0.0' }, /^rampart: RAMPART_HOST: .*Set RAMPART_TOKEN/],
  ])('%j %j ends with 2 and one line that says why', async (argv, env, message) => {
    const started = start(argv, env);
    expect(await started.exit).toBe(2);
    expect(started.err).toMatch(message);
    expect(started.err.trim().split('\n')).toHaveLength(1);
    expect(started.out).toBe('');
  });
});

describe('running', { timeout: 60_000 }, () => {
  test('it says where it is, plays the demo, and stops on SIGTERM with a stream and a request open', async () => {
    const started = start(['--demo']);
    const [, url = ''] = await started.says(/listens on (http:\S+)\n/);
    await started.says(/"demo-hugetlb"[\s\S]*page 8.*\n/);
    expect(started.out).toContain(`The page: ${url}/`);
    expect(started.out).toContain(`The API, for reading: ${url}/docs`);
    expect(started.out.match(/^curl|^VM=|^node/gm)?.length).toBeGreaterThanOrEqual(3);

    const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream?after=oldest&types=fault`);
    const [first] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({
      type: 'fault',
      outcome: 'completed',
      fault: { decision: 'PAGE_SPLIT', errorCode: '0x80000007' },
    });
    const followed = await fetch(`${url}/v1/events`, { headers: { accept: 'text/event-stream' } });
    expect(followed.status).toBe(200);

    const closed = once(socket, 'close');
    started.child.kill('SIGTERM');
    const [code] = (await closed) as [number];
    expect(code).toBe(1001);
    expect(await started.exit).toBe(0);
    expect(started.err).toBe('');
  });

  test('a token is asked for, and is in no line that is printed or logged', async () => {
    const started = start([], { RAMPART_TOKEN: 'tell-nobody', RAMPART_LOG_LEVEL: 'trace', RAMPART_ACCESS_LOG: '1' });
    const [, url = ''] = await started.says(/listens on (http:\S+)\n/);
    expect((await fetch(`${url}/v1/about`)).status).toBe(401);
    const reply = await fetch(`${url}/v1/about`, { headers: { authorization: 'Bearer tell-nobody', 'x-request-id': 'mine' } });
    expect(reply.status).toBe(200);
    await reply.text();
    started.child.kill('SIGINT');
    expect(await started.exit).toBe(0);
    const lines = started.err
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: 'mine', method: 'GET', route: '/v1/about', status: 200, msg: 'request' }),
    );
    expect(started.out + started.err).not.toContain('tell-nobody');
  });

  test('an address that is taken ends with 1', async () => {
    const first = start([]);
    const [, port = ''] = await first.says(/listens on http:\/\/127\.0\.0\.1:(\d+)\n/);
    const second = start([], { RAMPART_PORT: port });
    expect(await second.exit).toBe(1);
    expect(second.err).toMatch(/^rampart: cannot listen on 127\.0\.0\.1 port \d+: .*EADDRINUSE/);
  });
});
