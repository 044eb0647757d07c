/**
 * The import rule: `main → app → http, ws → service → core`, each layer importing only what stands to its right, `http` and `ws`
 * never each other, and the core nothing but itself. A pure function over file → text, so that it can be shown to fail.
 */
import { posix } from 'node:path';
import { type Import, scanSource } from './scan-source.js';

/** What each layer may import besides itself. A layer is a folder of src/, or the files there that share a first word. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  decode: ['core'],
  config: ['core'],
  service: ['config', 'core'],
  http: ['service', 'config', 'decode', 'core'],
  ws: ['service', 'config', 'core'],
  app: ['http', 'ws', 'service', 'config', 'core'],
  main: ['app', 'config', 'service'],
  openapi: ['app', 'config', 'service'],
  client: [],
  vitest: ['client'],
  cli: ['client', 'decode', 'config'],
};

/** Files that are processes. */
const ENTRIES = ['src/main.ts', 'src/openapi-main.ts', 'src/cli-main.ts'];

/** The command `rampart serve` becomes the service. */
const HANDS_OVER: Readonly<Record<string, string>> = { 'src/cli-main.ts': 'src/main.ts' };

/** Files that may ask who they are: processes, the lock that keeps two of them from one folder, and what tests begin with. */
const PROCESS_USERS = [...ENTRIES, 'src/service/store/folder-lock.ts', 'src/vitest.ts'];

/** The only thing that the core takes from outside. */
const CORE_EXCEPTION = { specifier: 'node:crypto', name: 'createHash' };

/** Clocks, chance, waiting and the outside world: with any of them the same commands could give different machines. */
const NOT_IN_CORE = [
  'Date',
  'Intl',
  'performance',
  'process',
  'console',
  'Promise',
  'async',
  'await',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'fetch',
  'crypto',
  'globalThis',
  'require',
  'WeakRef',
  'FinalizationRegistry',
];

/** Violations as sentences, `file: what`; keys are paths like `src/core/index.ts`. */
export function violations(files: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  for (const [file, text] of files) {
    const say = (what: string): void => void found.push(`${file}: ${what}`);
    const layer = layerOf(file);
    if (MAY_IMPORT[layer] === undefined) say(`belongs to no layer; name "${layer}" in the import rule`);
    const { imports, identifiers } = scanSource(text);
    for (const one of imports) checkImport(file, layer, one, files, say);
    if (identifiers.has('process') && !PROCESS_USERS.includes(file) && layer !== 'core') say('touches process');
    if (layer !== 'core') continue;
    for (const name of NOT_IN_CORE) if (identifiers.has(name)) say(`uses ${name} in the core`);
    if (/\bMath\s*\.\s*random\b/.test(text)) say('uses Math.random in the core');
  }
  return found;
}

function checkImport(file: string, layer: string, one: Import, files: ReadonlyMap<string, string>, say: (what: string) => void): void {
  if (one.specifier === null) return say('imports a computed path');
  if (!one.specifier.startsWith('.')) return checkPackage(file, layer, one.specifier, one.names, say);
  const target = posix.join(posix.dirname(file), one.specifier).replace(/\.js$/, '.ts');
  if (!files.has(target)) return say(`imports ${one.specifier}, which is no file of src/`);
  if (HANDS_OVER[file] === target) return;
  if (ENTRIES.includes(target)) return say(`imports ${target}, which is a process`);
  const other = layerOf(target);
  if (other === layer) return;
  if (!(MAY_IMPORT[layer] ?? []).includes(other)) say(`${layer} may not import ${other} (${one.specifier})`);
  else if (other === 'core' && target !== 'src/core/index.ts') say(`imports ${target}; only src/core/index.ts is the door`);
}

function checkPackage(file: string, layer: string, specifier: string, names: Import['names'], say: (what: string) => void): void {
  if (/^(node:)?process$/.test(specifier) && !PROCESS_USERS.includes(file)) say('touches process');
  if (layer !== 'core') return;
  const isException = specifier === CORE_EXCEPTION.specifier && names?.join() === CORE_EXCEPTION.name;
  if (!isException) say(`the core may not import ${specifier}`);
}

function layerOf(file: string): string {
  return /^src\/([^/.]+?)(?:-[^/]*)?(?:\.ts$|\/)/.exec(file)?.[1] ?? '';
}
