/**
 * A VM's turn: read the clock once, let the machine apply one command, put its events into the log, answer. The log is written
 * before anybody hears of the outcome.
 *
 * A turn is one synchronous call and JavaScript runs one at a time, so the callers of a VM queue here without a queue.
 */
import {
  apply,
  type Applied,
  type Command,
  createMachine,
  type Event,
  isRejection,
  type MachineConfig,
  type OperationName,
  type Outcome,
  type Rejection,
} from '../core/index.js';
import type { Clock } from './clock.js';
import type { OperationMeta } from './event-log.js';
import type { Ids } from './ids.js';
import type { Machines, Vm, VmLabels } from './machines.js';
import type { Tally } from './tally.js';

/** Where events go: the log. */
export interface EventSink {
  append(vm: string, meta: OperationMeta, events: readonly Event[]): void;
}

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
  readonly code: Rejection['code'] | 'vm-limit';
  readonly pointer: string;
  readonly detail: string;
  readonly hint: string;
}

export interface ExecutorParts {
  readonly machines: Machines;
  readonly log: EventSink;
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
    const { machines, log, clock, vmsMax } = this.parts;
    if (machines.size >= vmsMax) {
      return {
        rejected: true,
        code: 'vm-limit',
        pointer: '',
        detail: `${machines.size} VMs exist and ${vmsMax} are allowed`,
        hint: 'delete VMs that are done with, create them with ttlSeconds, or raise RAMPART_VMS_MAX',
      };
    }
    const made = createMachine(config);
    if (isRejection(made)) return made;
    const at = new Date(clock.now()).toISOString();
    const vm = machines.add({ ...labels, id: this.freshId(), createdAt: at, machine: made.machine });
    log.append(vm.id, { op: 'create', operation: made.machine.operations, requestId, at }, made.events);
    if (vm.ttlSeconds !== null)
      this.expiries.set(
        vm.id,
        clock.after(vm.ttlSeconds * 1000, () => void this.delete(vm, 'ttl', null)),
      );
    return vm;
  }

  run<C extends Command>(vm: Vm, command: C, requestId: string | null): Done<OutcomeOf<C>> | Rejection {
    const result = apply(vm.machine, command);
    if (isRejection(result)) return result;
    this.publish(vm, command.op, result, requestId);
    return result as Done<OutcomeOf<C>>;
  }

  delete(vm: Vm, cause: 'request' | 'ttl', requestId: string | null): Rejection | null {
    const result = this.run(vm, { op: 'delete', cause }, requestId);
    if (isRejection(result)) return result;
    this.expiries.get(vm.id)?.();
    this.expiries.delete(vm.id);
    this.parts.machines.remove(vm.id);
    return null;
  }

  /** No VM expires after this. */
  close(): void {
    for (const cancel of this.expiries.values()) cancel();
    this.expiries.clear();
  }

  private publish(vm: Vm, op: OperationName, applied: Applied, requestId: string | null): void {
    const { machine } = vm;
    this.parts.tally.note(op, applied, machine.config.generation);
    if (applied.events.length === 0) return;
    const at = new Date(this.parts.clock.now()).toISOString();
    this.parts.log.append(vm.id, { op, operation: machine.operations, requestId, at }, applied.events);
  }

  private freshId(): string {
    for (;;) {
      const id = `vm-${this.parts.ids.next()}`;
      if (this.parts.machines.find(id) === undefined) return id;
    }
  }
}
