/** What runs at an installation: nothing has to. Only packages with a binary of their own would like to, and theirs come prebuilt. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(readFileSync(`${ROOT}/package-lock.json`, 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>;
};
const withScripts = Object.entries(packages).filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true);

test('of what the service runs with, only lmdb and an optional part of it have an install script', () => {
  expect(withScripts.map(([path, { optional = false }]) => [path, optional])).toEqual([
    ['node_modules/lmdb', false],
    ['node_modules/msgpackr-extract', true],
  ]);
});

test('and no installation here runs one', () => {
  for (const file of ['Dockerfile', 'scripts/ensure.mjs']) {
    const text = readFileSync(`${ROOT}/${file}`, 'utf8');
    const installations = text.split('\n').filter((line) => /^(RUN npm (ci|prune)|\s*npm\(\['ci')/.test(line));
    expect(installations.length).toBeGreaterThan(0);
    for (const line of installations) expect(line).toContain('--ignore-scripts');
  }
});

test('lmdb works so: its binary came as a package, without which it does not even load', async () => {
  const { open } = await import('lmdb');
  expect(open).toBeTypeOf('function');
});
