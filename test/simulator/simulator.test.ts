/** The simulator over fixed seeds, a kill at every call of the disk, and the proof that it catches services that are broken. */
import { describe, expect, test } from 'vitest';
import type { Mutant } from './life.js';
import { MUTANTS } from './mutants.js';
import { Simulation } from './simulation.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const SEEDS = LONG ? 300 : 10;
const STEPS = LONG ? 1000 : 250;
/** Seeds that a broken service gets at most. */
const MUTANT_SEEDS = 12;
/** How long the run is whose disk calls are killed one after the other, and how many of them `npm test` takes. */
const KILLED_STEPS = 60;
const KILLED_CALLS = LONG ? Infinity : 36;

const repeat = (seed: number, steps: number): string => `npm run simulate -- --seed ${seed} --steps ${steps}`;

describe('the honest service', () => {
  // Random seeds only where there is time to look at what they find.
  const first = LONG ? Math.floor(Math.random() * 1e9) : 1;
  test.each(Array.from({ length: SEEDS }, (_, i) => first + i))('seed %i', { timeout: 600_000 }, async (seed) => {
    expect(await new Simulation({ seed, steps: STEPS }).run(), repeat(seed, STEPS)).toEqual([]);
  });

  test('a seed repeats, to the last byte', { timeout: 120_000 }, async () => {
    const [one, two] = [new Simulation({ seed: 5, steps: 120 }), new Simulation({ seed: 5, steps: 120 })];
    await one.run();
    await two.run();
    expect(two.fingerprint).toBe(one.fingerprint);
    expect(two.totals).toEqual(one.totals);
  });

  test('killed at each call of the disk in turn, with the power or without', { timeout: 1_800_000 }, async () => {
    const whole = new Simulation({ seed: 11, steps: KILLED_STEPS, killAt: { call: Infinity, power: false } });
    expect(await whole.run()).toEqual([]);
    const stride = Math.max(1, Math.ceil(whole.totals.diskCalls / KILLED_CALLS));
    for (let call = 1; call <= whole.totals.diskCalls; call += stride) {
      const simulation = new Simulation({ seed: 11, steps: KILLED_STEPS, killAt: { call, power: call % 2 === 0 } });
      expect(await simulation.run(), `killed at call ${call}`).toEqual([]);
      expect(simulation.totals.kills).toBeGreaterThan(0);
    }
  });
});

describe('a service that', () => {
  test.each(MUTANTS)('$name is caught', { timeout: 300_000 }, async (mutant) => {
    expect(await caught(mutant)).not.toEqual([]);
  });
});

async function caught(mutant: Mutant): Promise<readonly string[]> {
  for (let seed = 1; seed <= MUTANT_SEEDS; seed++) {
    const complaints = await new Simulation({ seed, steps: STEPS, mutant }).run();
    if (complaints.length > 0) return complaints;
  }
  return [];
}
