/** `rampart run` and `compare`: scenarios, and what each version of the host kernel makes of them. */
import type { Command } from 'commander';
import { answerWords, type Rampart, sameWords, type Schemas } from '../../client/index.js';
import { CheckFailed, type Io, UsageError } from '../io.js';
import { type CommonOptions, contextOf, list, withService } from '../options.js';
import { annotations, cameWords, junitXml, type Ran, runWords } from '../scenario-reports.js';
import { findScenario, type SourcedScenario } from '../scenario-source.js';
import { type Paint, plural, table } from '../text.js';

type Generation = Schemas['GenerationName'];
type Run = Schemas['ScenarioRun'];

interface RunOptions extends CommonOptions {
  readonly generation?: readonly string[];
  readonly foretold?: true;
  readonly junit?: string;
  readonly quiet?: true;
}

export function addScenarioCommands(program: Command, io: Io): void {
  withService(program.command('scenarios'))
    .description('the library of scenarios')
    .action(async (options: CommonOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const scenarios = await rampart.scenarios({ signal: io.signal });
      print(scenarios, () => {
        const rows = scenarios.map(({ name, title, steps }) => [name, String(steps), title]);
        return table(['NAME', 'STEPS', 'TITLE'], rows, paint);
      });
    });

  withService(program.command('run <scenarios...>'))
    .description('run scenarios of the library by their names, or files; exit with 5 where an expectation does not hold')
    .option(
      '--generation <list>',
      'under these versions of the host kernel, with commas between; the first of each where it is left out',
      list,
    )
    .option('--foretold', 'under every version that the scenario speaks of')
    .option('--junit <file>', 'write what came of it as JUnit XML too')
    .option('-q, --quiet', 'a line for each run, and what failed')
    .addHelpText(
      'after',
      '\nWhere GITHUB_ACTIONS is set, failed steps are printed as annotations too.\n\nExamples:\n  $ rampart run mail-story --foretold\n  $ rampart run my/*.yaml --junit rampart.xml',
    )
    .action(async (words: readonly string[], options: RunOptions) => {
      if (options.foretold === true && options.generation !== undefined) throw new UsageError('give --generation, or --foretold');
      const { rampart, json, paint } = contextOf(io, options);
      const runs: Ran[] = [];
      for (const word of words) {
        const scenario = await findScenario(word, rampart, io);
        for (const generation of askedGenerations(scenario, options)) {
          const run = await runOf(scenario, generation, rampart, io);
          const ran = { scenario, run };
          runs.push(ran);
          if (!json) io.out(`${runs.length === 1 || options.quiet === true ? '' : '\n'}${runWords(ran, paint, options.quiet === true)}`);
        }
      }
      if (json)
        io.out(
          `${JSON.stringify(
            runs.map(({ scenario, run }) => ({ scenario: scenario.name, ...run })),
            null,
            2,
          )}\n`,
        );
      if ((io.env['GITHUB_ACTIONS'] ?? '') !== '') (json ? io.err : io.out)(annotations(runs));
      if (options.junit !== undefined) await io.write(options.junit, new TextEncoder().encode(junitXml(runs)));
      const failed = runs.filter(({ run }) => !run.held).length;
      if (failed > 0) throw new CheckFailed(`${failed} of ${plural(runs.length, 'run')} did not hold`);
    });

  withService(program.command('compare <scenario>'))
    .description('one scenario under several versions of the host kernel, side by side')
    .option('--generations <list>', 'these, with commas between; all where it is left out', list)
    .option('--differing', 'only the steps that differ')
    .option('--fail', 'exit with 5 where a step differs, for CI')
    .addHelpText(
      'after',
      '\nVersions that do the same have one column. What differs from the first column is marked.\n\nExample:\n  $ rampart compare hugetlb --generations rfc-v1,rfc-v1-reply,upstream',
    )
    .action(async (word: string, options: CommonOptions & { generations?: readonly string[]; differing?: true; fail?: true }) => {
      const { rampart, print, paint } = contextOf(io, options);
      const scenario = await findScenario(word, rampart, io);
      const known = options.generations ?? (await rampart.generations({ signal: io.signal })).map(({ name }) => name);
      const runs: Run[] = [];
      for (const generation of known) runs.push(await runOf(scenario, generation as Generation, rampart, io));
      const comparison = comparisonOf(runs);
      print({ scenario: scenario.name, ...comparison }, () => comparisonWords(comparison, paint, options.differing === true));
      const differing = comparison.steps.filter(({ same }) => !same).length;
      if (options.fail === true && differing > 0)
        throw new CheckFailed(`${differing} of ${plural(comparison.steps.length, 'step')} differ`);
    });
}

/** undefined: what the service takes where nothing is named. */
function askedGenerations(scenario: SourcedScenario, { generation, foretold }: RunOptions): readonly (Generation | undefined)[] {
  if (foretold === true && scenario.generations.length > 0) return scenario.generations;
  return (generation as readonly Generation[] | undefined) ?? [undefined];
}

function runOf({ given }: SourcedScenario, generation: Generation | undefined, rampart: Rampart, io: Io): Promise<Run> {
  return rampart.runScenario(given, { signal: io.signal, ...(generation === undefined ? {} : { generation }) });
}

interface Compared {
  /** Generations that do the same in every step stand together. */
  readonly groups: readonly (readonly Generation[])[];
  readonly steps: readonly {
    readonly step: string;
    readonly op: string;
    readonly same: boolean;
    /** One a group. */
    readonly came: readonly { readonly words: string; readonly differs: boolean }[];
  }[];
}

function comparisonOf(runs: readonly Run[]): Compared {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify(run.steps.map((step) => answerWords(step)));
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const columns = [...groups.values()].flatMap(([one]) => one ?? []);
  const steps = (columns[0]?.steps ?? []).map((first, i) => {
    const came = columns.map(({ steps: all }) => {
      const step = all[i];
      if (step === undefined) return { words: 'not run', differs: true };
      return { words: cameWords(step), differs: !sameWords(answerWords(step), answerWords(first)) };
    });
    return { step: first.step, op: first.op, same: came.every(({ differs }) => !differs), came };
  });
  return { groups: [...groups.values()].map((same) => same.map(({ generation }) => generation)), steps };
}

function comparisonWords({ groups, steps }: Compared, paint: Paint, differingOnly: boolean): string {
  const shown = steps.filter(({ same }) => !differingOnly || !same);
  const rows = shown.map(({ step, op, same, came }) => [
    same ? '' : paint('yellow', '≠'),
    step,
    op,
    ...came.map(({ words, differs }) => (differs ? paint('yellow', `≠ ${words}`) : words)),
  ]);
  const heads = groups.map(([first = '', ...others]) => (others.length === 0 ? first : `${first} +${others.length}`));
  const legend = groups.flatMap(([first = '', ...others]) =>
    others.length === 0 ? [] : [`${first} +${others.length}: also ${others.join(', ')}\n`],
  );
  const differing = steps.filter(({ same }) => !same).length;
  const summary = differing === 0 ? `no step differs\n` : `${differing} of ${plural(steps.length, 'step')} differ\n`;
  return `${rows.length === 0 ? '' : `${table(['', 'STEP', 'OPERATION', ...heads], rows, paint)}\n`}${legend.join('')}${summary}`;
}
