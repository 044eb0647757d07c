/**
 * The core against the naive model under random commands: every outcome, every event, then the whole state page by page.
 * fast-check shrinks a difference and prints its seed; RAMPART_SEED=<seed> repeats it, RAMPART_LONG=1 takes 10^5 commands.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstDifference } from './compare.js';
import { MUTANTS } from './mutants.js';
import { story } from './random-commands.js';
import { coreSubject } from './subject.js';
import type { MakeSubject } from './subject.js';

const COMMANDS_MAX = 40;
const LONG = process.env['RAMPART_LONG'] === '1';
/** A story has 20 commands on average. */
const STORIES = LONG ? 5_000 : 200;
const SEED = 20_210_325;
/** Time is bounded too: the small run has to fit into `npm test`. */
const TIMEOUT_MS = LONG ? 3_600_000 : 120_000;
const MUTANT_STORIES = 600;

function parameters(): { seed?: number; path?: string } {
  const seed = process.env['RAMPART_SEED'];
  const path = process.env['RAMPART_PATH'];
  // The small run is the same every time; the long one looks elsewhere.
  const fixed = LONG ? {} : { seed: SEED };
  return { ...(seed === undefined ? fixed : { seed: Number(seed) }), ...(path === undefined ? {} : { path }) };
}

function check(makeSubject: MakeSubject, stories: number) {
  const property = fc.property(story(COMMANDS_MAX), (told) => {
    const difference = firstDifference(told, makeSubject);
    if (difference !== null) throw new Error(difference);
  });
  return { property, options: { numRuns: stories, ...parameters() } };
}

test('the core and the naive model agree on every outcome, every event and every page', { timeout: TIMEOUT_MS }, () => {
  const { property, options } = check(coreSubject, STORIES);
  fc.assert(property, options);
});

test.each(MUTANTS)('a core that $fault is caught', { timeout: TIMEOUT_MS }, ({ make }) => {
  const { property, options } = check(make, MUTANT_STORIES);
  expect(fc.check(property, { ...options, endOnFailure: true }).failed).toBe(true);
});
