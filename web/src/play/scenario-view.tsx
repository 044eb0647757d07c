/** One scenario: what it is about, run at once, played step by step on a VM that one sees, or held against other kernels. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { linkTo } from '../router.js';
import { explainFailure, generations, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { answered } from '../ui/answered.js';
import { count, ms } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { Compare } from './compare.js';
import { Player } from './player.js';
import { RunTable } from './run-table.js';
import type { Scenario } from './steps.js';

type Mode = 'play' | 'run' | 'compare';
const MODES: readonly { readonly mode: Mode; readonly name: string }[] = [
  { mode: 'play', name: 'Step by step' },
  { mode: 'run', name: 'Run' },
  { mode: 'compare', name: 'Compare kernels' },
];

export function ScenarioView({ name }: { readonly name: string }) {
  const scenario = useSignal<Scenario | null>(null);
  const generation = useSignal<Schemas['GenerationName'] | null>(null);
  const run = useSignal<Schemas['ScenarioRun'] | null>(null);
  const mode = useSignal<Mode>('play');
  const trouble = useSignal<string | null>(null);
  const fail = (error: unknown): void => void (trouble.value = explainFailure(error));

  useEffect(() => {
    answered(rampart().api.GET('/v1/scenarios/{name}', { params: { path: { name } } })).then((found) => {
      const given = found.scenario as Scenario;
      scenario.value = given;
      generation.value = (given.generations[0] ?? 'rfc-v1-reply') as Schemas['GenerationName'];
    }, fail);
  }, []);
  const chosen = generation.value;
  useEffect(() => {
    if (chosen === null) return;
    run.value = null;
    const params = { path: { name }, query: { generation: chosen } };
    answered(rampart().api.POST('/v1/scenarios/{name}/runs', { params })).then((found) => {
      run.value = found;
      announce(found.held ? 'Every step came to what was expected' : 'A step came to something else than expected');
    }, fail);
  }, [chosen]);

  const known = scenario.value;
  if (known === null || chosen === null) return <p class="lone">{trouble.value ?? 'reading the scenario …'}</p>;
  return (
    <div class="page-play">
      <header class="play-head">
        <p>
          <a href={linkTo({ view: 'scenarios', name: null })}>Scenarios</a>
        </p>
        <h1>{known.title}</h1>
        {known.text !== undefined && <p class="lead">{known.text}</p>}
        <details>
          <summary>{known.sources.length === 1 ? 'Source' : `${known.sources.length} sources`}</summary>
          <ul class="sources">
            {known.sources.map((source) => (
              <li key={source}>{source}</li>
            ))}
          </ul>
        </details>
        <div class="play-bar">
          <div class="choices" role="group" aria-label="How to play it">
            {MODES.map(({ mode: one, name: words }) => (
              <button key={one} type="button" aria-pressed={mode.value === one} onClick={() => (mode.value = one)}>
                {words}
              </button>
            ))}
          </div>
          {mode.value !== 'compare' && (
            <label class="inline-field">
              host kernel
              <select
                value={chosen}
                onChange={({ currentTarget }) => (generation.value = currentTarget.value as Schemas['GenerationName'])}
              >
                {generations.value.map((one) => (
                  <option key={one.name} value={one.name}>
                    {one.name}
                    {known.generations.includes(one.name) ? '' : ' (nothing foretold)'}
                  </option>
                ))}
              </select>
            </label>
          )}
          {mode.value === 'run' && run.value !== null && (
            <span class={run.value.held ? 'held' : 'not-held'}>
              {run.value.held ? (run.value.foretold ? '✓ all as expected' : '✓ run through, nothing was foretold') : '✕ not as expected'}
              <span class="dim">
                {' '}
                {count(run.value.operations)} operations, {ms(run.value.durationMs)}
              </span>
            </span>
          )}
        </div>
      </header>
      <Trouble words={trouble.value} />
      {mode.value === 'play' && <Player key={chosen} name={name} scenario={known} generation={chosen} run={run.value} />}
      {mode.value === 'run' && run.value !== null && <RunTable run={run.value} />}
      {mode.value === 'compare' && <Compare name={name} scenario={known} />}
    </div>
  );
}
