/** The history of a VM out of its store: the records since it began, or, where they are not kept any more, those since its newest snapshot. */
import { Breather } from './breather.js';
import { commandText, stepsOf } from './command-text.js';
import { RULES_VERSION } from './durable-journal.js';
import type { Histories, History } from './history.js';
import type { Journal } from './journal.js';
import type { Vm } from './machines.js';
import type { AskedRecord, Store } from './store/store.js';

export class StoredHistories implements Histories {
  constructor(
    private readonly store: Store,
    private readonly journal: Journal & { readonly recorded: number },
  ) {}

  async of(vm: Vm, commandsMax: number): Promise<History | null> {
    const upTo = this.journal.recorded;
    try {
      await this.journal.settled();
    } catch {
      return null;
    }
    const asked = await this.askedOf(vm.id, upTo, commandsMax);
    const born = asked.findIndex(({ command }) => command === null);
    // Under other rules the same commands may come to something else.
    const foreign = asked.findLastIndex(({ rules, command }) => command !== null && rules !== RULES_VERSION);
    const whole = born >= 0 && foreign < 0 ? historyOf('origin', asked.slice(born + 1), commandsMax) : null;
    if (whole !== null) return whole;
    const newest = [...this.store.vms()].find(({ row }) => row.id === vm.id);
    if (newest === undefined || newest.record > upTo || (foreign >= 0 && asked[foreign].number > newest.record)) return null;
    return historyOf(
      newest.snapshot,
      asked.filter(({ number }) => number > newest.record),
      commandsMax,
    );
  }

  /** The newest ones, a few more than can be used: of the older ones it does not matter what they were. */
  private async askedOf(id: string, upTo: number, commandsMax: number): Promise<readonly AskedRecord[]> {
    const asked: AskedRecord[] = [];
    const breather = new Breather();
    for (const record of this.store.askedOf(id)) {
      if (record === null) await breather.pause();
      else if (record.number <= upTo) asked.push(record);
      if (asked.length > 2 * commandsMax + 1) asked.splice(0, commandsMax);
    }
    return asked;
  }
}

function historyOf(base: History['base'], asked: readonly AskedRecord[], commandsMax: number): History | null {
  const commands = asked.flatMap(({ command }) => (command === null ? [] : stepsOf(command, 0).map((step) => commandText(step.command))));
  return commands.length > commandsMax ? null : { base, commands };
}
