/** The VMs that the log has events of: their numbers in its index, and which of their `seq` are kept. */
import { assert } from '../core/index.js';

export interface LoggedVm {
  readonly id: string;
  readonly number: number;
  lastSeq: number;
  /** `seq` of its newest event that is not kept any more; 0 where all are. */
  droppedSeq: number;
  deleted: boolean;
}

export class LogVms {
  private readonly byId = new Map<string, LoggedVm>();
  private readonly byNumber = new Map<number, LoggedVm>();
  private numbered = 0;

  find(id: string): LoggedVm | undefined {
    return this.byId.get(id);
  }

  findOrAdd(id: string): LoggedVm {
    const known = this.byId.get(id);
    if (known !== undefined) return known;
    const vm = { id, number: this.numbered++, lastSeq: 0, droppedSeq: 0, deleted: false };
    this.byId.set(id, vm);
    this.byNumber.set(vm.number, vm);
    return vm;
  }

  /** Its oldest event goes. A deleted VM is forgotten with its last one. */
  dropOne(number: number): void {
    const vm = this.at(number);
    vm.droppedSeq++;
    if (!vm.deleted || vm.droppedSeq < vm.lastSeq) return;
    this.byId.delete(vm.id);
    this.byNumber.delete(number);
  }

  at(number: number): LoggedVm {
    const vm = this.byNumber.get(number);
    assert(vm !== undefined, `VM number ${number} is in the log`);
    return vm;
  }
}
