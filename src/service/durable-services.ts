/** The services with a store behind them: opened, recovered, and loaded again where a commit failed. */
import { AnswerBook } from './answer-book.js';
import { DurableJournal } from './durable-journal.js';
import { EventLog, type KeptEvent } from './event-log.js';
import { Machines } from './machines.js';
import { recover, ReplayDiffers } from './recovery.js';
import { assemble, type Services, type ServiceSettings, type World } from './services.js';
import { StoredHistories } from './stored-history.js';
import { openStore } from './store/lmdb-store.js';
import { repairText } from './store/open-contents.js';
import type { StoreRefusal } from './store/store-refusal.js';
import type { Store, SyncMode } from './store/store.js';
import { eventJson } from './wire.js';

export interface StoreSettings {
  readonly folder: string;
  readonly mode: SyncMode;
  readonly intervalMs: number;
}

export interface Opened {
  readonly services: Services;
  /** For the log: what was found. */
  readonly found: string;
}

/** The services, or why not, in words for the person who started the service. */
export async function openServices(settings: ServiceSettings, world: World, where: StoreSettings): Promise<Opened | StoreRefusal> {
  const store = await openStore(where.folder, { mode: where.mode, intervalMs: where.intervalMs, newEpoch: () => `e${world.ids.next()}` });
  if ('refused' in store) return store;
  try {
    return servicesOn(settings, world, store);
  } catch (error) {
    await store.close();
    if (error instanceof ReplayDiffers)
      return { refused: true, code: 'damaged', detail: error.message, hint: 'nothing in the folder was changed' };
    throw error;
  }
}

/** Everything that the store has, ready to go on. */
export function servicesOn(settings: ServiceSettings, world: World, store: Store): Opened {
  const { clock } = world;
  const { epoch, oldestPosition } = store.head;
  const log = new EventLog({
    epoch,
    began: 'store-replaced',
    encode: eventJson,
    limits: settings.eventLog,
    startAfter: oldestPosition - 1,
  });
  const machines = new Machines();
  const answers = new AnswerBook(() => clock.now());
  loadEvents(store, log);
  const { replayed, takenOver } = loadMachines(store, machines);
  answers.load(store.answers());
  for (const { id, machine } of machines.all()) log.resumeVm(id, machine.seq);
  const journal = new DurableJournal({
    store,
    log,
    clock,
    machines,
    reload() {
      loadMachines(store, machines);
      answers.load(store.answers());
      services.executor.resume(machines.all());
    },
  });
  const services = assemble(settings, world, { log, machines, answers, journal, histories: new StoredHistories(store, journal) });
  services.executor.resume(machines.all());
  const repair = repairText(store.head);
  const other = takenOver === 0 ? '' : `; ${takenOver} records of other rules taken over by their recorded effects`;
  return {
    services,
    found: `${machines.size} VMs, ${replayed} records replayed and compared, events up to ${log.cursor(log.head)}${other}${repair === null ? '' : `; ${repair}`}`,
  };
}

function loadMachines(store: Store, machines: Machines): { readonly replayed: number; readonly takenOver: number } {
  const { vms, replayed, takenOver } = recover(store);
  machines.load(vms);
  return { replayed, takenOver };
}

/** Events of one record go in together. */
function loadEvents(store: Store, log: EventLog): void {
  let kept: KeptEvent[] = [];
  let of: { readonly vm: string; readonly record: number } | null = null;
  const flush = (): void => {
    if (of !== null && kept.length > 0) log.restore(of.vm, kept);
    kept = [];
  };
  for (const { vm, record, position, seq, json } of store.eventsAfter(0)) {
    if (of === null || of.record !== record) {
      flush();
      of = { vm, record };
    }
    kept.push({ position, seq, json });
  }
  flush();
}
