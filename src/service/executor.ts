/**
 * A VM's turn: read the clock once, let the machine apply one command, record what came of it. Nobody hears of the outcome before the
 * journal keeps it: events are published by the journal, and answers wait for it.
 *
 * A turn is one synchronous call and JavaScript runs one at a time, so the callers of a VM queue here without a queue.
 */
import {
  apply,
  type Command,
  createMachine,
  type Event,
  isRejection,
  type Machine,
  type MachineConfig,
  type Outcome,
  type Rejection,
  snapshotOf,
} from '../core/index.js';
import type { Clock } from './clock.js';
import type { Ids } from './ids.js';
import type { Journal, Turn } from './journal.js';
import type { Machines, Vm, VmLabels } from './machines.js';
import { countsOnly, Operations } from './operations/operations.js';
import type { Tally } from './tally.js';

export type OutcomeOf<C extends Command> = Outcome extends infer O
  ? O extends Outcome
    ? C['op'] extends O['op']
      ? O
      : never
    : never
  : never;

export interface Done<O> {
  readonly outcome: O;
  readonly events: readonly Event[];
}

export interface ServiceRefusal {
  readonly rejected: true;
  readonly code: Rejection['code'] | 'vm-limit' | 'unknown-vm' | 'store-failed';
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
}

export interface ExecutorParts {
  readonly machines: Machines;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tally: Tally;
  /** VMs that may exist at a time. */
  readonly vmsMax: number;
}

export class Executor {
  private readonly expiries = new Map<string, () => void>();

  constructor(private readonly parts: ExecutorParts) {}

  create(config: MachineConfig, labels: VmLabels, requestId: string | null): Vm | ServiceRefusal {
    const objection = this.objectionToRecording() ?? this.objectionToOneMore();
    if (objection !== null) return objection;
    const made = createMachine(config);
    return isRejection(made) ? made : this.adopt(made.machine, made.events, labels, requestId);
  }

  run<C extends Command>(vm: Vm, command: C, requestId: string | null): Done<OutcomeOf<C>> | Rejection | ServiceRefusal {
    const objection = this.objectionToRecording();
    if (objection !== null) return objection;
    const operationsBefore = vm.machine.operations;
    const result = apply(vm.machine, command);
    if (isRejection(result)) return result;
    const { outcome, events } = result;
    this.parts.tally.note(command.op, result, vm.machine.config.generation);
    if (events.length > 0 || !countsOnly(command)) {
      this.record({ vm, op: command.op, command, outcome, events, operationsBefore, began: null }, requestId, this.parts.clock.now());
    }
    return result as Done<OutcomeOf<C>>;
  }

  /** Operations on one VM that are kept together, whole or not at all. */
  begin(vm: Vm, requestId: string | null, how: 'undoable' | 'final'): Operations {
    return new Operations(vm, requestId, this.parts, how);
  }

  delete(vm: Vm, cause: 'request' | 'ttl', requestId: string | null): Rejection | ServiceRefusal | null {
    const result = this.run(vm, { op: 'delete', cause }, requestId);
    if ('rejected' in result) return result;
    this.expiries.get(vm.id)?.();
    this.expiries.delete(vm.id);
    this.parts.machines.remove(vm.id);
    return null;
  }

  /** VMs that came from the store: they expire when they would have. */
  resume(vms: Iterable<Vm>): void {
    this.close();
    const now = this.parts.clock.now();
    for (const vm of vms) this.expire(vm, Date.parse(vm.createdAt), now);
  }

  /** No VM expires after this. */
  close(): void {
    for (const cancel of this.expiries.values()) cancel();
    this.expiries.clear();
  }

  private adopt(machine: Machine, events: readonly Event[], labels: VmLabels, requestId: string | null): Vm {
    const { machines, clock } = this.parts;
    const now = clock.now();
    const began = snapshotOf(machine);
    const vm = machines.add({ ...labels, id: this.freshId(), createdAt: new Date(now).toISOString(), machine });
    this.record({ vm, op: 'create', command: null, outcome: null, events, operationsBefore: 0, began }, requestId, now);
    this.expire(vm, now, now);
    return vm;
  }

  private expire(vm: Vm, createdMs: number, nowMs: number): void {
    if (vm.ttlSeconds === null) return;
    const leftMs = createdMs + vm.ttlSeconds * 1000 - nowMs;
    this.expiries.set(
      vm.id,
      this.parts.clock.after(leftMs, () => void this.delete(vm, 'ttl', null)),
    );
  }

  private record(turn: Omit<Turn, 'meta'>, requestId: string | null, nowMs: number): void {
    const at = new Date(nowMs).toISOString();
    this.parts.journal.record({ ...turn, meta: { op: turn.op, operation: turn.vm.machine.operations, requestId, at } });
  }

  private objectionToRecording(): ServiceRefusal | null {
    const { failure } = this.parts.journal;
    if (failure === null) return null;
    return {
      rejected: true,
      code: 'store-failed',
      pointer: '',
      detail: failure,
      hint: 'reading goes on; mend the disk, and writing goes on by itself',
    };
  }

  private objectionToOneMore(): ServiceRefusal | null {
    const { machines, vmsMax } = this.parts;
    if (machines.size < vmsMax) return null;
    return {
      rejected: true,
      code: 'vm-limit',
      pointer: '',
      detail: `${machines.size} VMs exist and ${vmsMax} are allowed`,
      hint: 'delete VMs that are done with, create them with ttlSeconds, or raise RAMPART_VMS_MAX',
    };
  }

  private freshId(): string {
    for (;;) {
      const id = `vm-${this.parts.ids.next()}`;
      if (this.parts.machines.find(id) === undefined) return id;
    }
  }
}
