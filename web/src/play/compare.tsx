/** The same scenario under several host kernels, side by side: what differs from the first of them is marked. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type AnswerWords, RampartProblem, sameWords, type Schemas } from '../../../src/client/browser.js';
import { explainFailure, generations, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { count } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { differs, type Name, questionOf, type Row, rowsOfComparison, rowsOfRuns } from './compare-rows.js';
import { Parting } from './parting.js';
import type { Scenario } from './steps.js';

interface Found {
  readonly names: readonly Name[];
  readonly rows: readonly Row[];
  readonly difference: Schemas['Comparison']['firstDifference'];
}

export function Compare({ name, scenario }: { readonly name: string; readonly scenario: Scenario }) {
  const chosen = useSignal<readonly Name[]>(generations.value.map((one) => one.name));
  const found = useSignal<Found | null>(null);
  const trouble = useSignal<string | null>(null);
  const question = useRef(questionOf(scenario)).current;
  useEffect(() => {
    const names = chosen.value;
    const stop = new AbortController();
    const ask = async (): Promise<Found> => {
      const compared = question === null ? null : await comparison({ ...question.request, generations: [...names] }, stop.signal);
      if (question !== null && compared !== null)
        return { names, rows: rowsOfComparison(compared, question.places), difference: compared.firstDifference };
      const runs: Schemas['ScenarioRun'][] = [];
      for (const generation of names) runs.push(await rampart().runScenario(name, { generation, signal: stop.signal }));
      return { names, rows: rowsOfRuns(runs), difference: null };
    };
    ask().then(
      (answer) => {
        found.value = answer;
        trouble.value = null;
        announce(`${names.length} kernels were compared`);
      },
      (error: unknown) => {
        if (!stop.signal.aborted) trouble.value = explainFailure(error);
      },
    );
    return () => stop.abort();
  }, [chosen.value]);
  const toggle = (one: Name): void => {
    const next = generations.value.map((known) => known.name).filter((known) => (known === one) !== chosen.value.includes(known));
    if (next.length > 0) chosen.value = next;
  };
  const { names, rows, difference } = found.value ?? { names: [], rows: [], difference: null };
  const differing = rows.filter((row) => differs(row, names)).length;
  const parting = difference?.index == null ? 'the creation,' : `step ${question?.places[difference.index]?.number ?? ''},`;
  return (
    <>
      <div class="choices compare-choices" role="group" aria-label="Host kernels">
        {generations.value.map(({ name: one, title }) => (
          <button key={one} type="button" title={title} aria-pressed={chosen.value.includes(one)} onClick={() => toggle(one)}>
            {one}
          </button>
        ))}
        <span class="dim">{summary(found.value, differing)}</span>
      </div>
      <Trouble words={trouble.value} />
      <section class="panel wide" tabIndex={0} aria-label="Steps under each kernel">
        <table class="compare">
          <thead>
            <tr>
              <th>Step</th>
              {names.map((generation) => (
                <th key={generation}>
                  <code>{generation}</code>
                  {!scenario.generations.includes(generation) && <span class="dim"> nothing foretold</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.number} class={differs(row, names) ? 'differs' : ''}>
                <th scope="row">
                  <span class="mono dim">{row.number}</span> <code>{row.op}</code>
                  {row.text !== null && <p class="dim">{row.text}</p>}
                </th>
                {names.map((one, i) => (
                  <Cell key={one} words={row.cells.get(one)} first={i === 0 ? undefined : row.cells.get(names[0] ?? one)} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {difference !== null && <Parting difference={difference} step={parting} />}
    </>
  );
}

/** null: it is too much for a comparison, which a run per kernel may not be. */
async function comparison(body: Schemas['ComparisonRequest'], signal: AbortSignal): Promise<Schemas['Comparison'] | null> {
  try {
    return await rampart().compare(body, { signal });
  } catch (error) {
    if (error instanceof RampartProblem && ['content-limit', 'touched-limit', 'limit-exceeded'].includes(error.code)) return null;
    throw error;
  }
}

function summary(found: Found | null, differing: number): string {
  if (found === null) return 'comparing …';
  if (found.names.length < 2) return 'choose two at least';
  return differing === 0 ? 'no step differs' : `${count(differing)} of ${count(found.rows.length)} steps differ`;
}

function Cell({ words, first }: { readonly words: AnswerWords | undefined; readonly first: AnswerWords | undefined }) {
  if (words === undefined) return <td>not run</td>;
  const other = first !== undefined && !sameWords(words, first);
  return (
    <td class={other ? 'other' : ''}>
      {other && <span class="unseen">differs: </span>}
      <b class={`came ${words.came}`}>{words.came}</b> <span class={`decision ${words.decisions}`}>{words.decisions}</span>
      <p class="dim">
        {words.actions} {words.signal}
      </p>
    </td>
  );
}
