/** The Dockerfile passes a linter and the project's own rules, and either would say so if it did not. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'dockerfilelint';
import { describe, expect, test } from 'vitest';
import { brokenRules } from './dockerfile-rules.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCKERFILE = readFileSync(`${ROOT}/Dockerfile`, 'utf8');

describe('the Dockerfile', () => {
  test('passes dockerfilelint', () => {
    expect(run(ROOT, DOCKERFILE)).toEqual([]);
  });

  test('dockerfilelint objects to a bad one', () => {
    expect(run(ROOT, 'FROM node:latest\nRUN sudo apt-get install curl\n').length).toBeGreaterThan(0);
  });

  test('keeps the project’s rules', () => {
    expect(brokenRules(DOCKERFILE)).toEqual([]);
  });

  test.each([
    ['USER node', 'USER root', 'the last user is unprivileged'],
    ['USER node\n', '', 'the last user is unprivileged'],
    ['HEALTHCHECK', 'LABEL', 'there is a health check'],
    ['CMD ["node", "scripts/health.mjs"]', 'CMD curl -f http://127.0.0.1/', 'the health check needs no package'],
    ['FROM node:24-bookworm-slim AS', 'FROM node:latest AS', 'every base has a tag other than latest'],
    ['FROM node:24-bookworm-slim AS', 'FROM node AS', 'every base has a tag other than latest'],
    ['CMD ["node", "dist/main.js"]', 'CMD ["npm", "start"]', 'node itself is the process'],
    ['COPY package.json package-lock.json', 'COPY package.json', 'the lock file is copied before the sources'],
    ['RUN npm ci', 'RUN npm install', 'packages come from the lock file'],
    ['ENV RAMPART_HOST', 'ENV RAMPART_TOKEN=x RAMPART_HOST', 'no token in the image'],
    ['COPY src', 'ADD src', 'COPY, not ADD'],
  ])('with %s made %j breaks a rule', (from, to, rule) => {
    const changed = DOCKERFILE.replace(from, to);
    expect(changed).not.toBe(DOCKERFILE);
    expect(brokenRules(changed)).toContain(rule);
  });

  test('the build stage is sent only what it copies', () => {
    const sent = readFileSync(`${ROOT}/.dockerignore`, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    const copied = DOCKERFILE.split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1));
    expect(new Set(sent.map((line) => line.slice(1)))).toEqual(new Set(copied));
  });
});
