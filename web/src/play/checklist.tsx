/** Whether a step came to what the scenario says: by the run of the same scenario, which the service has held against its expectations. */
import type { Schemas } from '../../../src/client/browser.js';

export function Checklist({ run, numbers }: { readonly run: Schemas['ScenarioRun']; readonly numbers: readonly string[] }) {
  const steps = run.steps.filter(({ step }) => numbers.includes(step));
  const failed = steps.find(({ held }) => held === false);
  if (failed !== undefined) {
    return (
      <p class="not-held">
        ✕ not as expected: {failed.differences.map(({ field, expected }) => `${field} should be ${JSON.stringify(expected)}`).join(', ')}
      </p>
    );
  }
  return steps.some(({ held }) => held === true) ? <p class="held">✓ as expected</p> : null;
}
