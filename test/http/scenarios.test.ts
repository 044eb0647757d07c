/** Every scenario of the library under every generation that it speaks of. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { SCENARIO_NAMES } from '../../src/decode/scenarios.js';
import { type Loose, TestApp } from './support/test-app.js';

const app = new TestApp();
const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

const { scenarios } = (await app.get('/v1/scenarios?limit=1000')).body as {
  readonly scenarios: readonly {
    readonly name: string;
    readonly title: string;
    readonly lesson: number | null;
    readonly generations: readonly string[];
    readonly steps: number;
  }[];
};

/** What failed, for reading. */
function failures(run: Loose): string[] {
  return run.steps
    .filter(({ held }: Loose) => held === false)
    .map(({ step, op, failures: times, differences }: Loose) => `${step} ${op}, ${times} times: ${JSON.stringify(differences)}`);
}

describe('the library', () => {
  test('has the stories of the mail, of the workloads and of the attacks', () => {
    const names = scenarios.map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(14);
    expect(names).toEqual(names.toSorted());
    for (const prefix of ['mail', 'hugetlb', 'thp-split', 'direct-map', 'w1', 'w2', 'w3', 'w4', 'w5', 'w6', 'attack'])
      expect(
        names.some((name) => name.startsWith(prefix)),
        prefix,
      ).toBe(true);
  });

  test('has a course of ten lessons, in order, which the README names', () => {
    const lessons = scenarios.filter(({ lesson }) => lesson !== null);
    expect(lessons.map(({ lesson }) => lesson)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { name, title, lesson } of lessons) {
      expect(title).toMatch(new RegExp(`^Lesson ${lesson}: `));
      expect(README).toContain(`${lesson}. \`${name}\`: ${title.replace(/^Lesson \d+: /, '')}`);
    }
  });

  test('has every scenario that a decoded log can point to', () => {
    const names = new Set(scenarios.map(({ name }) => name));
    expect(SCENARIO_NAMES.filter((name) => !names.has(name))).toEqual([]);
  });

  test.each(scenarios.flatMap(({ name, generations }) => generations.map((generation) => [name, generation] as const)))(
    '%s holds under %s',
    async (name, generation) => {
      const { status, body } = await app.call({ method: 'POST', url: `/v1/scenarios/${name}/runs?generation=${generation}` });
      expect(status, JSON.stringify(body)).toBe(200);
      expect(failures(body)).toEqual([]);
      expect(body).toMatchObject({ held: true, foretold: true, ended: 'finished', generation });
      // Each step expects something.
      expect(body.steps.filter(({ held }: Loose) => held === null)).toEqual([]);
    },
  );
});
