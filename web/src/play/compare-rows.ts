/** Rows of the comparison table: out of `POST /v1/comparisons` where it knows all operations of a scenario, else out of a run per kernel. */
import { type AnswerWords, answerWords, cameWords, sameWords, type Schemas } from '../../../src/client/browser.js';
import { type Scenario, turnsOf } from './steps.js';

export type Name = Schemas['GenerationName'];
type Request = Schemas['ComparisonRequest'];
type Compared = Schemas['Comparison'];

export interface Row {
  /** As a run numbers it. */
  readonly number: string;
  readonly op: string;
  readonly text: string | null;
  /** By kernel; missing: not carried out there. */
  readonly cells: ReadonlyMap<Name, AnswerWords>;
}

/** What `POST /v1/comparisons` takes. */
const KNOWN: ReadonlySet<string> = new Set([
  'hypervisor-write',
  'hypervisor-read',
  'page-state-change',
  'pvalidate',
  'rmpupdate',
  'psmash',
  'kernel-map',
  'kernel-unmap',
  'reset',
]);
const OPERATIONS_MAX = 10_000;

interface Place {
  readonly number: string;
  readonly text: string | null;
}

export interface Question {
  readonly request: Omit<Request, 'generations'>;
  /** By the index of each operation, the step that it is from. */
  readonly places: readonly Place[];
}

/** null: the scenario does something that comparisons do not know, or more than they take. Looks at pages are left out. */
export function questionOf(scenario: Scenario): Question | null {
  const places: Place[] = [];
  const operations: object[] = [];
  for (const turn of turnsOf(scenario)) {
    const inner = (turn.step.steps ?? [turn.step]).map(({ op, text }, i) => ({ op, text: text ?? null, number: turn.numbers[i] ?? '' }));
    const carriedOut = inner.filter(({ op }) => op !== 'read-page');
    for (const [i, operation] of turn.operations.entries()) {
      const from = carriedOut[i % carriedOut.length];
      if (from === undefined || !KNOWN.has(operation.op)) return null;
      operations.push(operation);
      places.push({ number: from.number, text: from.text });
    }
  }
  if (operations.length > OPERATIONS_MAX) return null;
  return { request: { vm: (scenario.vm ?? {}) as Request['vm'], operations: operations as Request['operations'] }, places };
}

/** One row a step: of a step that is repeated the first time that differs, or else the last. */
export function rowsOfComparison({ operations }: Compared, places: readonly Place[]): readonly Row[] {
  const rows = new Map<string, { readonly row: Row; readonly same: boolean }>();
  for (const { index, op, same, by } of operations) {
    if (index === null && same) continue;
    const { number, text } = (index === null ? undefined : places[index]) ?? { number: 'creation', text: null };
    if (rows.get(number)?.same === false) continue;
    const cells = new Map(Object.entries(by).map(([name, came]) => [name as Name, cameWords(came)]));
    const row = { number, op, text, cells };
    rows.set(number, { row, same: !differs(row, [...cells.keys()]) });
  }
  return [...rows.values()].map(({ row }) => row);
}

export function rowsOfRuns(runs: readonly Schemas['ScenarioRun'][]): readonly Row[] {
  return (runs[0]?.steps ?? []).map(({ step, op, text }, i) => ({
    number: step,
    op,
    text,
    cells: new Map(runs.flatMap(({ generation, steps }) => (steps[i] === undefined ? [] : [[generation, answerWords(steps[i])] as const]))),
  }));
}

/** Whether a kernel came to something else than the first of them. */
export function differs({ cells }: Row, [first, ...others]: readonly Name[]): boolean {
  const reference = first === undefined ? undefined : cells.get(first);
  return others.some((name) => {
    const words = cells.get(name);
    return (
      (words === undefined) !== (reference === undefined) ||
      (words !== undefined && reference !== undefined && !sameWords(words, reference))
    );
  });
}
