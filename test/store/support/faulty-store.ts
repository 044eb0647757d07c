/**
 * A store on a simulated disk, for tests that have the disk fail and the power go at will: the real engine over a tail file of bytes and over
 * tables in memory. What is written is there for readers at once and on the disk only when it is synced; a power cut keeps of the rest what
 * the seed says. After a sync that failed the page cache calls clean what the disk may not have, as Linux does. Deterministic: no clock, no
 * chance.
 */
import type { DiskAccess, EngineDisk, TableFile, TailFile } from '../../../src/service/store/engine-disk.js';
import { makeStoreOn, openStoreOn } from '../../../src/service/store/store-on-disk.js';
import { Refused, StoreFailure, type StoreFailureCode, type StoreRefusal } from '../../../src/service/store/store-refusal.js';
import type { Store, SyncMode } from '../../../src/service/store/store.js';
import { SECTOR_BYTES } from '../../../src/service/store/tail-frame.js';
import type { Upgrade } from '../../../src/service/store/upgrade.js';
import { FaultyTables, type Transaction } from './faulty-tables.js';
import { randomFrom } from './random.js';

export interface Fault {
  /** The n-th call of the disk from when the plan is made, from 1: each write, cut and sync of a file is one. */
  readonly call: number;
  readonly code: Exclude<StoreFailureCode, 'closed'>;
  /** How many calls fail from then on; Infinity until `repair`. */
  readonly calls?: number;
  /** Of a write that fails, this share gets into the file; of the sync of a cut, the new length gets to the disk from a half on. */
  readonly part?: number;
  /** Called as it happens. */
  readonly then?: () => void;
}

export interface FaultyDiskOptions {
  readonly mode?: SyncMode;
  readonly checkpointBytes?: number;
  /** How many turns of the event loop the next call takes; none where it is left out. */
  readonly turns?: () => number;
}

/** The one disk of a simulated machine; stores on it come and go, one at a time. */
export class FaultyDisk implements EngineDisk {
  readonly name = 'the simulated disk';
  /** Calls of the disk so far. */
  calls = 0;
  /** Newest last. Readers see it; on the disk are those that are synced. */
  transactions: Transaction[] = [];
  /** What the page cache has of the tail file; null: there is none. */
  private file: Buffer | null = null;
  /** What the disk has. */
  private durable = Buffer.alloc(0);
  /** Sectors that the disk may have: written and not synced yet. */
  private readonly dirty = new Map<number, Buffer>();
  /** The same after a sync that failed: no later sync writes them. */
  private readonly lost = new Map<number, Buffer>();
  private faults: readonly Fault[] = [];
  private epochs = 0;
  private boots = 1;
  private openings = 0;
  private made = false;

  constructor(private readonly options: FaultyDiskOptions = {}) {}

  /** From the next call on. */
  fail(...faults: readonly Fault[]): void {
    this.faults = faults.map((fault) => ({ ...fault, call: fault.call + this.calls }));
  }

  repair(): void {
    this.faults = [];
  }

  /** The store as the next start of the service finds it; the one before is as good as killed. Faults that are planned count here too. */
  async open(upgrades: readonly Upgrade[] = []): Promise<Store | StoreRefusal> {
    const { mode = 'always', checkpointBytes = 20_000 } = this.options;
    const settings = { mode, intervalMs: 2 ** 30, bytesMax: Infinity, checkpointBytes, boot: `boot ${this.boots}` };
    const contents = { access: 'read-write', newEpoch: () => `e${++this.epochs}`, upgrades, release: () => undefined } as const;
    const disk = this.during(++this.openings);
    try {
      const store = await (this.made
        ? openStoreOn(disk, settings, contents)
        : makeStoreOn(disk, settings, contents, '2024-01-01T00:00:00.000Z'));
      this.made = true;
      return store;
    } catch (error) {
      if (error instanceof Refused) return error.refusal;
      throw error;
    }
  }

  /** Power fails: of each sector and transaction that is not synced, the old or the new content is there. */
  powerCut(seed: number): this {
    const random = randomFrom(seed);
    const found = [...this.lost, ...this.dirty].filter(() => random() < 0.5);
    const bytes = Buffer.alloc(Math.max(this.durable.length, ...found.map(([at, sector]) => at + sector.length)));
    this.durable.copy(bytes);
    for (const [at, sector] of found) sector.copy(bytes, at);
    this.file = this.file === null ? null : bytes;
    this.durable = Buffer.from(bytes);
    this.dirty.clear();
    this.lost.clear();
    // The head of a transaction may be there without its body; which of its parts are, nobody can say.
    this.transactions = this.transactions.filter(({ synced }) => synced);
    this.boots++;
    return this;
  }

  /** As an opening sees the disk, until the next one. */
  private during(opening: number): EngineDisk {
    return {
      name: this.name,
      readTail: () => this.readTail(),
      openTail: () => this.openTail(),
      makeTables: () => this.makeTables(),
      openTables: async (transaction, access) => {
        await this.turn(opening);
        return this.openTables(transaction, access);
      },
    };
  }

  readTail(): Buffer | null {
    return this.file;
  }

  openTail(): Promise<TailFile> {
    const opening = this.openings;
    this.file ??= Buffer.alloc(0);
    return Promise.resolve({
      write: async (bytes, at) => {
        await this.turn(opening);
        this.write(bytes, at);
      },
      cut: async (length) => {
        await this.turn(opening);
        this.cut(length);
      },
      sync: async () => {
        await this.turn(opening);
        this.syncTail('sync of the tail');
      },
      close: () => Promise.resolve(),
    });
  }

  makeTables(): Promise<TableFile> {
    this.transactions = [{ number: 0, tables: new Map(), synced: true }];
    return Promise.resolve(this.tablesOf(0));
  }

  openTables(transaction: number, _access: DiskAccess): Promise<TableFile> {
    const at = this.transactions.findIndex(({ number }) => number === transaction);
    if (at === -1) return Promise.reject(new Refused('damaged', `transaction ${transaction} is gone`, 'none'));
    this.transactions.splice(at + 1);
    return Promise.resolve(this.tablesOf(at));
  }

  /** One call of the disk. Throws where it is planned to fail. */
  call(what: string): void {
    const fault = this.nextFault();
    if (fault !== null) throw failed(fault, what, this.calls);
  }

  /** A store that was killed does nothing any more. */
  private async turn(opening: number): Promise<void> {
    await Promise.resolve();
    for (let left = this.options.turns?.() ?? 0; left > 0; left--) await new Promise((resolve) => void setImmediate(resolve));
    this.mustBe(opening);
  }

  private mustBe(opening: number): void {
    if (opening !== this.openings) throw new StoreFailure('closed', 'this store was killed');
  }

  private tablesOf(at: number): TableFile {
    const opening = this.openings;
    return new FaultyTables(this, at, { turn: () => this.turn(opening), now: () => this.mustBe(opening) });
  }

  private write(bytes: Buffer, at: number): void {
    const fault = this.nextFault();
    const kept = fault === null ? bytes.length : Math.floor(bytes.length * (fault.part ?? 0));
    const before = this.file ?? Buffer.alloc(0);
    const grown = Buffer.alloc(Math.max(before.length, at + kept));
    before.copy(grown);
    bytes.copy(grown, at, 0, kept);
    this.file = grown;
    for (let sector = at; sector < at + kept; sector += SECTOR_BYTES) {
      this.dirty.set(sector, Buffer.from(grown.subarray(sector, Math.min(sector + SECTOR_BYTES, at + kept))));
      this.lost.delete(sector);
    }
    if (fault !== null) throw failed(fault, 'write', this.calls);
  }

  private cut(length: number): void {
    this.call('cut');
    this.file = Buffer.from((this.file ?? Buffer.alloc(0)).subarray(0, length));
    for (const [at, sector] of this.dirty) {
      if (at < length) continue;
      this.dirty.delete(at);
      this.lost.set(at, sector);
    }
    // The length of a file and what is in it get to the disk on different ways: a sync that fails may have done the one and not the other.
    if ((this.faultAt(this.calls + 1)?.part ?? 0) >= 0.5) this.durable = Buffer.from(this.durable.subarray(0, length));
    this.syncTail('sync of a cut');
    this.durable = Buffer.from(this.durable.subarray(0, length));
    for (const at of this.lost.keys()) if (at >= length) this.lost.delete(at);
  }

  private syncTail(what: string): void {
    const fault = this.nextFault();
    if (fault !== null) {
      for (const [at, sector] of this.dirty) this.lost.set(at, sector);
      this.dirty.clear();
      throw failed(fault, what, this.calls);
    }
    const bytes = Buffer.alloc(Math.max(this.durable.length, ...[...this.dirty].map(([at, sector]) => at + sector.length)));
    this.durable.copy(bytes);
    for (const [at, sector] of this.dirty) sector.copy(bytes, at);
    this.durable = bytes;
    this.dirty.clear();
  }

  private nextFault(): Fault | null {
    const fault = this.faultAt(++this.calls);
    fault?.then?.();
    return fault;
  }

  private faultAt(call: number): Fault | null {
    return this.faults.find(({ call: first, calls = 1 }) => call >= first && call < first + calls) ?? null;
  }
}

function failed({ code }: Fault, what: string, call: number): StoreFailure {
  return new StoreFailure(code, `simulated ${code} at call ${call} (${what})`);
}
