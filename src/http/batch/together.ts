/**
 * A list of operations that is kept whole or not at all. It is carried out in slices, so that others are served in between; the VM is held
 * from the first operation until what was done is recorded.
 */
import { Breather } from '../../service/breather.js';
import type { Operations } from '../../service/operations/operations.js';
import type { Services } from '../../service/services.js';
import type { Vm } from '../../service/machines.js';
import { isRefusal, type Refusal } from '../problem.js';
import type { Entry } from './forms.js';
import { carryOut, hasFailed, type Item, run } from './item.js';
import type { Kinds } from './kind.js';
import { Summary } from './summary.js';

export type Mode = 'continue' | 'stop' | 'atomic';
/** all: nothing was left out. stopped: at the first failure. undone: there was one, and the VM is as before. */
export type Ended = 'all' | 'stopped' | 'undone';

export interface Whole {
  readonly summary: Summary;
  readonly ended: Ended;
  /** Records it and lets others come to the VM. In the turn in which the caller's answer is made. */
  conclude(): Refusal | null;
}

export interface WholeParts {
  readonly services: Services;
  readonly kinds: Kinds;
  readonly vm: Vm;
  readonly requestId: string;
  readonly mode: Mode;
  /** Hears of each item when it is carried out, before the next one. */
  onItem(item: Item, index: number): void;
}

export async function carryOutTogether(parts: WholeParts, entries: readonly Entry[]): Promise<Whole> {
  const { services, vm, requestId, mode } = parts;
  const release = await services.machines.hold(vm.id);
  const operations = services.executor.begin(vm, requestId, mode === 'atomic' ? 'undoable' : 'final');
  const summary = new Summary();
  try {
    const ended = await carryOutAll(parts, entries, operations, summary);
    return { summary, ended, conclude: () => conclude(operations, release) };
  } catch (error) {
    release();
    throw error;
  }
}

async function carryOutAll(parts: WholeParts, entries: readonly Entry[], operations: Operations, summary: Summary): Promise<Ended> {
  const { kinds, mode, onItem } = parts;
  const breather = new Breather();
  for (const [index, entry] of entries.entries()) {
    const item = itemOf(operations, kinds, entry);
    summary.note(item);
    onItem(item, index);
    if (mode !== 'continue' && hasFailed(item)) {
      summary.notAttempted = entries.length - index - 1;
      if (mode === 'stop') return 'stopped';
      operations.undo();
      return 'undone';
    }
    const pause = breather.pause();
    if (pause !== null) await pause;
  }
  return 'all';
}

export function itemOf(operations: Operations, kinds: Kinds, entry: Entry): Item {
  if ('bad' in entry) return { kind: 'refused', refusal: entry.bad };
  if ('value' in entry) return carryOut(operations, kinds, entry.value);
  const kind = kinds.get(entry.command.op);
  if (kind === undefined) throw new Error(`invariant broken: no operation ${entry.command.op}`);
  return run(operations, kind, entry.command);
}

function conclude(operations: Operations, release: () => void): Refusal | null {
  const objection = operations.objection();
  if (objection === null) operations.keep();
  release();
  return objection !== null && isRefusal(objection) ? objection : null;
}
