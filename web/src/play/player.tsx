/** A scenario step by step on a VM of its own, with its memory beside it. The VM goes when the player does. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { follow, unfollow, watchVms } from '../live/live.js';
import { pageOf } from '../live/tally.js';
import { MapView } from '../map/map-view.js';
import { Outcome } from '../operate/outcome.js';
import type { OperationResult } from '../operate/rehearse.js';
import { linkTo } from '../router.js';
import { explainFailure, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { answered } from '../ui/answered.js';
import { count, hex } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { Checklist } from './checklist.js';
import { placeOf, type Scenario, turnsOf } from './steps.js';

interface PlayerProps {
  readonly name: string;
  readonly scenario: Scenario;
  readonly generation: Schemas['GenerationName'];
  /** The same scenario run through at once: what every step has to come to. */
  readonly run: Schemas['ScenarioRun'] | null;
}

/** Of one request. */
const OPERATIONS_MAX = 10_000;
/** A player that is never closed leaves a VM behind for so long. */
const TTL_SECONDS = 3600;

export function Player({ name, scenario, generation, run }: PlayerProps) {
  const vm = useSignal<Schemas['Vm'] | null>(null);
  const next = useSignal(0);
  const busy = useSignal(false);
  const results = useSignal<readonly OperationResult[]>([]);
  const selected = useSignal<number | null>(null);
  const trouble = useSignal<string | null>(null);
  const turns = useRef(turnsOf(scenario)).current;
  const begun = useSignal(0);

  useEffect(() => {
    let gone = false;
    let made: string | null = null;
    const body = {
      ...scenario.vm,
      generation,
      name: `${name}, played`,
      labels: { scenario: name },
      ttlSeconds: TTL_SECONDS,
    } as Schemas['CreateRequest'];
    rampart()
      .createVm(body)
      .then(
        ({ id, created }) => {
          made = id;
          if (gone) return void rampart().vm(id).delete();
          vm.value = created;
          follow(id, 'oldest');
          watchVms([id]);
          return undefined;
        },
        (error: unknown) => (trouble.value = explainFailure(error)),
      );
    next.value = 0;
    results.value = [];
    selected.value = null;
    return () => {
      gone = true;
      vm.value = null;
      unfollow();
      if (made !== null) void rampart().vm(made).delete().catch(explainFailure);
    };
  }, [begun.value]);

  const step = async (): Promise<void> => {
    const turn = turns[next.value];
    if (turn === undefined || vm.value === null || busy.value) return;
    busy.value = true;
    try {
      const result =
        turn.looksAt === null
          ? await carryOut(vm.value.id, turn.operations)
          : ((await rampart().vm(vm.value.id).page(turn.looksAt)) as unknown as OperationResult);
      results.value = [...results.value, result];
      const place = placeOf(turn);
      if (place !== null) selected.value = pageOf(place);
      next.value++;
      announce(`Step ${next.value} of ${turns.length}: ${result.problem?.code ?? result.status ?? result.outcome ?? 'done'}`);
    } catch (error) {
      trouble.value = explainFailure(error);
    } finally {
      busy.value = false;
    }
  };
  const toEnd = async (): Promise<void> => {
    // Without a VM a step does nothing: it is gone, or is being made anew.
    while (vm.value !== null && next.value < turns.length && trouble.value === null) await step();
  };

  const end = vm.value === null ? 0 : Math.max(...vm.value.memslots.map((slot) => pageOf(slot.gpa) + slot.size / 4096));
  return (
    <div class="player">
      <section class="panel player-steps" aria-label="Steps">
        <header class="panel-head">
          <h2>
            {next.value} of {turns.length}
            <span class="unseen"> steps</span>
          </h2>
          <div class="row">
            <button
              type="button"
              class="primary"
              disabled={vm.value === null || busy.value || next.value >= turns.length}
              onClick={() => void step()}
            >
              Next step
            </button>
            <button type="button" disabled={vm.value === null || busy.value || next.value >= turns.length} onClick={() => void toEnd()}>
              To the end
            </button>
            <button type="button" onClick={() => begun.value++}>
              From the start
            </button>
          </div>
        </header>
        <Trouble words={trouble.value} />
        <ol class="turns">
          {turns.map(({ step: one, numbers, operations }, i) => {
            const result = results.value[i];
            return (
              <li
                key={i}
                class={i < next.value ? 'done' : i === next.value ? 'now' : 'later'}
                aria-current={i === next.value ? 'step' : undefined}
              >
                <span class="turn-number">{i + 1}</span>
                <div>
                  <p>{one.text ?? one.op}</p>
                  <p class="dim">
                    <code>{one.op}</code> {argumentWords(operations[0] ?? one)}
                    {operations.length > 1 && `, ${count(operations.length)} operations`}
                  </p>
                  {result !== undefined &&
                    (one.op === 'read-page' ? <PageResult result={result} /> : <Outcome result={result} tense="did" />)}
                  {result !== undefined && run !== null && <Checklist run={run} numbers={numbers} />}
                </div>
              </li>
            );
          })}
        </ol>
      </section>
      <div class="player-map">
        {vm.value !== null && (
          <>
            <MapView key={vm.value.id} end={end} selected={selected.value} onSelect={(page) => (selected.value = page)} />
            <p class="dim pad-top">
              The VM is <a href={linkTo({ view: 'vm', id: vm.value.id, gpa: null })}>{vm.value.id}</a>; it goes when this player is left.
            </p>
          </>
        )}
      </div>
    </div>
  );
}

function PageResult({ result }: { readonly result: OperationResult }) {
  const { state, mapping, rmp } = result as unknown as Schemas['Page'];
  return (
    <p class="verdict good">
      {state}, {mapping === null ? 'not mapped' : `mapped ${mapping.level}`}, entry {rmp.level}
    </p>
  );
}

/** The last result, and of the faults and refusals before it the first. */
async function carryOut(vm: string, operations: readonly object[]): Promise<OperationResult> {
  let last: OperationResult = {};
  for (let from = 0; from < operations.length; from += OPERATIONS_MAX) {
    const body = {
      operations: operations.slice(from, from + OPERATIONS_MAX) as Schemas['BatchRequest']['operations'],
      reply: 'full' as const,
    };
    const answer: unknown = await answered<unknown>(rampart().api.POST('/v1/vms/{vm}/operations', { params: { path: { vm } }, body }));
    const results = (answer as Schemas['BatchAnswer']).results ?? [];
    last = (results.at(-1) ?? last) as OperationResult;
  }
  return last;
}

/** Fields that YAML may have as numbers and people read as hex. */
const ADDRESSES = ['gpa', 'hva', 'pfn', 'start', 'vmsa', 'vmcb', 'page'];

function argumentWords(operation: Readonly<Record<string, unknown>>): string {
  return Object.entries(operation)
    .filter(([field]) => !['op', 'text', 'expect', 'under', 'steps'].includes(field))
    .map(([field, value]) => (field === 'entries' ? entriesWords(value) : `${field} ${valueWords(field, value)}`))
    .join(', ');
}

function entriesWords(entries: unknown): string {
  if (!Array.isArray(entries)) return '';
  return (entries as readonly Readonly<Record<string, unknown>>[])
    .map((entry) =>
      Object.entries(entry)
        .map(([field, value]) => valueWords(field, value))
        .join(' '),
    )
    .join('; ');
}

function valueWords(field: string, value: unknown): string {
  if (ADDRESSES.includes(field) && typeof value === 'number') return hex(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
