/** The registry: every VM that exists, by id and in the order of creation. It changes nothing inside a machine. */
import type { Backing, Command, Delta, InitialState, Machine, Origin, Outcome } from '../core/index.js';
import { Footprint } from './footprint.js';

export interface MemoryDescription {
  /** Bytes. */
  readonly size: number;
  readonly backing: Backing;
  readonly initialState: InitialState;
}

/** What a caller says about a VM besides what the machine itself uses. */
export interface VmLabels {
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly ttlSeconds: number | null;
  /** null where memslots were given instead. */
  readonly memory: MemoryDescription | null;
  /** Where its state came from; undefined where it began as its configuration says. */
  readonly origin?: Origin;
}

export interface Vm extends VmLabels {
  readonly id: string;
  /** Counts creations, from 1: what a list's cursor is made of. */
  readonly number: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Another one only after `Machines.swap`. */
  machine: Machine;
  /** The last operation, where it moved nothing but counters and no record says so yet. */
  counted: Counted | null;
}

export interface Counted {
  readonly command: Command;
  readonly outcome: Outcome;
}

/** What a form takes beside its text: about. */
const FORM_BYTES = 64;

export interface VmPage {
  readonly vms: readonly Vm[];
  /** `number` of the last VM listed, where there may be more. */
  readonly next: number | null;
}

export class Machines {
  readonly footprint = new Footprint();
  private readonly byId = new Map<string, Vm>();
  private created = 0;
  private readonly holds = new Map<string, Promise<void>>();
  private originBytesHeld = 0;

  get size(): number {
    return this.byId.size;
  }

  /** Bytes of the states that forked and imported VMs began with: each is held as long as its VM exists. */
  get originBytes(): number {
    return this.originBytesHeld;
  }

  add(vm: Omit<Vm, 'number' | 'counted'>): Vm {
    const added = { ...vm, number: ++this.created, counted: null };
    this.originBytesHeld += originBytesOf(added.machine);
    this.byId.set(vm.id, added);
    this.footprint.weigh(added.machine);
    return added;
  }

  /** Takes VMs from a store in place of all that are here. */
  load(vms: readonly Vm[]): void {
    this.byId.clear();
    this.originBytesHeld = 0;
    this.footprint.clear();
    for (const vm of vms) {
      this.originBytesHeld += originBytesOf(vm.machine);
      this.footprint.weigh(vm.machine);
      this.byId.set(vm.id, vm);
      this.created = Math.max(this.created, vm.number);
    }
  }

  find(id: string): Vm | undefined {
    return this.byId.get(id);
  }

  /** The VM goes on as another machine, which was made of an earlier state of it. */
  swap(vm: Vm, machine: Machine): void {
    this.footprint.drop(vm.machine);
    vm.machine = machine;
    this.footprint.weigh(machine);
  }

  /** Until the answer is called, nobody else comes to the VM: whoever asks waits for `heldUntil`. */
  async hold(id: string): Promise<() => void> {
    // The last look and the taking are one step: of several who wait, one gets it.
    for (let held = this.heldUntil(id); held !== null; held = this.heldUntil(id)) await held;
    let release = (): void => undefined;
    this.holds.set(id, new Promise<void>((resolve) => (release = resolve)));
    return () => {
      this.holds.delete(id);
      release();
    };
  }

  /** null: nobody holds any VM. */
  anyHeldUntil(): Promise<unknown> | null {
    return this.holds.size === 0 ? null : Promise.race(this.holds.values());
  }

  /** null: nobody holds the VM. */
  heldUntil(id: string): Promise<void> | null {
    return this.holds.get(id) ?? null;
  }

  remove(id: string): void {
    const vm = this.byId.get(id);
    if (vm === undefined) return;
    this.originBytesHeld -= originBytesOf(vm.machine);
    this.footprint.drop(vm.machine);
    this.byId.delete(id);
  }

  all(): Iterable<Vm> {
    return this.byId.values();
  }

  withLabel(key: string, value: string): readonly Vm[] {
    return [...this.byId.values()].filter((vm) => Object.hasOwn(vm.labels, key) && vm.labels[key] === value);
  }

  /** VMs created after number `after`, at most `limit`; creations and deletions in between neither repeat nor skip one. */
  page(after: number, limit: number): VmPage {
    const vms: Vm[] = [];
    for (const vm of this.byId.values()) {
      if (vm.number <= after) continue;
      if (vms.length === limit) return { vms, next: vms[limit - 1]?.number ?? null };
      vms.push(vm);
    }
    return { vms, next: null };
  }
}

const originBytesOf = ({ origin }: Machine): number => (origin === null ? 0 : deltaBytes(origin));

/** Bytes of the forms of a delta: what it weighs, about. */
export function deltaBytes({ rmp, leaves, contents }: Delta): number {
  let bytes = 0;
  for (const table of [rmp, leaves, contents]) for (const [, form] of table) bytes += FORM_BYTES + (form?.length ?? 0);
  return bytes;
}
