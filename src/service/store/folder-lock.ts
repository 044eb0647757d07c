/**
 * One process per folder. The lock is a file that says who: process, when that process started, on which running of which machine. It is
 * touched every few seconds, which is what another machine (or container) with the same folder has to go by.
 */
import { closeSync, linkSync, openSync, readFileSync, renameSync, statSync, unlinkSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { bootId } from './boot-id.js';
import { errnoOf, Refused } from './store-refusal.js';

const LOCK = 'rampart.lock';
const TOUCH_MS = 5000;
/** A lock of another machine that was not touched for so long is of one that is gone. */
const STALE_MS = 30_000;

interface Owner {
  readonly pid: number;
  /** Ticks since the machine started, '' where the system does not say. */
  readonly started: string;
  readonly boot: string;
  readonly host: string;
}

export interface FolderLock {
  release(): void;
}

/** Throws Refused where another process has it. */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, LOCK);
  const own = JSON.stringify(thisProcess());
  if (!create(path, own)) {
    const owner = readOwner(path);
    if (owner !== null && isAlive(owner.text, path)) throw lockedBy(owner.text, path);
    takeOver(path, own, owner?.text ?? null);
  }
  const timer = setInterval(() => touch(path), TOUCH_MS).unref();
  return {
    release: () => {
      clearInterval(timer);
      if (readOwner(path)?.text === own) unlinkSync(path);
    },
  };
}

function create(path: string, text: string): boolean {
  try {
    const fd = openSync(path, 'wx');
    writeSync(fd, text);
    closeSync(fd);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Two processes may find the same stale lock. What is moved away is looked at again: if it is a fresh one of the other, it goes back. */
function takeOver(path: string, own: string, stale: string | null): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  const moved = readOwner(aside);
  if (moved !== null && moved.text !== stale) {
    linkIfFree(aside, path);
    unlinkSync(aside);
    throw lockedBy(moved.text, path);
  }
  if (moved !== null) unlinkSync(aside);
  if (!create(path, own)) throw lockedBy(readOwner(path)?.text ?? '', path);
}

function linkIfFree(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function readOwner(path: string): { readonly text: string } | null {
  try {
    return { text: readFileSync(path, 'utf8') };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function isAlive(text: string, path: string): boolean {
  const owner = parseOwner(text);
  // Not even written whole: its process was killed while it wrote, or writes just now.
  if (owner === null) return Date.now() - statSync(path).mtimeMs < TOUCH_MS;
  if (owner.host !== hostname()) return Date.now() - statSync(path).mtimeMs < STALE_MS;
  if (owner.boot !== bootId()) return false;
  const started = startOf(owner.pid);
  return started === null ? false : owner.started === '' || started === '' || started === owner.started;
}

function parseOwner(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

function thisProcess(): Owner {
  return { pid: process.pid, started: startOf(process.pid) ?? '', boot: bootId(), host: hostname() };
}

/** null: there is no such process. A number may have gone to another process since, so when it started counts too. */
function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return null;
  }
  try {
    // The name in parentheses may hold anything; the 20th field after it is the start.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function lockedBy(text: string, path: string): Refused {
  const owner = parseOwner(text);
  const isElsewhere = owner !== null && owner.host !== hostname();
  const who = owner === null ? 'another process' : `process ${owner.pid}${isElsewhere ? ` on ${owner.host}` : ''}`;
  const wait = isElsewhere ? `, or wait: it counts as gone ${STALE_MS / 1000} s after its last sign of life` : '';
  return new Refused(
    'locked',
    `${who} has this folder open`,
    `stop it, or choose another folder; if there is no such process any more, remove ${path}${wait}`,
  );
}

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A disk that takes nothing shows in the commits.
  }
}
