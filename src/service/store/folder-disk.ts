/** The two files of the engine in a folder. */
import { close, constants, fdatasync, fsync, ftruncate, open, readFileSync, rmSync, statSync, write, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DiskAccess, EngineDisk, TableFile, TailFile } from './engine-disk.js';
import { goBackTo, problemIn, readMetas } from './lmdb-file.js';
import { DAMAGE_HINT, Refused } from './store-refusal.js';
import { scanTail } from './tail-frame.js';
import { readHeader } from './tail-header.js';
import { Tables } from './tables.js';

/** What making a store takes at most: a store without its marker that has more was once a whole one. */
const MAKING_TRANSACTIONS_MAX = 16;
const MAKING_GENERATIONS_MAX = 2;

export class FolderDisk implements EngineDisk {
  readonly name: string;
  private readonly tables: string;
  private readonly tail: string;

  constructor(folder: string) {
    this.name = folder;
    this.tables = join(folder, 'rampart.mdb');
    this.tail = join(folder, 'rampart.tail');
  }

  /** Whether the files hold nothing: there are none, or a start was cut short while it made them. Throws Refused where they are something else. */
  isUnmade(): boolean {
    const [newest] = bytesAt(this.tables) === 0 ? [null] : readMetas(this.tables);
    if (newest === undefined) throw foreign(this.tables);
    if (bytesAt(this.tail) === 0) return newest === null || newest.transaction <= MAKING_TRANSACTIONS_MAX;
    const tail = readFileSync(this.tail);
    const header = readHeader(tail)?.header ?? null;
    if (header === null) throw foreign(this.tail);
    if (header.generation > MAKING_GENERATIONS_MAX || (newest !== null && newest.transaction > MAKING_TRANSACTIONS_MAX)) return false;
    const { frames, rest } = scanTail(tail, header.generation);
    return rest.kind === 'nothing' && frames.every(({ records }) => records === 0);
  }

  removeAll(): void {
    for (const path of [this.tables, `${this.tables}-lock`, this.tail]) rmSync(path, { force: true });
  }

  readTail(): Buffer | null {
    return statSync(this.tail, { throwIfNoEntry: false }) === undefined ? null : readFileSync(this.tail);
  }

  openTail(): Promise<TailFile> {
    return openFile(this.tail);
  }

  makeTables(): Promise<TableFile> {
    return Tables.open(this.tables, 'read-write');
  }

  async openTables(transaction: number, access: DiskAccess): Promise<TableFile> {
    const path = this.tables;
    if (bytesAt(path) === 0) throw new Refused('damaged', `${path} is missing or empty`, DAMAGE_HINT);
    const metas = readMetas(path);
    const meta = metas.find((each) => each.transaction === transaction);
    if (meta === undefined) throw new Refused('damaged', `${path} is not whole, or not the file that goes with ${this.tail}`, DAMAGE_HINT);
    const problem = problemIn(path, meta);
    if (problem !== null) throw new Refused('damaged', `${path}: ${problem}`, DAMAGE_HINT);
    if (meta !== metas[0]) {
      if (access === 'read-only') throw new Refused('damaged', `the last stop left ${path} to be repaired`, 'start the service on it once');
      goBackTo(path, meta);
    }
    return Tables.open(path, access);
  }
}

/** So much is in the page cache sooner than the event loop comes round. */
const WRITE_NOW_BYTES = 2 ** 17;

const bytesAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

const foreign = (path: string): Refused =>
  new Refused('not-a-store', `${path} is no file of a Rampart store`, 'choose another folder, or move the file away');

const call = {
  open: promisify(open),
  close: promisify(close),
  fdatasync: promisify(fdatasync),
  fsync: promisify(fsync),
  ftruncate: promisify(ftruncate),
};

async function openFile(path: string): Promise<TailFile> {
  const fd = await call.open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  return {
    write: async (bytes, at, pace) => {
      const some = pace === 'now' && bytes.length <= WRITE_NOW_BYTES ? writeNow : writeSome;
      for (let done = 0; done < bytes.length; ) done += await some(fd, bytes, done, at + done);
    },
    cut: async (length) => {
      await call.ftruncate(fd, length);
      await call.fsync(fd);
    },
    sync: () => call.fdatasync(fd),
    close: () => call.close(fd),
  };
}

const writeNow = (fd: number, bytes: Buffer, from: number, at: number): number => writeSync(fd, bytes, from, bytes.length - from, at);

function writeSome(fd: number, bytes: Buffer, from: number, at: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, from, bytes.length - from, at, (error, written) => (error === null ? resolve(written) : reject(error)));
  });
}
