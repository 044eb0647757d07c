/**
 * `npm run simulate -- --seed N --steps M [--runs R]`: runs the simulator with the seeds N, N+1, … and says which fails.
 */
import { parseArgs } from 'node:util';
import { Simulation } from './simulation.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, steps: { type: 'string', default: '1000' }, runs: { type: 'string', default: '1' } },
});
const steps = Number(values.steps);

for (let seed = Number(values.seed), left = Number(values.runs); left > 0; seed++, left--) {
  const simulation = new Simulation({ seed, steps });
  const complaints = await simulation.run();
  console.log(`seed ${seed} (${simulation.mode}): ${JSON.stringify(simulation.totals)} ${simulation.fingerprint.slice(0, 12)}`);
  if (complaints.length === 0) continue;
  for (const complaint of complaints) console.error(`  ${complaint}`);
  console.error(`repeat it with: npm run simulate -- --seed ${seed} --steps ${steps}`);
  process.exitCode = 1;
  break;
}
