/**
 * Is there an order of all calls that keeps to real time, in which the machine gives every answer as it was given? The search of Wing and
 * Gong: of the calls that nobody else's answer came before, take one, see whether the machine answers it so, go on from there, go back where
 * it leads nowhere. A set of calls done and the state that they led to is looked at once (Lowe's memo).
 */
import {
  apply,
  digestOf,
  isRejection,
  type Machine,
  type MachineConfig,
  createMachine,
  restore,
  type Snapshot,
  snapshotOf,
} from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { toldOtherwise } from '../support/told.js';
import type { Answer, Call } from './history.js';

/** null: linearizable. Else how far the search got. */
export function objectionTo(history: readonly Call[], config: MachineConfig): string | null {
  const made = createMachine(config, memoryCipher);
  if (isRejection(made)) throw new Error(made.detail);
  const search = new Search(history);
  return search.from(made.machine, new Set()) ? null : `only ${search.most} of ${history.length} calls fit in an order`;
}

class Search {
  most = 0;
  private readonly seen = new Set<string>();

  constructor(private readonly history: readonly Call[]) {}

  from(machine: Machine, done: ReadonlySet<number>): boolean {
    this.most = Math.max(this.most, done.size);
    if (done.size === this.history.length) return true;
    const memo = `${[...done].sort((a, b) => a - b).join(' ')} ${digestOf(machine)} ${machine.operations} ${machine.seq}`;
    if (this.seen.has(memo)) return false;
    this.seen.add(memo);
    const before = snapshotOf(machine);
    const left = this.history.map((_, i) => i).filter((i) => !done.has(i));
    const firstAnswer = Math.min(...left.map((i) => this.history[i].answeredAt));
    for (const i of left) {
      const call = this.history[i];
      if (call.sentAt > firstAnswer) continue;
      const next = copyOf(before, machine.operations);
      if (answers(next, call) && this.from(next, new Set([...done, i]))) return true;
    }
    return false;
  }
}

function copyOf(snapshot: Snapshot, operations: number): Machine {
  const copy = restore(snapshot, memoryCipher);
  copy.operations = operations;
  return copy;
}

/** Whether the machine gives this answer; it moves on by the call. */
export function answers(machine: Machine, { command, ifMatch, answer }: Call): boolean {
  if (ifMatch !== null && ifMatch !== `"${machine.operations}"`) return answer.status === 412;
  if (command.op === 'look') return answer.etag === `"${machine.operations}"` && answer.body['digest'] === digestOf(machine);
  const result = apply(machine, command);
  if (isRejection(result)) return answer.status >= 400 && answer.status !== 412;
  return (
    answer.status === 200 &&
    answer.body['seq'] === machine.seq &&
    toldOtherwise(result.outcome, answer.body).length === 0 &&
    sameDigest(machine, answer)
  );
}

function sameDigest(machine: Machine, { body }: Answer): boolean {
  return !('digest' in body) || body['digest'] === digestOf(machine);
}
