/** What a comparison looks like: as JSON, and as a table for reading. */
import { hexText, type GenerationName } from '../core/index.js';
import { type Came, type ComparedOperation, type Comparison, ruleOf, textOf } from '../service/comparison.js';
import { ruleObject } from './generation-view.js';

function cameObject({ outcome, decisions, actions, signal, faultFlags, dmesg }: Came) {
  return { outcome, decisions, actions, signal, faultFlags: faultFlags.map((flags) => hexText(flags)), dmesg };
}

export function comparedObject({ index, op, same, by }: ComparedOperation) {
  return { index, op, same, by: Object.fromEntries([...by].map(([generation, came]) => [generation, cameObject(came)])) };
}

/** Generations that did the same stand together; each has the rule that made it differ from the others. */
export function firstDifferenceObject(comparison: Comparison) {
  const { first } = comparison;
  if (first === null) return null;
  return {
    index: first.index,
    op: first.op,
    by: groupsOf(first).map(({ generations, came, others }) => ({
      generations,
      ...cameObject(came),
      rules: generations.flatMap((generation) => {
        const rule = ruleOf(first.by.get(generation) ?? came, others);
        return rule === null ? [] : [{ generation, ...ruleObject(generation, rule) }];
      }),
    })),
  };
}

interface Group {
  readonly generations: readonly GenerationName[];
  readonly came: Came;
  readonly others: readonly Came[];
}

function groupsOf({ by }: ComparedOperation): readonly Group[] {
  const groups = new Map<string, { readonly generations: GenerationName[]; readonly came: Came }>();
  for (const [generation, came] of by) {
    const key = textOf(came);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { generations: [generation], came });
    else group.generations.push(generation);
  }
  const all = [...groups.values()];
  return all.map((group) => ({ ...group, others: all.filter((other) => other !== group).map(({ came }) => came) }));
}

// --- the table -------------------------------------------------------------------------------------------------------------------

/** One operation a line, one generation a column; then the first difference with its rules. */
export function tableText(
  generations: readonly GenerationName[],
  operations: readonly ComparedOperation[],
  comparison: Comparison,
): string {
  const head = ['', 'operation', ...generations];
  const rows = operations.map(({ index, op, same, by }) => [
    same ? '' : '≠',
    index === null ? op : `${index} ${op}`,
    ...generations.map((generation) => cellText(by.get(generation))),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), ...rows.map(line), '', ...differenceLines(comparison), ''].join('\n');
}

function cellText(came: Came | undefined): string {
  if (came === undefined) return '';
  return [came.outcome, ...came.decisions].join(' ');
}

function differenceLines(comparison: Comparison): string[] {
  const difference = firstDifferenceObject(comparison);
  if (difference === null) return ['No difference.'];
  const where = difference.index === null ? 'at the creation' : `at operation ${difference.index} (${difference.op})`;
  return [
    `First difference ${where}:`,
    ...difference.by.flatMap(({ generations, outcome, decisions, actions, rules }) => [
      `  ${generations.join(', ')}: ${[outcome, ...decisions, ...actions].join(' ')}`,
      ...rules.map(
        ({ generation, rule, value, source, derived }) =>
          `    ${generation}: ${rule} = ${typeof value === 'object' ? JSON.stringify(value) : String(value)} (${source})${derived ? ' [derived]' : ''}`,
      ),
    ]),
  ];
}
