/**
 * What was asked of a VM since it began, so that a bundle can tell it again. With a store it is read from the journal; without one it is kept
 * in memory, to a limit.
 */
import type { Command, Snapshot } from '../core/index.js';
import { commandText } from './command-text.js';
import type { Turn } from './journal.js';
import type { Vm } from './machines.js';

/** Commands kept of one VM where there is no store. */
export const HISTORY_COMMANDS_MAX = 100_000;
/** Bytes of the commands of all VMs where there is no store; about, and with their contents. */
export const HISTORY_BYTES_MAX = 64 * 2 ** 20;

export interface History {
  /** Where the commands begin: with the VM, or at a snapshot of it. */
  readonly base: 'origin' | Snapshot;
  /** As `commandText` writes them, oldest first. */
  readonly commands: readonly string[];
}

export interface Histories {
  /** All that was asked until now, however long it takes to find; null: not known any more, or more than `commandsMax`. */
  of(vm: Vm, commandsMax: number): Promise<History | null>;
}

/** What a command takes beside its contents and entries: about. */
const COMMAND_BYTES = 256;
const ENTRY_BYTES = 64;

interface Kept {
  readonly commands: Command[];
  bytes: number;
}

/** Where there is no store. A VM of which too much would have to be kept has no history from then on. */
export class MemoryHistories implements Histories {
  /** null: too much. */
  private readonly kept = new Map<string, Kept | null>();
  private bytes = 0;

  constructor(private readonly limits = { commands: HISTORY_COMMANDS_MAX, bytes: HISTORY_BYTES_MAX }) {}

  note({ vm, command }: Turn): void {
    if (command === null) this.kept.set(vm.id, { commands: [], bytes: 0 });
    else if (command.op === 'delete') this.forget(vm.id, 'gone');
    else this.add(vm.id, command);
  }

  of({ id }: Vm, commandsMax: number): Promise<History | null> {
    const kept = this.kept.get(id);
    if (kept === undefined || kept === null || kept.commands.length > commandsMax) return Promise.resolve(null);
    return Promise.resolve({ base: 'origin', commands: kept.commands.map(commandText) });
  }

  private add(id: string, command: Command): void {
    const kept = this.kept.get(id);
    if (kept === undefined || kept === null) return;
    const bytes = bytesOf(command);
    if (kept.commands.length >= this.limits.commands || this.bytes + bytes > this.limits.bytes) return this.forget(id, 'too much');
    kept.commands.push(command);
    kept.bytes += bytes;
    this.bytes += bytes;
  }

  private forget(id: string, why: 'gone' | 'too much'): void {
    this.bytes -= this.kept.get(id)?.bytes ?? 0;
    if (why === 'gone') this.kept.delete(id);
    else this.kept.set(id, null);
  }
}

function bytesOf(command: Command): number {
  const contents = 'content' in command && command.content instanceof Uint8Array ? command.content.length : 0;
  return COMMAND_BYTES + contents + ('entries' in command ? command.entries.length * ENTRY_BYTES : 0);
}
