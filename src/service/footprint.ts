/**
 * What the machines hold in this process's memory, of each and in all: bytes of page contents, and bytes of tables for memory that was
 * touched. Looked at before an operation begins, so that the one which crosses a bound is carried out and the next one is not.
 */
import { type Command, CONTENT_BYTES_MAX, type Machine, PAGE_BYTES } from '../core/index.js';

export interface FootprintLimits {
  /** Bytes of page contents of all VMs; what one VM keeps is bounded by the machine itself. */
  readonly contentBytesTotalMax: number;
  /** Bytes of tables of one VM. */
  readonly touchedBytesMax: number;
  /** Bytes of tables of all VMs. */
  readonly touchedBytesTotalMax: number;
}

export const FOOTPRINT_LIMITS: FootprintLimits = {
  contentBytesTotalMax: 2 ** 30,
  touchedBytesMax: 2 ** 30,
  touchedBytesTotalMax: 2 ** 31,
};

export interface FootprintRefusal {
  readonly rejected: true;
  readonly code: 'content-total-limit' | 'touched-limit' | 'touched-total-limit';
  readonly pointer: '';
  readonly detail: string;
  readonly hint: string;
}

interface Weight {
  readonly contents: number;
  readonly touched: number;
}

const NOTHING: Weight = { contents: 0, touched: 0 };

export class Footprint {
  private readonly weights = new Map<Machine, Weight>();
  private contents = 0;
  private touched = 0;

  /** Bytes of page contents of all machines. */
  get contentBytes(): number {
    return this.contents;
  }

  /** Bytes of tables of all machines. */
  get touchedBytes(): number {
    return this.touched;
  }

  /** After whatever may have made it heavier or lighter. */
  weigh(machine: Machine): void {
    const before = this.weights.get(machine) ?? NOTHING;
    const contents = machine.contents.bytes;
    const touched = machine.tableBytes;
    if (contents === before.contents && touched === before.touched) return;
    this.weights.set(machine, { contents, touched });
    this.contents += contents - before.contents;
    this.touched += touched - before.touched;
  }

  drop(machine: Machine): void {
    const { contents, touched } = this.weights.get(machine) ?? NOTHING;
    this.contents -= contents;
    this.touched -= touched;
    this.weights.delete(machine);
  }

  clear(): void {
    this.weights.clear();
    this.contents = 0;
    this.touched = 0;
  }
}

/** Whether there is room for one more machine; null: there is. */
export function objectionToMachine(footprint: Footprint, limits: FootprintLimits): FootprintRefusal | null {
  return footprint.touchedBytes < limits.touchedBytesTotalMax ? null : tablesFull(limits);
}

/** Whether there is room for a machine that begins with the state of another one; null: there is. */
export function objectionToState(footprint: Footprint, machine: Machine, limits: FootprintLimits): FootprintRefusal | null {
  if (machine.tableBytes > limits.touchedBytesMax) return vmTablesFull(limits);
  if (footprint.touchedBytes + machine.tableBytes > limits.touchedBytesTotalMax) return tablesFull(limits);
  return footprint.contentBytes + machine.contents.bytes > limits.contentBytesTotalMax ? contentsFull(limits) : null;
}

/** Whether there is room for what this command may add; null: there is. */
export function objectionToCommand(
  footprint: Footprint,
  machine: Machine,
  command: Command,
  limits: FootprintLimits,
): FootprintRefusal | null {
  if (machine.state === 'killed' || ADDS_NOTHING.includes(command.op)) return null;
  if (machine.tableBytes >= limits.touchedBytesMax) return vmTablesFull(limits);
  if (footprint.touchedBytes >= limits.touchedBytesTotalMax) return tablesFull(limits);
  return footprint.contentBytes + mayKeep(command) > limits.contentBytesTotalMax ? contentsFull(limits) : null;
}

const ADDS_NOTHING: readonly Command['op'][] = ['hypervisor-read', 'rmpread', 'reset', 'delete'];

/** Bytes of contents that a command adds at most: all its pages may be new. */
function mayKeep(command: Command): number {
  if (command.op === 'firmware-command') return 'pageSize' in command.request ? (command.request.pageSize === 2 ? 512 : 1) * PAGE_BYTES : 0;
  if ((command.op !== 'hypervisor-write' && command.op !== 'guest-access') || command.content === undefined) return 0;
  const offset = command.op === 'hypervisor-write' ? command.target.offset : command.offset;
  const pages = Math.ceil((offset + command.size) / PAGE_BYTES);
  return Math.min(pages * PAGE_BYTES, CONTENT_BYTES_MAX);
}

function vmTablesFull({ touchedBytesMax }: FootprintLimits): FootprintRefusal {
  return refusal(
    'touched-limit',
    `the tables of this VM hold ${touchedBytesMax} bytes or more, as many as are allowed`,
    'reset the VM, touch less of its memory page by page, or raise RAMPART_TOUCHED_BYTES_MAX',
  );
}

function tablesFull({ touchedBytesTotalMax }: FootprintLimits): FootprintRefusal {
  return refusal(
    'touched-total-limit',
    `the tables of all VMs hold ${touchedBytesTotalMax} bytes or more, as many as are allowed`,
    'delete or reset VMs that are done with, or raise RAMPART_TOUCHED_BYTES_TOTAL_MAX',
  );
}

function contentsFull({ contentBytesTotalMax }: FootprintLimits): FootprintRefusal {
  return refusal(
    'content-total-limit',
    `all VMs together would keep more than ${contentBytesTotalMax} bytes of contents`,
    'write with size alone where the bytes do not matter, delete or reset VMs, or raise RAMPART_CONTENT_BYTES_TOTAL_MAX',
  );
}

function refusal(code: FootprintRefusal['code'], detail: string, hint: string): FootprintRefusal {
  return { rejected: true, code, pointer: '', detail, hint };
}
