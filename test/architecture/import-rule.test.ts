/** src/ keeps the import rule, and the checker that says so is shown to fail on trees that break it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { violations } from './import-rule.js';
import { scanSource } from './scan-source.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function sourceFiles(): Map<string, string> {
  const found = readdirSync(`${ROOT}/src`, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts'),
  );
  return new Map(
    found.map((entry) => {
      const path = `${entry.parentPath}/${entry.name}`;
      return [relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8')];
    }),
  );
}

/** A tree that keeps the rule, to be broken one file at a time. */
const KEPT: Readonly<Record<string, string>> = {
  'src/core/index.ts': `export * from './rmp.js';`,
  'src/core/rmp.ts': `import { createHash } from 'node:crypto'; export const rmp = createHash;`,
  'src/config-setting.ts': `export const setting = 1;`,
  'src/config.ts': `import { setting } from './config-setting.js'; export { setting }; export const configOf = (env: NodeJS.ProcessEnv) => env;`,
  'src/service/machines.ts': `import { rmp } from '../core/index.js'; export const machines = rmp;`,
  'src/http/routes.ts': `import { machines } from '../service/machines.js'; import fastify from 'fastify'; export const routes = [machines, fastify];`,
  'src/ws/stream.ts': `import type { machines } from '../service/machines.js'; export type Stream = typeof machines;`,
  'src/app.ts': `import { routes } from './http/routes.js'; import './ws/stream.js'; export const app = routes;`,
  'src/main.ts': `import { app } from './app.js'; import { configOf } from './config.js'; app(configOf(process.env));`,
};

describe('the import rule', () => {
  test('src/ keeps it', () => {
    const files = sourceFiles();
    expect(files.size).toBeGreaterThan(20);
    expect(violations(files)).toEqual([]);
  });

  test('a tree that keeps it has no violations', () => {
    expect(violations(new Map(Object.entries(KEPT)))).toEqual([]);
  });

  test.each([
    ['core imports a package', 'src/core/rmp.ts', `import { z } from 'zod';`, 'the core may not import zod'],
    ['core imports the file system', 'src/core/rmp.ts', `import { readFileSync } from 'node:fs';`, 'the core may not import node:fs'],
    [
      'core takes more of crypto',
      'src/core/rmp.ts',
      `import { createHash, randomBytes } from 'node:crypto';`,
      'the core may not import node:crypto',
    ],
    ['core takes all of crypto', 'src/core/rmp.ts', `import * as all from 'node:crypto';`, 'the core may not import node:crypto'],
    ['core takes crypto by default', 'src/core/rmp.ts', `import all from 'node:crypto';`, 'the core may not import node:crypto'],
    [
      'core imports a type of the service',
      'src/core/rmp.ts',
      `import type { machines } from '../service/machines.js';`,
      'core may not import service',
    ],
    ['core re-exports from config', 'src/core/rmp.ts', `export * from '../config.js';`, 'core may not import config'],
    ['core loads something later', 'src/core/rmp.ts', `const later = import('../http/routes.js');`, 'core may not import http'],
    ['core reads the clock', 'src/core/rmp.ts', `export const now = Date.now();`, 'uses Date in the core'],
    ['core throws dice', 'src/core/rmp.ts', `export const dice = Math.random();`, 'uses Math.random in the core'],
    ['core waits', 'src/core/rmp.ts', `export async function f() {}`, 'uses async in the core'],
    [
      'core hides the clock in a template',
      'src/core/rmp.ts',
      'export const t = `at ${performance.now()}`;',
      'uses performance in the core',
    ],
    ['core prints', 'src/core/rmp.ts', `console.log(1);`, 'uses console in the core'],
    ['service imports http', 'src/service/machines.ts', `import { routes } from '../http/routes.js';`, 'service may not import http'],
    ['service imports ws', 'src/service/machines.ts', `export { x } from "../ws/stream.js";`, 'service may not import ws'],
    ['service imports app', 'src/service/machines.ts', `import { app } from '../app.js';`, 'service may not import app'],
    [
      'service goes round the door',
      'src/service/machines.ts',
      `import { rmp } from '../core/rmp.js';`,
      'only src/core/index.ts is the door',
    ],
    ['http imports ws', 'src/http/routes.ts', `import {\n  type Stream,\n} from '../ws/stream.js';`, 'http may not import ws'],
    ['ws imports http', 'src/ws/stream.ts', `import '../http/routes.js';`, 'ws may not import http'],
    ['app imports main', 'src/app.ts', `import './main.js';`, 'imports src/main.ts, which is a process'],
    ['app reads the environment', 'src/app.ts', `export const port = process.env.PORT;`, 'touches process'],
    ['config imports node:process', 'src/config.ts', `import { env } from 'node:process';`, 'touches process'],
    ['a path is computed', 'src/http/routes.ts', `const name = 'x'; void import(name);`, 'imports a computed path'],
    ['a file is missing', 'src/http/routes.ts', `import './gone.js';`, 'which is no file of src/'],
    ['a folder has no layer', 'src/utils/things.ts', `export const x = 1;`, 'belongs to no layer'],
  ])('fails where %s', (_, file, text, expected) => {
    const found = violations(new Map(Object.entries({ ...KEPT, [file]: text })));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}: `);
    expect(found[0]).toContain(expected);
  });
});

describe('the scanner', () => {
  test('is not taken in by comments, strings, templates and regular expressions', () => {
    const text = [
      `// import 'a';`,
      `/* import 'b'; process */`,
      `const s = "import 'c' from process"; const t = \`import 'd' \${s} await\`;`,
      `const r = /import 'e'["'\`\\/]/; const half = 4 / 2; const q = half / 2; // '`,
      `x.process(); export const from = 'f'; export { r }; export type T = { a: 'g' };`,
    ].join('\n');
    const { imports, identifiers } = scanSource(text);
    expect(imports).toEqual([]);
    expect(identifiers.has('process')).toBe(false);
    expect(identifiers.has('await')).toBe(false);
    expect(identifiers.has('half')).toBe(true);
  });

  test.each([
    [`import { a, type b, c as d, } from './x.js';`, { specifier: './x.js', names: ['a', 'b', 'c'] }],
    [`import type { a } from './x.js';`, { specifier: './x.js', names: ['a'] }],
    [`import type from './x.js';`, { specifier: './x.js', names: null }],
    [`import a, { b } from './x.js';`, { specifier: './x.js', names: null }],
    [`import * as a from './x.js';`, { specifier: './x.js', names: null }],
    [`import './x.js';`, { specifier: './x.js', names: null }],
    [`export type * from './x.js';`, { specifier: './x.js', names: null }],
    [`export { a as b } from './x.js';`, { specifier: './x.js', names: ['a'] }],
    ['void import(`./x.js`);', { specifier: './x.js', names: null }],
    [`type T = import('./x.js').T;`, { specifier: './x.js', names: null }],
    ['const t = `${await import("./x.js")}`;', { specifier: './x.js', names: null }],
  ])('reads %s', (text, expected) => {
    expect(scanSource(text).imports).toEqual([expected]);
  });
});

describe('the page', () => {
  const folder = join(ROOT, 'web', 'src');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => /\.tsx?$/.test(entry.name));

  test('knows of the service only the client for browsers, and packages only those that it is made with', () => {
    expect(files.length).toBeGreaterThan(20);
    for (const { parentPath, name } of files) {
      for (const { specifier } of scanSource(readFileSync(`${parentPath}/${name}`, 'utf8')).imports) {
        const allowed =
          specifier?.startsWith('.') === true
            ? join(parentPath, specifier).startsWith(folder) || specifier.endsWith('/src/client/browser.js')
            : ['preact', 'preact/hooks', '@preact/signals'].includes(specifier ?? '');
        expect(allowed, `${name} imports ${specifier}`).toBe(true);
      }
    }
  });
});
