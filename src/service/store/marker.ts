/** `rampart.json`: what the folder is, in a form that people and every other version of the program can read. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreIdentity } from './contents.js';
import { errnoOf, Refused } from './store-refusal.js';

export const MARKER = 'rampart.json';

/** null: there is none. Throws Refused where it is something else. */
export function readMarker(folder: string): StoreIdentity | null {
  const path = join(folder, MARKER);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
  const marker = parse(text);
  if (!isIdentity(marker)) throw new Refused('not-a-store', `${path} is not what a Rampart store begins with`, 'choose another folder');
  return marker;
}

export function writeMarker(folder: string, { version, epoch, created }: StoreIdentity): void {
  const path = join(folder, MARKER);
  const fd = openSync(`${path}.new`, 'w');
  writeSync(fd, `${JSON.stringify({ what: 'Rampart store', version, epoch, created }, null, 2)}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(`${path}.new`, path);
  syncFolder(folder);
}

/** Names of new files are on disk only with their folder. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is StoreIdentity {
  return typeof value === 'object' && value !== null && 'version' in value && typeof value.version === 'number' && 'epoch' in value;
}
