/** What scenario runs came to, for people, for CI that reads JUnit, and for the annotations of GitHub. */
import { answerWords, type Schemas } from '../client/index.js';
import type { SourcedScenario } from './scenario-source.js';
import { type Paint, plural, table } from './text.js';

type Run = Schemas['ScenarioRun'];
type Step = Run['steps'][number];

export interface Ran {
  readonly scenario: SourcedScenario;
  readonly run: Run;
}

export function runWords({ scenario, run }: Ran, paint: Paint, quiet: boolean): string {
  const verdict = run.held ? paint('green', run.foretold ? 'held' : 'ran, nothing foretold') : paint('red', 'not held');
  const ended = run.ended === 'finished' ? '' : `, ended by ${run.ended}`;
  const head = `${paint('bold', scenario.name)} under ${run.generation}: ${verdict}, ${plural(run.operations, 'operation')} in ${run.durationMs} ms${ended}\n`;
  const failed = run.steps.filter(({ held }) => held === false);
  const details = failed.map((step) => `  step ${step.step}, ${step.op}: ${differenceWords(step)}\n`).join('');
  if (quiet) return head + details;
  const rows = run.steps.map((step) => [step.step, timesWords(step), cameWords(step), heldWords(step, paint)]);
  return `${head}${table(['STEP', 'OPERATION', 'CAME TO', 'EXPECTED'], rows, paint)}${details}`;
}

const timesWords = ({ op, times }: Step): string => (times > 1 ? `${op}, ${times} times` : op);

export function cameWords(step: Step): string {
  const { came, decisions, actions, signal } = answerWords(step);
  return [came, decisions, actions, signal].filter((word) => word !== '').join(' ');
}

function heldWords({ held, failures, times }: Step, paint: Paint): string {
  if (held === null) return paint('dim', 'nothing');
  return held ? paint('green', 'held') : paint('red', `failed, ${failures} of ${times}`);
}

interface Difference {
  readonly field: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
}

/** What should have been, and what was. */
export function differencesWords(differences: readonly Difference[]): string {
  return differences
    .map(({ field, expected, actual }) => `${field} should be ${JSON.stringify(expected)} and is ${JSON.stringify(actual) ?? 'missing'}`)
    .join('; ');
}

function differenceWords({ differences, text }: Step): string {
  return `${differencesWords(differences) || 'refused'}${text === null ? '' : ` (${text})`}`;
}

/** One suite a run, one case a step. */
export function junitXml(runs: readonly Ran[]): string {
  const suites = runs.map(({ scenario, run }) => {
    const name = `${scenario.name}, ${run.generation}`;
    const cases = run.steps.map((step) => {
      const head = `    <testcase classname="${xml(name)}" name="${xml(`${step.step} ${step.op}${step.text === null ? '' : `: ${step.text}`}`)}"`;
      if (step.held !== false) return `${head}/>\n`;
      const words = xml(differenceWords(step));
      return `${head}>\n      <failure message="${words}">${words}</failure>\n    </testcase>\n`;
    });
    if (run.ended !== 'finished')
      cases.push(
        `    <testcase classname="${xml(name)}" name="the end">\n      <error message="ended by ${run.ended}"/>\n    </testcase>\n`,
      );
    const failures = run.steps.filter(({ held }) => held === false).length;
    const errors = run.ended === 'finished' ? 0 : 1;
    const seconds = (run.durationMs / 1000).toFixed(3);
    return `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds}">\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="rampart">\n${suites.join('')}</testsuites>\n`;
}

const XML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

/** XML 1.0 has no way at all to write most control characters. */
function xml(text: string): string {
  return text.replaceAll(/(?![\t\n\r])[\p{Cc}\ufffe\uffff]/gu, '\ufffd').replaceAll(/[&<>"\n]/g, (one) => XML_ENTITIES[one] ?? one);
}

/** One line a failed step, which GitHub shows at the line of the file. */
export function annotations(runs: readonly Ran[]): string {
  return runs
    .flatMap(({ scenario, run }) => {
      const title = `${scenario.name} under ${run.generation}`;
      const failed = run.steps.filter(({ held }) => held === false);
      const lines = failed.map((step) =>
        annotation(title, scenario, scenario.lineOf(step.step), `step ${step.step}, ${step.op}: ${differenceWords(step)}`),
      );
      if (run.ended !== 'finished') lines.push(annotation(title, scenario, null, `the run was ended by ${run.ended}`));
      return lines;
    })
    .join('');
}

function annotation(title: string, { file }: SourcedScenario, line: number | null, message: string): string {
  const properties = [
    ...(file === null ? [] : [`file=${property(file)}`]),
    ...(line === null ? [] : [`line=${line}`]),
    `title=${property(title)}`,
  ];
  return `::error ${properties.join(',')}::${message.replaceAll(/[%\r\n]/g, percent)}\n`;
}

const property = (text: string): string => text.replaceAll(/[%\r\n:,]/g, percent);
const percent = (one: string): string => `%${one.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
