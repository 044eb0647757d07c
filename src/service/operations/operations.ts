/**
 * Operations on one VM that are kept together: each is carried out at once, and all of them are recorded as one, whole or not at all. Between
 * the first and `keep` the VM is held for them, or they are carried out in one turn.
 */
import {
  apply,
  type Applied,
  type Command,
  isRejection,
  type Rejection,
  restore,
  type Snapshot,
  snapshotOf,
  type Machine,
} from '../../core/index.js';
import type { Clock } from '../clock.js';
import type { Done, ExecutorParts, OutcomeOf, ServiceRefusal } from '../executor.js';
import { objectionToCommand } from '../footprint.js';
import type { Turn } from '../journal.js';
import type { Counted, Vm } from '../machines.js';
import { memoryCipher } from '../memory-cipher.js';

type Parts = Pick<ExecutorParts, 'machines' | 'journal' | 'clock' | 'tally' | 'footprint'>;

interface Taken {
  readonly result: Applied;
  /** What is to be recorded of it; null where it moved nothing but counters. */
  readonly turn: Turn | null;
}

/** One command on one machine, weighed before and after. It is neither counted nor recorded here. */
export function takeTurn(
  { machines, footprint, clock }: Pick<Parts, 'machines' | 'footprint' | 'clock'>,
  vm: Vm,
  command: Command,
  requestId: string | null,
): Taken | Rejection | ServiceRefusal {
  const objection = objectionToCommand(machines.footprint, vm.machine, command, footprint);
  if (objection !== null) return objection;
  const operationsBefore = vm.machine.operations;
  const result = apply(vm.machine, command);
  if (isRejection(result)) return result;
  machines.footprint.weigh(vm.machine);
  const { outcome, events } = result;
  if (events.length === 0 && countsOnly(vm.machine, command)) {
    if (vm.machine.operations > operationsBefore) vm.counted = { command, outcome };
    return { result, turn: null };
  }
  vm.counted = null;
  return { result, turn: turnOf(vm, command, result, operationsBefore, requestId, clock) };
}

/** The operation that brought the VM's counter to where it is. */
export function turnOf(
  vm: Vm,
  command: Command,
  { outcome, events }: Applied,
  operationsBefore: number,
  requestId: string | null,
  clock: Clock,
): Turn {
  const meta = { op: command.op, operation: vm.machine.operations, requestId, at: new Date(clock.now()).toISOString() };
  return { vm, op: command.op, command, outcome, events, operationsBefore, began: null, meta };
}

export class Operations {
  private turns: Turn[] = [];
  private applied: { readonly op: Command['op']; readonly result: Applied }[] = [];
  private readonly before: { readonly state: Snapshot; readonly counted: Counted | null } | null;

  /** `undoable`: the state of now is kept, so that `undo` can come back to it. */
  constructor(
    private readonly vm: Vm,
    private readonly requestId: string | null,
    private readonly parts: Parts,
    how: 'undoable' | 'final',
  ) {
    this.before = how === 'undoable' ? { state: snapshotOf(vm.machine), counted: vm.counted } : null;
  }

  run<C extends Command>(command: C): Done<OutcomeOf<C>> | Rejection | ServiceRefusal {
    const objection = this.objection();
    if (objection !== null) return objection;
    const taken = takeTurn(this.parts, this.vm, command, this.requestId);
    if ('rejected' in taken) return taken;
    this.applied.push({ op: command.op, result: taken.result });
    if (taken.turn !== null) this.turns.push(taken.turn);
    return taken.result as Done<OutcomeOf<C>>;
  }

  /** Why nothing that was done here can be kept: the store failed and its VMs were loaded anew, or the VM is gone. */
  objection(): ServiceRefusal | null {
    const { machines, journal } = this.parts;
    const found = machines.find(this.vm.id);
    if (journal.failure === null && found === this.vm) return null;
    const failed = journal.failure !== null || found !== undefined;
    return {
      rejected: true,
      code: failed ? 'store-failed' : 'unknown-vm',
      pointer: '',
      detail: failed
        ? (journal.failure ?? 'the store failed meanwhile, and the VM was loaded from it again')
        : 'the VM was deleted meanwhile',
      hint: failed ? 'reading goes on; mend the disk, and send it again' : 'GET /v1/vms lists those that exist',
    };
  }

  /** Records what was done since the last time. */
  keep(): void {
    const { journal, tally } = this.parts;
    for (const { op, result } of this.applied) tally.note(op, result, this.vm.machine.config.generation);
    if (this.turns.length > 0) journal.recordTogether(this.turns);
    this.turns = [];
    this.applied = [];
  }

  /** The VM is again as it was at the beginning. */
  undo(): void {
    if (this.before === null) throw new Error('invariant broken: what is final is not undone');
    this.parts.machines.swap(this.vm, restore(this.before.state, memoryCipher, this.vm.machine.origin));
    this.vm.counted = this.before.counted;
    this.parts.journal.replaced(this.vm);
    this.turns = [];
    this.applied = [];
  }
}

/** A load, or a store without contents: where it met no fault it moved nothing but counters, and need not be recorded. */
function countsOnly(machine: Machine, command: Command): boolean {
  const { op } = command;
  if (op === 'hypervisor-read' || op === 'rmpread') return true;
  if (op === 'hypervisor-write') return command.content === undefined;
  // With a TLB an access leaves a translation behind.
  return op === 'guest-access' && command.content === undefined && machine.config.doubts.D13 === 'no-tlb';
}
