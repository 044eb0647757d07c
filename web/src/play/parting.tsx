/** Where kernels part first: what each group of them did, by which rule, and where that is written. */
import type { Schemas } from '../../../src/client/browser.js';

type Difference = NonNullable<Schemas['Comparison']['firstDifference']>;

export function Parting({ difference, step }: { readonly difference: Difference; readonly step: string }) {
  return (
    <section class="panel parting" aria-label="Where they part first">
      <h2>
        They part first at {step} <code>{difference.op}</code>
      </h2>
      <ul>
        {difference.by.map(({ generations, outcome, decisions, rules }) => (
          <li key={generations.join()}>
            <p>
              <b>{generations.join(', ')}</b>: {outcome} {[...new Set(decisions)].join(' ')}
            </p>
            {rules.map(({ generation, subject, value, source, derived }) => (
              <p key={generation} class="dim">
                {generation}: {subject}
                {value == null ? '' : `: ${typeof value === 'string' ? value : JSON.stringify(value)}`} ({source}
                {derived && ', derived'})
              </p>
            ))}
          </li>
        ))}
      </ul>
    </section>
  );
}
