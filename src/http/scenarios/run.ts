/**
 * Running a scenario: a fresh machine that is nobody's, the steps in order, each answer held against what was expected. It runs in slices, so
 * that everybody else is served meanwhile; nothing of it is recorded or published.
 */
import { asGfn, createMachine, digestOf, type GenerationName, isRejection, type Machine, PAGE_BYTES, pageView } from '../../core/index.js';
import { Breather } from '../../service/breather.js';
import { memoryCipher } from '../../service/memory-cipher.js';
import { wholePage } from '../commands.js';
import { creationOf, inCallersWords } from '../create-vm.js';
import { isRefusal, refuse, type Refusal } from '../problem.js';
import type { OperationKind } from '../batch/kind.js';
import { pageObject } from '../vm-view.js';
import { type Difference, differencesOf, EXPECT_DEPTH_MAX, isTooDeep } from './expectation.js';
import { isRepeat, READ_PAGE, type Scenario, SCENARIO_OPERATIONS_MAX, SCENARIO_STEPS_MAX, type SingleStep } from './schema.js';

/** Milliseconds that a run itself may take, pauses left out; what is left then is not run. */
export const SCENARIO_MS_MAX = 10_000;
/** Bytes of the answers that one result shows. */
export const SCENARIO_ANSWER_BYTES_MAX = 2 ** 20;

export interface StepResult {
  /** Number of the step from 1; inside of a repeat `4.1`. */
  readonly step: string;
  readonly op: string;
  readonly text: string | null;
  /** How often it was carried out. */
  times: number;
  /** null: nothing was expected, and nothing was refused. */
  held: boolean | null;
  /** How often it came to something else than expected. */
  failures: number;
  /** Of the first time that it failed. */
  differences: readonly Difference[];
  /** The first that failed, or else the last; null where the result would get too long. */
  answer: object | null;
}

export interface RunResult {
  readonly title: string;
  readonly generation: GenerationName;
  /** The scenario says what to expect under this generation. */
  readonly foretold: boolean;
  /** Every step was run, and no expectation failed. */
  readonly held: boolean;
  readonly ended: 'finished' | 'time-limit' | 'client-gone';
  readonly operations: number;
  readonly durationMs: number;
  /** Of the machine at the end. */
  readonly digest: string;
  readonly steps: readonly StepResult[];
}

export interface RunParts {
  readonly operations: ReadonlyMap<string, Pick<OperationKind, 'op' | 'perform'>>;
  /** Milliseconds, from whenever; left out: the process' own clock. */
  readonly now?: () => number;
  /** Nobody waits for the result any more. */
  isAbandoned(): boolean;
}

/** Why a scenario cannot be run, whatever would come of it; or null. */
export function objectionTo({ steps }: Scenario): Refusal | null {
  const count = steps.reduce((sum, step) => sum + (isRepeat(step) ? step.steps.length : 1), 0);
  if (count > SCENARIO_STEPS_MAX)
    return refuse('limit-exceeded', '/steps', `the scenario has ${count} steps; ${SCENARIO_STEPS_MAX} are possible`, 'make two of it');
  for (const [i, step] of steps.entries()) {
    for (const { expect, under } of isRepeat(step) ? step.steps : [step])
      if (isTooDeep(expect) || Object.values(under ?? {}).some(isTooDeep))
        return refuse('limit-exceeded', `/steps/${i}`, `an expectation is nested deeper than ${EXPECT_DEPTH_MAX}`, 'no answer is so deep');
  }
  const operations = operationsOf(steps);
  if (operations <= SCENARIO_OPERATIONS_MAX) return null;
  return refuse(
    'limit-exceeded',
    '/steps',
    `the steps are ${operations} operations with their repeats; ${SCENARIO_OPERATIONS_MAX} are possible`,
    'repeat less often, or name more pages in one operation',
  );
}

export function operationsOf(steps: Scenario['steps']): number {
  return steps.reduce((sum, step) => sum + (isRepeat(step) ? step.times * step.steps.length : 1), 0);
}

export async function runScenario(scenario: Scenario, generation: GenerationName, parts: RunParts): Promise<RunResult | Refusal> {
  const machine = machineOf(scenario, generation);
  if ('rejected' in machine) return machine;
  const run = new Run(machine, generation, parts.operations);
  let ended: RunResult['ended'] = 'finished';
  const breather = new Breather(parts.now);
  for (const turn of turnsOf(scenario.steps)) {
    // One operation is not cut.
    const pause = breather.pause();
    if (pause !== null) {
      await pause;
      if (parts.isAbandoned()) ended = 'client-gone';
      else if (breather.workedMs > SCENARIO_MS_MAX) ended = 'time-limit';
      if (ended !== 'finished') break;
    }
    run.take(turn);
  }
  const steps = run.steps();
  return {
    title: scenario.title,
    generation,
    foretold: scenario.generations.includes(generation),
    held: ended === 'finished' && steps.every(({ held }) => held !== false),
    ended,
    operations: run.operations,
    durationMs: Math.round(breather.workedMs),
    digest: digestOf(machine),
    steps,
  };
}

function machineOf({ vm = {} }: Scenario, generation: GenerationName): Machine | Refusal {
  const inVm = (refusal: Refusal): Refusal => ({ ...refusal, pointer: `/vm${refusal.pointer}` });
  const creation = creationOf({ ...vm, generation });
  if (isRefusal(creation)) return inVm(creation);
  const made = createMachine(creation.config, memoryCipher);
  return isRejection(made) ? inVm(inCallersWords(made, vm)) : made.machine;
}

// --- the order of things -----------------------------------------------------------------------------------------------------------

/** One operation of the run. */
interface Turn {
  readonly number: string;
  readonly step: SingleStep;
  /** Its own, or that of the repeat around it. */
  readonly text: string | null;
  /** Bytes by which its addresses have moved on. */
  readonly moved: number;
}

function* turnsOf(steps: Scenario['steps']): Generator<Turn> {
  for (const [i, step] of steps.entries()) {
    if (!isRepeat(step)) {
      yield { number: `${i + 1}`, step, text: step.text ?? null, moved: 0 };
      continue;
    }
    for (let time = 0; time < step.times; time++) {
      for (const [j, inner] of step.steps.entries())
        yield { number: `${i + 1}.${j + 1}`, step: inner, text: inner.text ?? step.text ?? null, moved: time * (step.stride ?? 0) };
    }
  }
}

type Body = Readonly<Record<string, unknown>>;

/** The fields of the operation with every address moved on; entries of a page-state change have theirs. */
function bodyOf({ op: _op, text: _text, expect: _expect, under: _under, ...body }: SingleStep, by: number): Body {
  return by === 0 ? body : movedOn(body, by);
}

function movedOn(body: Body, by: number): Body {
  const next = Object.entries(body).map(([field, value]) => {
    if (field === 'gpa' || field === 'hva') return [field, plus(value as string | number, by)];
    if (field === 'pfn') return [field, plus(value as string | number, by / PAGE_BYTES)];
    return [field, field === 'entries' ? (value as readonly Body[]).map((entry) => movedOn(entry, by)) : value];
  });
  return Object.fromEntries(next) as Body;
}

const plus = (address: string | number, by: number): string => `0x${(BigInt(address) + BigInt(by)).toString(16)}`;

// --- what came of it ---------------------------------------------------------------------------------------------------------------

class Run {
  operations = 0;
  private readonly results = new Map<string, StepResult>();

  constructor(
    private readonly machine: Machine,
    private readonly generation: GenerationName,
    private readonly known: ReadonlyMap<string, Pick<OperationKind, 'op' | 'perform'>>,
  ) {}

  take({ number, step, text, moved }: Turn): void {
    this.operations += 1;
    const answer = this.perform(step, bodyOf(step, moved));
    const result = this.resultOf(number, step.op, text);
    result.times += 1;
    const expected = step.under?.[this.generation] ?? step.expect;
    const refused = 'problem' in answer;
    if (expected === undefined && !refused) {
      result.answer = answer;
      return;
    }
    const differences = differencesOf(expected ?? { problem: null }, answer);
    if (differences.length > 0 && result.failures++ === 0) {
      result.differences = differences;
      result.answer = answer;
    }
    result.held = result.failures === 0;
    if (result.held) result.answer = answer;
  }

  /** With the answers as far as there is room. */
  steps(): readonly StepResult[] {
    let bytes = 0;
    return [...this.results.values()].map((result) => {
      bytes += JSON.stringify(result.answer).length;
      return bytes <= SCENARIO_ANSWER_BYTES_MAX ? result : { ...result, answer: null };
    });
  }

  private resultOf(number: string, op: string, text: string | null): StepResult {
    const known = this.results.get(number);
    if (known !== undefined) return known;
    const fresh = { step: number, op, text, times: 0, held: null, failures: 0, differences: [], answer: null };
    this.results.set(number, fresh);
    return fresh;
  }

  private perform({ op }: SingleStep, body: Body): Body {
    const operation = this.known.get(op);
    const answer = op === READ_PAGE ? this.readPage(body) : operation?.perform(this.machine, body);
    if (answer === undefined) throw new Error(`invariant broken: the schema knows the operation ${op}`);
    if (!isRefusal(answer)) return answer as Body;
    const { code, pointer, detail, hint } = answer;
    return { problem: code, pointer, detail, hint };
  }

  private readPage({ gpa }: Body): object | Refusal {
    const gfn = wholePage(gpa as string | number, '/gpa');
    if (typeof gfn !== 'number') return gfn;
    const page = pageView(this.machine, asGfn(gfn));
    return page === null
      ? refuse('address-out-of-range', '/gpa', `${String(gpa)} lies outside every memslot`, 'name a page of the VM')
      : pageObject(page);
  }
}
