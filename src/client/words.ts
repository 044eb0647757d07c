/** Answers in a few words, for the page and the command alike. */
import type { components } from './api.js';

type Schemas = components['schemas'];
type RunStep = Schemas['ScenarioRun']['steps'][number];

/** What a step of a scenario came to: what tables of steps compare. */
export interface AnswerWords {
  readonly came: string;
  readonly decisions: string;
  readonly actions: string;
  readonly signal: string;
}

interface Answer {
  readonly outcome?: string;
  readonly status?: string;
  readonly state?: string;
  readonly code?: string | number;
  readonly detail?: string;
  readonly faults?: readonly {
    readonly decision?: string | null;
    readonly action?: string;
    readonly signal?: { readonly name: string } | null;
  }[];
}

export function answerWords({ answer }: RunStep): AnswerWords {
  if (answer === null || typeof answer !== 'object') return { came: '–', decisions: '', actions: '', signal: '' };
  const { outcome, status, state, code, faults = [] } = answer as Answer;
  return {
    came: outcome === undefined || status === undefined ? (outcome ?? status ?? state ?? String(code ?? 'done')) : `${outcome}, ${status}`,
    decisions: inARow(faults.flatMap(({ decision }) => decision ?? [])),
    actions: inARow(faults.flatMap(({ action }) => action ?? [])),
    signal: faults.flatMap(({ signal }) => signal?.name ?? []).join(' '),
  };
}

/** The same of an operation of a comparison. */
export function cameWords({ outcome, decisions, actions, signal }: Schemas['ComparedOperation']['by'][string]): AnswerWords {
  return { came: outcome, decisions: inARow(decisions), actions: actions.join(' '), signal: signal ?? '' };
}

/** The same in a row is said once. */
function inARow(words: readonly string[]): string {
  const runs: { word: string; times: number }[] = [];
  for (const word of words) {
    const last = runs.at(-1);
    if (last?.word === word) last.times++;
    else runs.push({ word, times: 1 });
  }
  return runs.map(({ word, times }) => (times > 1 ? `${times}×${word}` : word)).join(' ');
}

export function sameWords(a: AnswerWords, b: AnswerWords): boolean {
  return a.came === b.came && a.decisions === b.decisions && a.actions === b.actions && a.signal === b.signal;
}

/** The state that a check looked at. */
export function sawWords({ vma, leaf, entry, assignedInRegion, wanted }: NonNullable<Schemas['Check']['saw']>): string {
  const words: string[] = [];
  if (vma !== undefined) words.push(vma === null ? 'no VMA' : `VMA ${vma.backing}, ${vma.protection}`);
  if (leaf !== undefined)
    words.push(leaf === null ? 'no leaf' : `leaf ${leaf.level}${leaf.present ? '' : ', not present'} from ${leaf.pfn}`);
  if (entry !== undefined) words.push(`entry ${entry.state}, ${entry.level}`);
  if (assignedInRegion !== undefined) words.push(`${assignedInRegion} of 512 assigned`);
  if (wanted !== undefined) words.push(...Object.entries(wanted).map(([name, value]) => `wanted ${name} ${String(value)}`));
  return words.join(' · ');
}
