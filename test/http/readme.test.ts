/** The README's tables are those of the program, both ways: settings, endpoints, problems. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingRows } from '../../src/config.js';
import { PROBLEM_CODES, PROBLEMS } from '../../src/http/problem.js';
import { TestApp } from './support/test-app.js';

const app = new TestApp();
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The cells of the table whose header row has these cells. */
function tableOf(...header: readonly string[]): readonly (readonly string[])[] {
  const lines = README.split('\n');
  const start = lines.findIndex((line) => line === `| ${header.join(' | ')} |`);
  expect(start, `the README has a table | ${header.join(' | ')} |`).toBeGreaterThan(0);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  );
}

test('every setting, with its default', () => {
  const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
  expect(tableOf('variable', 'flag', 'default', 'meaning')).toEqual(
    settingRows().map(({ env, flag, fallback, meaning }) => [code(env), code(flag), fallback, meaning]),
  );
});

test('every endpoint', () => {
  const rows = app.app.routes.map(({ method, path, summary }) => [`\`${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}\``, summary]);
  expect(tableOf('endpoint', 'does')).toEqual(rows);
});

test('every problem code, with its status', () => {
  expect(tableOf('code', 'status', 'when')).toEqual(
    PROBLEM_CODES.map((code) => [`\`${code}\``, String(PROBLEMS[code].status), PROBLEMS[code].when]),
  );
});
