/**
 * From the store to running machines. A VM is its newest snapshot and the records after it: replayed and compared with what was recorded, or,
 * where the rules have changed since, made by the recorded effects.
 */
import { type Applied, apply, applyDelta, isRejection, type Machine, restore, trackDeltas } from '../core/index.js';
import { stepsOf } from './command-text.js';
import { checkOf, RULES_VERSION } from './durable-journal.js';
import type { Vm, VmLabels } from './machines.js';
import { memoryCipher } from './memory-cipher.js';
import type { JournalRecord, Store, VmRow } from './store/store.js';

export interface Recovered {
  readonly vms: readonly Vm[];
  /** Records carried out again and found to come to the same. */
  readonly replayed: number;
  /** Records of other rules, whose recorded effects were taken over. */
  readonly takenOver: number;
}

/** A record that comes to something else than when it was made: the service must not go on from here. */
export class ReplayDiffers extends Error {
  constructor(record: JournalRecord, what: string) {
    super(
      `record ${record.number} (${record.op} on ${record.vm}, ${record.at}) ${what}. The store was written under rules ${record.rules}, this is ` +
        `rules ${RULES_VERSION}: start the version that wrote it, or set the store aside and begin a new one`,
    );
  }
}

interface Recovering {
  readonly row: VmRow;
  readonly machine: Machine;
  /** The last record that the machine has in it. */
  record: number;
}

export function recover(store: Store): Recovered {
  const vms = new Map<string, Recovering>();
  let first = Number.POSITIVE_INFINITY;
  for (const { row, snapshot, record, origin } of store.vms()) {
    vms.set(row.id, { row, machine: tracked(restore(snapshot, memoryCipher, origin?.delta)), record });
    first = Math.min(first, record);
  }
  let replayed = 0;
  let takenOver = 0;
  if (vms.size > 0) {
    for (const record of store.recordsAfter(first)) {
      const vm = vms.get(record.vm);
      if (vm === undefined || record.number <= vm.record || record.created !== null) continue;
      if (record.rules === RULES_VERSION) {
        replay(vm.machine, record);
        replayed += 1;
      } else {
        takeOver(vm.machine, record);
        takenOver += 1;
      }
      vm.record = record.number;
    }
  }
  return { vms: [...vms.values()].map(vmOf), replayed, takenOver };
}

function tracked(machine: Machine): Machine {
  trackDeltas(machine);
  return machine;
}

function vmOf({ row, machine }: Recovering): Vm {
  const { id, number, createdAt } = row;
  return { id, number, createdAt, ...(row.description as VmLabels), machine, counted: null };
}

function replay(machine: Machine, record: JournalRecord): void {
  if (record.command === null) return;
  const done: Applied[] = [];
  for (const { command, operationsBefore } of stepsOf(record.command, record.operationsBefore)) {
    machine.operations = operationsBefore;
    const result = apply(machine, command);
    if (isRejection(result)) throw new ReplayDiffers(record, `is now refused: ${result.detail}`);
    done.push(result);
  }
  if (checkOf(done) !== record.check) throw new ReplayDiffers(record, 'comes to something else than when it was made');
  // Forgets what the replay touched: the next delta is that of the next operation.
  trackDeltas(machine);
}

function takeOver(machine: Machine, record: JournalRecord): void {
  if (record.delta === null) throw new ReplayDiffers(record, 'was made under other rules and carries no effects');
  applyDelta(machine, record.delta);
  trackDeltas(machine);
}
