/** Child processes that run one of our TypeScript files: bundled once, so that a start takes a tenth of a second. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = fileURLToPath(new URL('.', import.meta.url));
/** Inside the project, so that its packages are found. */
const OUT = fileURLToPath(new URL('../../../.cache/', import.meta.url));

export interface Bundle {
  readonly path: string;
  remove(): void;
}

export async function bundle(name: string): Promise<Bundle> {
  const path = `${OUT}${name}-${process.pid}.mjs`;
  await build({
    entryPoints: [`${HERE}${name}.ts`],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: ['lmdb'],
  });
  return { path, remove: () => rmSync(path, { force: true }) };
}

/** `shell`: what to say to the shell before the program takes its place. */
export function start(path: string, args: readonly string[], shell = ''): ChildProcessByStdio<null, Readable, null> {
  const command = [process.execPath, path, ...args].map((word) => `'${word}'`).join(' ');
  return spawn('sh', ['-c', `${shell}${shell === '' ? '' : '; '}exec ${command}`], { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** All lines of the child's output; `onLine` may end it. */
export async function linesOf(
  child: ChildProcessByStdio<null, Readable, null>,
  onLine: (line: string, count: number) => void = () => undefined,
): Promise<readonly string[]> {
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    onLine(line, lines.length);
  });
  await once(child, 'close');
  return lines;
}
