/**
 * Before every test file: property tests repeat. `npm test` always draws from the same seed, so that a change is judged by what it
 * changed; the long run draws a new one and prints it. RAMPART_SEED=<seed> repeats a failure in either.
 */
import fc from 'fast-check';

const EVERYDAY_SEED = 20_210_325;

const asked = process.env['RAMPART_SEED'];
const long = process.env['RAMPART_LONG'] === '1';

if (asked !== undefined) fc.configureGlobal({ seed: Number(asked) });
else if (!long) fc.configureGlobal({ seed: EVERYDAY_SEED });
