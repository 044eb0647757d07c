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
  readonly lesson: number | null;
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
  const lessons = (list.value ?? []).filter(({ lesson }) => lesson !== null).toSorted((a, b) => Number(a.lesson) - Number(b.lesson));
  if (name !== null) return <ScenarioView key={name} name={name} />;
  return (
    <div class="page-list">
      <header class="page-head">
        <h1>Scenarios</h1>
        <p class="dim">what happened to people, attacks and boots, to be played step by step under any host kernel</p>
      </header>
      <Trouble words={trouble.value} />
      {list.value !== null && (
        <>
          <h2 class="list-part">A course in {lessons.length} lessons</h2>
          <Cards list={lessons} />
          <h2 class="list-part">The library</h2>
          <Cards list={list.value.filter(({ lesson }) => lesson === null)} />
        </>
      )}
    </div>
  );
}

function Cards({ list }: { readonly list: readonly Listed[] }) {
  return (
    <ul class="scenarios">
      {list.map((one) => (
        <li key={one.name} class="panel">
          <a href={linkTo({ view: 'scenarios', name: one.name })}>{one.title}</a>
          <p class="dim">
            <code>{one.name}</code> · {one.steps} steps{one.operations > one.steps && `, ${count(one.operations)} operations`} ·{' '}
            {one.generations.join(', ')}
          </p>
        </li>
      ))}
    </ul>
  );
}
