/** The registry: every VM that exists, by id and in the order of creation. It changes nothing inside a machine. */
import type { Backing, InitialState, Machine } from '../core/index.js';

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
}

export interface Vm extends VmLabels {
  readonly id: string;
  /** Counts creations, from 1: what a list's cursor is made of. */
  readonly number: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Another one only after `Machines.swap`. */
  machine: Machine;
}

export interface VmPage {
  readonly vms: readonly Vm[];
  /** `number` of the last VM listed, where there may be more. */
  readonly next: number | null;
}

export class Machines {
  private readonly byId = new Map<string, Vm>();
  private created = 0;
  private readonly holds = new Map<string, Promise<void>>();

  get size(): number {
    return this.byId.size;
  }

  add(vm: Omit<Vm, 'number'>): Vm {
    const added = { ...vm, number: ++this.created };
    this.byId.set(vm.id, added);
    return added;
  }

  /** Takes VMs from a store in place of all that are here. */
  load(vms: readonly Vm[]): void {
    this.byId.clear();
    for (const vm of vms) {
      this.byId.set(vm.id, vm);
      this.created = Math.max(this.created, vm.number);
    }
  }

  find(id: string): Vm | undefined {
    return this.byId.get(id);
  }

  /** The VM goes on as another machine, which was made of an earlier state of it. */
  swap(vm: Vm, machine: Machine): void {
    vm.machine = machine;
  }

  /** Until the answer is called, nobody else comes to the VM: whoever asks waits for `heldUntil`. */
  hold(id: string): () => void {
    let release = (): void => undefined;
    this.holds.set(id, new Promise<void>((resolve) => (release = resolve)));
    return () => {
      this.holds.delete(id);
      release();
    };
  }

  /** null: nobody holds the VM. */
  heldUntil(id: string): Promise<void> | null {
    return this.holds.get(id) ?? null;
  }

  remove(id: string): void {
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
