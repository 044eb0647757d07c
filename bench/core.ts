/** The core beside two C programs that do the same: rounds in turn, medians, and ratios by round. */
import { compileC, run, script } from './child.js';
import type { MemoryRun } from './core-memory.js';
import type { SpeedRun } from './core-speed.js';
import { pairedRatios, type Spread, spreadOf, spreadText, tableText } from './statistics.js';
import { EXPECTED_COUNTS, MEMORY_CASES } from './workload.js';

/** 64 MiB of pages: what the workload looks at fits the processor's cache. */
const RESIDENT_PAGES = 16_384;

const SUBJECTS = ['rampart', 'obvious C', 'best C'] as const;
type Subject = (typeof SUBJECTS)[number];

/** What is to be reached: times the C program's time per write, and bytes. */
const GOALS = { 'obvious C': 0.6, 'best C': 4 } as const;
const MEBIBYTE = 2 ** 20;
const MEMORY_GOALS: Readonly<Record<(typeof MEMORY_CASES)[number], string>> = {
  untouched: '≤ 1 MB',
  'sparse-spread': '≤ 16 MB',
  'sparse-clustered': '≤ 16 MB',
  dense: '≤ 11 bytes a touched page',
  mixed: '≤ 11 bytes a touched page',
  'odd addresses': 'none: the worst case',
};

export interface CoreResults {
  readonly speed: Readonly<Record<string, readonly SpeedResult[]>>;
  readonly memory: Readonly<Record<string, MemoryRun>>;
}

interface SpeedResult {
  readonly subject: Subject;
  readonly writeNs: Spread;
  readonly secondPassNs: Spread;
  readonly rmpupdateNs: Spread;
  readonly bytesPerPage: number;
  /** Our time per write over this one's, by round; null for ourselves. */
  readonly ratio: Spread | null;
}

export function benchCore(rounds: number): CoreResults {
  const random = compareSpeed(rounds, 0);
  print('1 M random hypervisor writes to 4 GiB, 30 % private', random, GOALS);
  const resident = compareSpeed(Math.max(3, Math.ceil(rounds / 3)), RESIDENT_PAGES);
  print('the same to 64 MiB of it, which fits a cache', resident, {});
  const weigh = script('core-memory.ts');
  const memory = Object.fromEntries(MEMORY_CASES.map((name, at) => [name, weigh([String(at)]) as MemoryRun]));
  printMemory(memory);
  return { speed: { random, resident }, memory };
}

function compareSpeed(rounds: number, residentPages: number): SpeedResult[] {
  const ours = script('core-speed.ts');
  const programs = { obvious: compileC('obvious'), best: compileC('best') };
  const args = residentPages === 0 ? [] : [String(residentPages)];
  const measure: Readonly<Record<Subject, (() => unknown) | null>> = {
    rampart: () => ours(args),
    'obvious C': programs.obvious === null ? null : () => run(programs.obvious ?? '', args),
    'best C': programs.best === null ? null : () => run(programs.best ?? '', args),
  };
  const runs: Readonly<Record<Subject, SpeedRun[]>> = { rampart: [], 'obvious C': [], 'best C': [] };
  for (let round = 0; round < rounds; round++) {
    for (const subject of SUBJECTS) {
      const one = measure[subject]?.() as SpeedRun | undefined;
      if (one !== undefined) runs[subject].push(one);
    }
  }
  const counts = residentPages === 0 ? EXPECTED_COUNTS : (runs['best C'][0] ?? runs.rampart[0])?.counts;
  return SUBJECTS.filter((subject) => runs[subject].length > 0).map((subject) =>
    resultOf(subject, runs[subject], runs.rampart, String(counts)),
  );
}

function resultOf(subject: Subject, runs: readonly SpeedRun[], ours: readonly SpeedRun[], counts: string): SpeedResult {
  for (const one of runs) if (String(one.counts) !== counts) throw new Error(`${subject} counts ${String(one.counts)}, not ${counts}`);
  const times = (of: readonly SpeedRun[]): number[] => of.map((one) => one.firstNs);
  return {
    subject,
    writeNs: spreadOf(times(runs)),
    secondPassNs: spreadOf(runs.map((one) => one.secondNs)),
    rmpupdateNs: spreadOf(runs.map((one) => one.privateNs)),
    bytesPerPage: spreadOf(runs.map((one) => one.bytesPerPage)).median,
    ratio: subject === 'rampart' ? null : spreadOf(pairedRatios(times(ours), times(runs))),
  };
}

function print(title: string, results: readonly SpeedResult[], goals: Readonly<Partial<Record<Subject, number>>>): void {
  const rows = results.map((one) => [
    one.subject,
    spreadText(one.writeNs, 0),
    spreadText(one.secondPassNs, 0),
    spreadText(one.rmpupdateNs, 0),
    one.bytesPerPage.toFixed(1),
    one.ratio === null ? '' : `${spreadText(one.ratio, 2)}${goals[one.subject] === undefined ? '' : `, goal ≤ ${goals[one.subject]}`}`,
  ]);
  const heading = ['', 'ns a write', 'second pass', 'ns an RMPUPDATE', 'bytes a page', 'our time over its'];
  console.log(`\n${title}; medians (quartiles)\n${tableText([heading, ...rows])}`);
  if (results.length === 1) console.log('no C compiler (cc) here: nothing to compare with');
}

function printMemory(memory: Readonly<Record<string, MemoryRun>>): void {
  const rows = MEMORY_CASES.map((name) => {
    const one = memory[name] ?? { bytes: Number.NaN, touchedPages: 0 };
    const each = one.touchedPages === 0 ? '' : (one.bytes / one.touchedPages).toFixed(1);
    return [name, (one.bytes / MEBIBYTE).toFixed(2), each, MEMORY_GOALS[name]];
  });
  console.log(`\nmemory of one VM\n${tableText([['', 'MiB', 'bytes a touched page', 'goal'], ...rows])}`);
}
