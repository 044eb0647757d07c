/** The library of scenarios, and one of them opened. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { linkTo } from '../router.js';
import { explainFailure, rampart } from '../session.js';
import { answered } from '../ui/answered.js';
import { count } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { ScenarioView } from './scenario-view.js';

/** What the list says of each. */
interface Listed {
  readonly name: string;
  readonly title: string;
  readonly generations: readonly Schemas['GenerationName'][];
  readonly steps: number;
  readonly operations: number;
}

export function ScenariosView({ name }: { readonly name: string | null }) {
  const list = useSignal<readonly Listed[] | null>(null);
  const trouble = useSignal<string | null>(null);
  useEffect(() => {
    answered(rampart().api.GET('/v1/scenarios', { params: { query: { limit: '1000' } } })).then(
      ({ scenarios }) => (list.value = scenarios),
      (error: unknown) => (trouble.value = explainFailure(error)),
    );
  }, []);
  if (name !== null) return <ScenarioView key={name} name={name} />;
  return (
    <div class="page-list">
      <header class="page-head">
        <h1>Scenarios</h1>
        <p class="dim">what happened to people, attacks and boots, to be played step by step under any host kernel</p>
      </header>
      <Trouble words={trouble.value} />
      <ul class="scenarios">
        {list.value?.map((one) => (
          <li key={one.name} class="panel">
            <a href={linkTo({ view: 'scenarios', name: one.name })}>{one.title}</a>
            <p class="dim">
              <code>{one.name}</code> · {one.steps} steps{one.operations > one.steps && `, ${count(one.operations)} operations`} ·{' '}
              {one.generations.join(', ')}
            </p>
          </li>
        ))}
      </ul>
    </div>
  );
}
