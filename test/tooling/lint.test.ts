/** The linter does fail: a type-aware linter that cannot load its types stays silent, which looks like success. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REFUSED = [
  ['an explicit any', 'no-explicit-any', 'export const f = (x: any): unknown => x;'],
  ['a non-null assertion', 'no-non-null-assertion', 'export const f = (x: string | null): string => x!;'],
  ['a promise left alone', 'no-floating-promises', 'export function f(g: () => Promise<void>): void { g(); }'],
  [
    'a promise where a condition is wanted',
    'no-misused-promises',
    'export const f = (g: Promise<boolean>): number => { if (g) return 1; return 2; };',
  ],
  [
    'a switch with a case missing',
    'switch-exhaustiveness-check',
    `export function f(x: 'a' | 'b'): void { switch (x) { case 'a': return; } }`,
  ],
  ['a value of type any taken as a string', 'no-unsafe-assignment', `export const f: string = JSON.parse('1');`],
  ['something thrown that is no Error', 'only-throw-error', `export function f(): never { throw 'x'; }`],
  ['work put off', 'no-warning-comments', '// TODO: later\nexport const f = 1;'],
] as const;

let folder = '';
let said = '';
let status: number | null = null;

beforeAll(() => {
  mkdirSync(`${ROOT}/.cache`, { recursive: true });
  folder = mkdtempSync(`${ROOT}/.cache/lint-`);
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }));
  const files = REFUSED.map(([, rule]) => `${folder}/${rule}.ts`);
  for (const [, rule, text] of REFUSED) writeFileSync(`${folder}/${rule}.ts`, `${text}\n`);
  const args = ['--no-ignore', '--config', '.oxlintrc.json', '--format', 'unix', ...files];
  ({ stdout: said, status } = spawnSync(`${ROOT}/node_modules/.bin/oxlint`, args, { cwd: ROOT, encoding: 'utf8' }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the linter fails', () => {
  expect(status).toBe(1);
});

test.each(REFUSED)('the linter refuses %s', (_, rule) => {
  const lines = said.split('\n').filter((line) => line.includes(`/${rule}.ts:`));
  expect(lines.filter((line) => line.includes(`${rule})`))).toHaveLength(1);
});
