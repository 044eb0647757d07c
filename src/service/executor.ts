/**
 * A VM's turn: read the clock once, let the machine apply one command, record what came of it. Nobody hears of the outcome before the
 * journal keeps it: events are published by the journal, and answers wait for it.
 *
 * A turn is one synchronous call and JavaScript runs one at a time, so the callers of a VM queue here without a queue.
 */
import {
  beginFrom,
  type BirthName,
  type Command,
  createMachine,
  type Event,
  isRejection,
  type Machine,
  type MachineConfig,
  type Origin,
  type Outcome,
  type Rejection,
  type Snapshot,
  snapshotOf,
} from '../core/index.js';
import type { Clock } from './clock.js';
import { type FootprintLimits, type FootprintRefusal, objectionToState, objectionToMachine } from './footprint.js';
import type { Ids } from './ids.js';
import type { Journal } from './journal.js';
import { deltaBytes, type Machines, type Vm, type VmLabels } from './machines.js';
import { memoryCipher } from './memory-cipher.js';
import { Operations, takeTurn, turnOf } from './operations/operations.js';
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
  readonly code: Rejection['code'] | FootprintRefusal['code'] | 'vm-limit' | 'origin-limit' | 'unknown-vm' | 'store-failed';
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
}

/** A machine that has just begun. */
interface Born {
  readonly machine: Machine;
  readonly events: readonly Event[];
  readonly began: Snapshot;
  readonly op: BirthName;
}

export interface ExecutorParts {
  readonly machines: Machines;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tally: Tally;
  /** VMs that may exist at a time. */
  readonly vmsMax: number;
  /** Bytes of the states that forked and imported VMs began with. */
  readonly originBytesMax?: number;
  readonly footprint: FootprintLimits;
}

export const ORIGIN_BYTES_MAX = 2 ** 30;
/** Between two tries to end a VM whose time is over, while the store takes nothing. */
const EXPIRY_RETRY_MS = 1000;

export class Executor {
  private readonly expiries = new Map<string, () => void>();

  constructor(private readonly parts: ExecutorParts) {}

  create(config: MachineConfig, labels: VmLabels, requestId: string | null): Vm | ServiceRefusal {
    const objection = this.objectionToRecording() ?? this.objectionToOneMore();
    if (objection !== null) return objection;
    const made = createMachine(config, memoryCipher);
    return isRejection(made) ? made : this.adopt({ ...made, began: snapshotOf(made.machine), op: 'create' }, labels, requestId);
  }

  /** A VM that begins with the state of another one. */
  createFrom(snapshot: Snapshot, labels: VmLabels & { readonly origin: Origin }, requestId: string | null): Vm | ServiceRefusal {
    const objection = this.objectionToRecording() ?? this.objectionToOneMore() ?? this.objectionToOrigin(snapshot);
    if (objection !== null) return objection;
    const born = beginFrom(snapshot, labels.origin, memoryCipher);
    const { machines, footprint } = this.parts;
    return (
      objectionToState(machines.footprint, born.machine, footprint) ?? this.adopt({ ...born, op: labels.origin.kind }, labels, requestId)
    );
  }

  run<C extends Command>(vm: Vm, command: C, requestId: string | null): Done<OutcomeOf<C>> | Rejection | ServiceRefusal {
    const objection = this.objectionToRecording();
    if (objection !== null) return objection;
    const taken = takeTurn(this.parts, vm, command, requestId);
    if ('rejected' in taken) return taken;
    this.parts.tally.note(command.op, taken.result, vm.machine.config.generation);
    if (taken.turn !== null) this.parts.journal.record(taken.turn);
    return taken.result as Done<OutcomeOf<C>>;
  }

  /**
   * Before anybody sees the VM's counter of operations: it is in the journal as it stands, so that it never comes back, after a kill, for
   * another state.
   */
  recordCounter(vm: Vm): void {
    const { counted, machine } = vm;
    const { journal, clock } = this.parts;
    if (counted === null || journal.failure !== null) return;
    vm.counted = null;
    journal.record(turnOf(vm, counted.command, { outcome: counted.outcome, events: [] }, machine.operations - 1, null, clock));
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

  private adopt({ machine, events, began, op }: Born, labels: VmLabels, requestId: string | null): Vm {
    const { machines, clock } = this.parts;
    const now = clock.now();
    const vm = machines.add({ ...labels, id: this.freshId(), createdAt: new Date(now).toISOString(), machine });
    const meta = { op, operation: machine.operations, requestId, at: vm.createdAt };
    this.parts.journal.record({ vm, op, command: null, outcome: null, events, operationsBefore: 0, began, meta });
    this.expire(vm, now, now);
    return vm;
  }

  private expire(vm: Vm, createdMs: number, nowMs: number): void {
    if (vm.ttlSeconds !== null) this.expireIn(vm, createdMs + vm.ttlSeconds * 1000 - nowMs);
  }

  private expireIn(vm: Vm, delayMs: number): void {
    this.expiries.set(
      vm.id,
      this.parts.clock.after(delayMs, () => this.expireNow(vm)),
    );
  }

  /** Where the store takes nothing just then, it is tried again. */
  private expireNow(vm: Vm): void {
    const held = this.parts.machines.heldUntil(vm.id);
    if (held !== null) void held.then(() => this.expireNow(vm));
    else if (this.parts.machines.find(vm.id) === vm && this.delete(vm, 'ttl', null)?.code === 'store-failed')
      this.expireIn(vm, EXPIRY_RETRY_MS);
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
    const { machines, vmsMax, footprint } = this.parts;
    if (machines.size < vmsMax) return objectionToMachine(machines.footprint, footprint);
    return {
      rejected: true,
      code: 'vm-limit',
      pointer: '',
      detail: `${machines.size} VMs exist and ${vmsMax} are allowed`,
      hint: 'delete VMs that are done with, create them with ttlSeconds, or raise RAMPART_VMS_MAX',
    };
  }

  private objectionToOrigin({ delta }: Snapshot): ServiceRefusal | null {
    const { machines, originBytesMax = ORIGIN_BYTES_MAX } = this.parts;
    const bytes = deltaBytes(delta);
    if (machines.originBytes + bytes <= originBytesMax) return null;
    return {
      rejected: true,
      code: 'origin-limit',
      pointer: '',
      detail: `the state is ${bytes} bytes, forked and imported VMs began with ${machines.originBytes}, and ${originBytesMax} are allowed`,
      hint: 'delete forks and imports that are done with, or raise RAMPART_ORIGIN_BYTES_MAX',
    };
  }

  private freshId(): string {
    for (;;) {
      const id = `vm-${this.parts.ids.next()}`;
      if (this.parts.machines.find(id) === undefined) return id;
    }
  }
}
