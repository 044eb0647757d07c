/** Measurements as child processes, so that none sees another's heap or compiled code. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const BUILD_FOLDER = fileURLToPath(new URL('../.cache/bench', import.meta.url));
const TIMEOUT_MS = 300_000;

/** Compiles a script as the build does: run through tsx, the same code takes up to twice as long. */
export function bundle(file: string): string {
  const outfile = `${BUILD_FOLDER}/${basename(file, '.ts')}.mjs`;
  buildSync({ entryPoints: [file], outfile, bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20' });
  return outfile;
}

/** A script of this folder as a measurement: what it prints is read as JSON. */
export function script(name: string): (args: readonly string[]) => unknown {
  const file = bundle(`${FOLDER}${name}`);
  return (args) => run(process.execPath, ['--expose-gc', file, ...args]);
}

export function run(command: string, args: readonly string[]): unknown {
  const child = spawnSync(command, args, { encoding: 'utf8', timeout: TIMEOUT_MS });
  if (child.error !== undefined) throw child.error;
  if (child.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${child.stderr}`);
  return JSON.parse(child.stdout);
}

/** The C machine of this name, compiled; null where there is no compiler. */
export function compileC(name: 'obvious' | 'best'): string | null {
  if (spawnSync('cc', ['--version']).error !== undefined) return null;
  mkdirSync(BUILD_FOLDER, { recursive: true });
  const program = `${BUILD_FOLDER}/core-${name}`;
  const sources = ['workload.c', `core-${name}.c`].map((file) => `${FOLDER}baseline/${file}`);
  const compiled = spawnSync('cc', ['-O2', '-std=gnu11', '-Wall', '-Wextra', '-o', program, ...sources], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return program;
}
