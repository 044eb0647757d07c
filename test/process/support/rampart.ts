/** The service as people start it: `node dist/main.js`, a process of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What is in dist/ is made of the source as it is now. */
export function build(): void {
  execFileSync(process.execPath, ['scripts/ensure.mjs', 'dist'], { cwd: ROOT });
}

export interface Rampart {
  readonly url: string;
  readonly child: ChildProcess;
  readonly exit: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it wrote to standard error. */
  errors(): string;
  kill(signal: NodeJS.Signals): void;
}

const running = new Set<ChildProcess>();

export async function startRampart(env: Readonly<Record<string, string>>, nodeArgs: readonly string[] = []): Promise<Rampart> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [...nodeArgs, 'dist/main.js'], {
    cwd: ROOT,
    env: { PATH, RAMPART_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let out = '';
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exit = once(child, 'close').then(([code, signal]) => {
    running.delete(child);
    return { code: code as number | null, signal: signal as NodeJS.Signals | null };
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      const found = /listens on (http:\S+)\n/.exec(out);
      if (found !== null) resolve(found[1]);
    });
    void exit.then(({ code, signal }) => reject(new Error(`it ended with ${code ?? signal}: ${out}${err}`)));
  });
  return { url, child, exit, errors: () => err, kill: (signal) => void child.kill(signal) };
}

/** For the end of a test, however it went. */
export function killAll(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}
