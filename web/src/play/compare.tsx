/** The same scenario under several host kernels, side by side: what differs from the first of them is marked. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { answerWords, sameWords, type Schemas } from '../../../src/client/browser.js';
import { explainFailure, generations, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { answered } from '../ui/answered.js';
import { count } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import type { Scenario } from './steps.js';

type Name = Schemas['GenerationName'];
type Run = Schemas['ScenarioRun'];

export function Compare({ name, scenario }: { readonly name: string; readonly scenario: Scenario }) {
  const chosen = useSignal<readonly Name[]>(generations.value.map((one) => one.name));
  const runs = useSignal<ReadonlyMap<Name, Run>>(new Map());
  const trouble = useSignal<ReadonlyMap<Name, string>>(new Map());
  useEffect(() => {
    const missing = chosen.value.filter((one) => !runs.value.has(one) && !trouble.value.has(one));
    const runAll = async (): Promise<void> => {
      for (const generation of missing) {
        const params = { path: { name }, query: { generation } };
        await answered(rampart().api.POST('/v1/scenarios/{name}/runs', { params })).then(
          (run) => (runs.value = new Map(runs.value).set(generation, run)),
          (error: unknown) => (trouble.value = new Map(trouble.value).set(generation, explainFailure(error))),
        );
      }
      if (missing.length > 0) announce(`${missing.length} kernels were compared`);
    };
    void runAll();
  }, [chosen.value]);
  const toggle = (one: Name): void => {
    const next = generations.value.map((known) => known.name).filter((known) => (known === one) !== chosen.value.includes(known));
    if (next.length > 0) chosen.value = next;
  };
  const columns = chosen.value.flatMap((one) => {
    const run = runs.value.get(one);
    return run === undefined ? [] : [run];
  });
  const rows = columns[0]?.steps.map((_, i) => columns.map((run) => run.steps[i])) ?? [];
  const differing = rows.filter((row) => differs(row)).length;
  return (
    <>
      <div class="choices compare-choices" role="group" aria-label="Host kernels">
        {generations.value.map(({ name: one, title }) => (
          <button key={one} type="button" title={title} aria-pressed={chosen.value.includes(one)} onClick={() => toggle(one)}>
            {one}
          </button>
        ))}
        <span class="dim">
          {columns.length < 2
            ? 'choose two at least'
            : differing === 0
              ? 'no step differs'
              : `${count(differing)} of ${count(rows.length)} steps differ`}
        </span>
      </div>
      {[...trouble.value].map(([one, words]) => (
        <Trouble key={one} words={`${one}: ${words}`} />
      ))}
      <section class="panel wide" tabIndex={0} aria-label="Steps under each kernel">
        <table class="compare">
          <thead>
            <tr>
              <th>Step</th>
              {columns.map(({ generation }) => (
                <th key={generation}>
                  <code>{generation}</code>
                  {!scenario.generations.includes(generation) && <span class="dim"> nothing foretold</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i} class={differs(row) ? 'differs' : ''}>
                <th scope="row">
                  <span class="mono dim">{row[0]?.step}</span> <code>{row[0]?.op}</code>
                  {row[0]?.text != null && <p class="dim">{row[0].text}</p>}
                </th>
                {row.map((step, column) => (
                  <Cell key={column} step={step} first={row[0]} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

type Step = Run['steps'][number] | undefined;

function differs(row: readonly Step[]): boolean {
  const [first] = row;
  return first !== undefined && row.some((step) => step !== undefined && !sameWords(answerWords(step), answerWords(first)));
}

function Cell({ step, first }: { readonly step: Step; readonly first: Step }) {
  if (step === undefined) return <td>not run</td>;
  const words = answerWords(step);
  const other = first !== undefined && !sameWords(words, answerWords(first));
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
