/** Services that are broken on purpose, each in a way that a store or a stream can be broken: the simulator has to catch all of them. */
import type { Event } from '../../src/core/index.js';
import type { Services } from '../../src/service/services.js';
import type { Batch, JournalRecord, Store } from '../../src/service/store/store.js';
import type { Mutant } from './life.js';

/** The store with some of its members replaced. */
function changed(store: Store, changes: (original: Store) => Partial<Store>): Store {
  return Object.create(store, Object.getOwnPropertyDescriptors(changes(store))) as Store;
}

function withEpoch(store: Store, epoch: string): Store {
  const head = function (this: Store): Store['head'] {
    return { ...(Reflect.get(Object.getPrototypeOf(store) as object, 'head', this) as Store['head']), epoch };
  };
  return Object.create(store, { head: { get: head } }) as Store;
}

const withRecords = (batch: Batch, change: (record: JournalRecord) => JournalRecord): Batch => ({
  ...batch,
  records: batch.records.map(change),
});

/** What the mutants reach into. */
interface Inside {
  readonly journal: {
    record(turn: { readonly vm: { readonly id: string }; readonly events: readonly Event[] }): void;
    keepAnswer(): void;
    unpublished: { vm: string; events: readonly Event[]; stored: readonly { readonly json: string }[] }[];
    readonly parts: { reload(): void };
    failure: string | null;
    settled(): Promise<void> | null;
  };
}

const inside = (services: Services): Inside => services as unknown as Inside;

let openings = 0;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'answers before the disk has it',
    store: (store) =>
      changed(store, ({ commit }) => ({
        commit(batch) {
          commit.call(store, batch).catch(() => undefined);
          return Promise.resolve();
        },
      })),
  },
  {
    name: 'publishes before the disk has it',
    services(services) {
      const { journal } = inside(services);
      const record = journal.record.bind(journal);
      journal.record = (turn) => {
        record(turn);
        const last = journal.unpublished.at(-1);
        if (last === undefined || last.events.length === 0) return;
        services.log.appendEncoded(
          last.vm,
          last.events,
          last.stored.map(({ json }) => json),
        );
        last.events = [];
        last.stored = [];
      };
    },
  },
  {
    name: 'shows readers what is not kept yet',
    services(services) {
      const { journal } = inside(services);
      const settled = journal.settled.bind(journal);
      // Only what records something waits.
      let recorded = false;
      const record = journal.record.bind(journal);
      journal.record = (turn) => {
        recorded = true;
        record(turn);
      };
      journal.settled = () => {
        const waits = recorded;
        recorded = false;
        const promise = settled();
        if (waits) return promise;
        promise?.catch(() => undefined);
        return null;
      };
    },
  },
  {
    name: 'keeps its epoch whatever is lost',
    store: (store) => withEpoch(store, 'e1'),
  },
  {
    name: 'begins a new epoch at each start',
    store: (store) => withEpoch(store, `n${++openings}`),
  },
  {
    name: 'keeps the effect without the key',
    store: (store) =>
      changed(store, ({ commit }) => ({
        commit: (batch) =>
          commit.call(
            store,
            withRecords(batch, (record) => ({ ...record, answer: null })),
          ),
      })),
  },
  {
    name: 'skips a record when it replays',
    store: (store) =>
      changed(store, ({ recordsAfter }) => ({
        *recordsAfter(number) {
          let count = 0;
          for (const record of recordsAfter.call(store, number)) if (record.op === 'create' || ++count % 7 !== 0) yield record;
        },
      })),
  },
  {
    name: 'forgets the events of a record',
    store: (store) =>
      changed(store, ({ eventsAfter }) => ({
        *eventsAfter(position) {
          for (const event of eventsAfter.call(store, position))
            yield event.position % 11 === 0 ? { ...event, json: event.json.replace(/"op":"[^"]*"/, '"op":"other"') } : event;
        },
      })),
  },
  {
    name: 'goes on from memory after a commit that failed',
    services(services) {
      Object.assign(inside(services).journal.parts, { reload: () => undefined });
    },
  },
  {
    name: 'says that it is ready whatever its disk does',
    services(services) {
      Object.defineProperty(services.journal, 'failure', { get: () => null, set() {} });
    },
  },
  {
    name: 'forgets that VMs end',
    services(services) {
      services.executor.close();
      Object.assign(services.executor, { expireIn: () => undefined });
    },
  },
];
