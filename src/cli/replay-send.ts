/** Sending many operations to one VM, some at a time, and what came of all of them. */
import type { Schemas, Vm } from '../client/index.js';
import { type Io, UsageError } from './io.js';
import { Progress } from './progress.js';
import { durationText, fields, type Paint, plural } from './text.js';
import { differencesWords } from './scenario-reports.js';

export type Operation = Schemas['BatchRequest']['operations'][number];

export interface Placed {
  readonly operation: Operation;
  /** Line of the file that it is from. */
  readonly line: number;
  /** How far the file is read with it, in what the total is counted in. */
  readonly at: number;
}

/** Of one request: few enough that the bar moves, many enough that requests cost little. */
const CHUNK_OPERATIONS = 1000;
const CHUNK_BYTES = 2 ** 20;
const FAILURES_SHOWN = 10;

interface Failure {
  readonly line: number;
  readonly op: string;
  readonly why: string;
}

export interface Sent {
  readonly operations: number;
  readonly failed: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: number;
  readonly events: number;
  readonly failures: readonly Failure[];
  readonly seconds: number;
  readonly stopped: boolean;
}

/** A list that cannot be read to its end is carried out as far as it can. */
export async function send(
  vm: Vm,
  operations: AsyncIterable<Placed> | Iterable<Placed>,
  { mode, total }: { readonly mode: 'continue' | 'stop'; readonly total: number | null },
  io: Io,
): Promise<Sent> {
  const progress = new Progress(io, total);
  const outcomes: Record<string, number> = {};
  const failures: Failure[] = [];
  const sum = { operations: 0, failed: 0, faults: 0, events: 0 };
  let stopped = false;
  let chunk: Placed[] = [];
  let chunkBytes = 0;
  const flush = async (): Promise<void> => {
    if (chunk.length === 0) return;
    const { summary, results, ended } = await vm.operations(
      { operations: chunk.map(({ operation }) => operation), mode, reply: 'problems' },
      { signal: io.signal },
    );
    sum.operations += summary.operations - summary.notAttempted;
    sum.failed += summary.failed;
    sum.faults += summary.faults;
    sum.events += summary.events;
    for (const [outcome, times] of Object.entries(summary.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
    for (const result of results) {
      const placed = chunk[result.index];
      if (placed !== undefined && failures.length < FAILURES_SHOWN)
        failures.push({ line: placed.line, op: placed.operation.op, why: failureWords(result) });
    }
    stopped = ended === 'stopped';
    progress.show(sum.operations, chunk.at(-1)?.at ?? 0);
    chunk = [];
    chunkBytes = 0;
  };
  try {
    for await (const placed of operations) {
      chunk.push(placed);
      chunkBytes += JSON.stringify(placed.operation).length;
      if (chunk.length >= CHUNK_OPERATIONS || chunkBytes >= CHUNK_BYTES) await flush();
      if (stopped) break;
    }
    if (!stopped) await flush();
  } catch (error) {
    if (error instanceof UsageError) {
      await flush();
      throw new UsageError(`${error.message}; ${plural(sum.operations, 'operation')} before it were carried out on ${vm.id}`);
    }
    throw error;
  } finally {
    progress.end();
  }
  return { ...sum, outcomes, failures, seconds: progress.seconds, stopped };
}

function failureWords(result: Readonly<Record<string, unknown>>): string {
  const { problem, expectation } = result as { problem?: Schemas['Problem']; expectation?: Schemas['Expectation'] };
  if (problem !== undefined) return `${problem.code}${problem.pointer === '' ? '' : ` at ${problem.pointer}`}: ${problem.detail}`;
  return differencesWords(expectation?.differences ?? []);
}

export function sentWords(vm: string, sent: Sent, perSecond: number, paint: Paint): string {
  const { operations, faults, events, outcomes, failures, failed, stopped } = sent;
  const counted = Object.entries(outcomes).map(([outcome, times]) => `${outcome} ${times}`);
  const shown = failures.map(({ line, op, why }) => `${paint('red', 'failed')}  line ${line}, ${op}: ${why}\n`).join('');
  const more = failed > failures.length ? `and ${failed - failures.length} more\n` : '';
  const rows = [
    ['vm', vm],
    ['operations', `${operations} in ${durationText(sent.seconds)}, ${perSecond} a second${stopped ? ', stopped there' : ''}`],
    ['outcomes', counted.join(', ') || 'none'],
    ['faults', faults],
    ['events', events],
  ] as const;
  return `${fields(rows, paint)}${shown}${more}`;
}
