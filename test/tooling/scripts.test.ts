/** The scripts that run before and after everything else: what they refuse, and that what they say is true. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const SCRIPTS = fileURLToPath(new URL('../../scripts', import.meta.url));
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/rampart-scripts-`);
  cpSync(SCRIPTS, `${folder}/scripts`, { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function node(...args: string[]): { readonly status: number | null; readonly out: string; readonly err: string } {
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return { status: run.status, out: run.stdout, err: run.stderr };
}

describe('ensure', () => {
  test('refuses a Node that is too old, in one line', () => {
    const old = `data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.18.3' } })`;
    expect(node('--import', old, 'scripts/ensure.mjs', 'deps')).toEqual({
      status: 1,
      out: '',
      err: 'rampart: Node 20.19 or later is needed, this is 20.18.3\n',
    });
  });

  test('refuses a checkout without a lock file, in one line', () => {
    expect(node('scripts/ensure.mjs', 'deps')).toEqual({
      status: 1,
      out: '',
      err: 'rampart: package-lock.json is missing; restore it with git\n',
    });
  });

  test('says what npm said where an installation fails', () => {
    writeFileSync(`${folder}/package.json`, 'no JSON');
    writeFileSync(`${folder}/package-lock.json`, '{}');
    const { status, err } = node('scripts/ensure.mjs', 'deps');
    expect(status).toBe(1);
    expect(err).toMatch(/^rampart: installing packages/);
    expect(err).toContain('npm error');
    expect(err).toMatch(/\nrampart: the installation failed: .*\n$/);
  });

  test('installs once, and not again until the lock file changes', () => {
    writeFileSync(`${folder}/package.json`, '{"name":"x","version":"1.0.0"}');
    const lock = (version: string): string =>
      JSON.stringify({ name: 'x', version, lockfileVersion: 3, packages: { '': { name: 'x', version } } });
    mkdirSync(`${folder}/node_modules`);
    for (const version of ['1.0.0', '1.0.1']) {
      writeFileSync(`${folder}/package-lock.json`, lock(version));
      expect(node('scripts/ensure.mjs', 'deps')).toEqual({ status: 0, out: '', err: 'rampart: installing packages (npm ci)\n' });
      expect(node('scripts/ensure.mjs', 'deps')).toEqual({ status: 0, out: '', err: '' });
    }
  });
});

describe('audit', () => {
  /** As if npm had said this. */
  function audited(answer: string): ReturnType<typeof node> {
    mkdirSync(`${folder}/bin`);
    writeFileSync(`${folder}/answer.json`, answer);
    writeFileSync(`${folder}/bin/npm`, `#!/bin/sh\necho "$@" > '${folder}/asked'\ncat '${folder}/answer.json'\nexit 1\n`, { mode: 0o755 });
    const PATH = `${folder}/bin:${process.env['PATH'] ?? ''}`;
    const run = spawnSync(process.execPath, ['scripts/audit.mjs'], { cwd: folder, encoding: 'utf8', env: { PATH } });
    return { status: run.status, out: run.stdout, err: run.stderr };
  }
  const report = (...severities: string[]): string =>
    JSON.stringify({
      vulnerabilities: Object.fromEntries(severities.map((severity, i) => [`p${i}`, { name: `p${i}`, severity, range: '<2' }])),
      metadata: { vulnerabilities: { total: severities.length }, dependencies: { prod: 80 } },
    });

  test.each([
    ['nothing', report(), 0, /no high or critical weakness is known in 80 packages \(0 lesser ones\)/],
    ['lesser ones', report('low', 'moderate'), 0, /2 lesser ones/],
    ['a high one', report('low', 'high'), 1, /p1 <2: high/],
    ['a critical one', report('critical'), 1, /p0 <2: critical/],
    ['an answer that is none', '{"message":"405 Method Not Allowed","statusCode":405}', 2, /gave no answer.*405 Method Not Allowed/],
    ['no JSON', 'oops', 2, /gave no answer/],
  ])('%s', (_what, answer, status, words) => {
    const { status: ended, out, err } = audited(answer);
    expect([ended, out + err]).toEqual([status, expect.stringMatching(words)]);
    expect(readFileSync(`${folder}/asked`, 'utf8')).toContain('audit --omit=dev');
  });
});

describe('the last line of CI', () => {
  const file = (status: string, assertions: number) => ({ status, assertionResults: Array.from({ length: assertions }, () => ({})) });
  const report = (passed: number, failed: number, testResults: unknown[]) => ({
    numPassedTests: passed,
    numFailedTests: failed,
    testResults,
  });

  test.each([
    ['counts what passed', report(7, 0, [file('passed', 7)]), '0', '7 passed, 0 failed'],
    ['counts what failed', report(5, 2, [file('failed', 7)]), '1', '5 passed, 2 failed'],
    ['counts a file that does not load', report(5, 0, [file('passed', 5), file('failed', 0)]), '1', '5 passed, 1 failed'],
    ['counts an error beside the tests', report(5, 0, [file('passed', 5)]), '1', '5 passed, 1 failed'],
    ['counts a step that failed before the tests', null, '1', '0 passed, 1 failed'],
  ])('%s', (_, content, status, line) => {
    if (content !== null) writeFileSync(`${folder}/report.json`, JSON.stringify(content));
    const { out } = node('scripts/test-summary.mjs', 'report.json', status);
    expect(out.trimEnd().split('\n').at(-1)).toBe(line);
  });
});
