/** Records as the service makes them, numbered as a store wants them; what is in them is made up. */
import type { Delta, Snapshot } from '../../../src/core/index.js';
import type { Batch, JournalRecord, KeptAnswer, Store, StoredEvent, VmRow, VmSnapshot } from '../../../src/service/store/store.js';

const DELTA: Delta = {
  fromCreation: false,
  state: 'running',
  seq: 3,
  operations: 2,
  counters: {
    faults: { RETRY: 0, KILL: 0, PAGE_SPLIT: 1, FORCE_SHARED: 0, NONE: 0, notPresent: 0, protection: 0 },
    splits: 1,
    directMapSplits: 0,
    signals: { SIGBUS: 0, SIGSEGV: 0 },
    nestedFaults: 0,
    leakedPages: 0,
  },
  inject: null,
  rmp: [
    [512, Buffer.from('an entry').toString('base64')],
    [513, null],
  ],
  leaves: [],
  contents: [],
};

export const snapshotAt = (seq: number): Snapshot =>
  // The store does not look into a configuration.
  ({ version: 1, config: { name: 'made up' } as unknown as Snapshot['config'], delta: { ...DELTA, fromCreation: true, seq } });

export interface Wanted {
  readonly events?: number;
  readonly answer?: KeptAnswer | null;
  /** Length of the text of each event. */
  readonly text?: string;
}

/** Continues a store's numbers. */
export class RecordMaker {
  private number: number;
  private position: number;
  private vmNumber = 0;
  private readonly rows = new Map<string, VmRow>();

  constructor({ record, position }: { readonly record: number; readonly position: number } = { record: 0, position: 0 }) {
    this.number = record;
    this.position = position;
  }

  create(vm: string): JournalRecord {
    const row: VmRow = {
      id: vm,
      number: ++this.vmNumber,
      createdAt: '2024-05-01T00:00:00.000Z',
      description: { name: `Größe ${vm}`, labels: { a: 'b' } },
    };
    this.rows.set(vm, row);
    return { ...this.record(vm, {}), op: 'create', command: null, created: { row, snapshot: snapshotAt(1) }, delta: null };
  }

  write(vm: string, wanted: Wanted = {}): JournalRecord {
    return this.record(vm, wanted);
  }

  delete(vm: string): JournalRecord {
    return { ...this.record(vm, {}), op: 'delete', command: '{"op":"delete","cause":"request"}' };
  }

  snapshot(vm: string, record: number): VmSnapshot {
    const row = this.rows.get(vm);
    if (row === undefined) throw new Error(`${vm} was never made`);
    return { row, snapshot: snapshotAt(record), record };
  }

  private record(vm: string, { events = 1, answer = null, text = 'x' }: Wanted): JournalRecord {
    const number = ++this.number;
    const made = Array.from({ length: events }, (): StoredEvent => {
      const position = ++this.position;
      return {
        position,
        seq: position,
        type: position % 2 === 0 ? 'fault' : 'rmp-updated',
        json: JSON.stringify({ vm, position, text: `${text} "quoted"\n` }),
      };
    });
    return {
      number,
      rules: 1,
      vm,
      op: 'hypervisor-write',
      at: new Date(Date.UTC(2024, 4, 1) + number * 1000).toISOString(),
      requestId: number % 3 === 0 ? null : `r-${number}`,
      command: JSON.stringify({ op: 'hypervisor-write', number }),
      operationsBefore: number,
      created: null,
      check: number.toString(16).padStart(64, '0'),
      delta: DELTA,
      events: made,
      answer,
    };
  }
}

export function answerFor(scope: string, at = 1_700_000_000_000): KeptAnswer {
  return { scope, bodyHash: 'ab'.repeat(32), status: 201, headers: { location: `/v1/vms/${scope}` }, body: '{"id":"vm-é"}', at };
}

export const batch = (...records: readonly JournalRecord[]): Batch => ({ records });

/** Everything that a store gives, for comparing. */
export function contentsOf(store: Store): unknown {
  return {
    head: store.head,
    vms: [...store.vms()],
    records: [...store.recordsAfter(0)],
    events: [...store.eventsAfter(0)],
    answers: [...store.answers()].sort((a, b) => (a.scope < b.scope ? -1 : 1)),
  };
}
