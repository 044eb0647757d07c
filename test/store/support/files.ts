/** The files of a store, for tests that damage them. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder } from './folders.js';

export const TAIL = 'rampart.tail';
export const TABLES = 'rampart.mdb';
export const MARKER = 'rampart.json';
export const LOCK = 'rampart.lock';

/** What a start would find if the process had been killed now. The lock is that of a living process and stays behind. */
export function copyOf(folder: string): string {
  const copy = freshFolder();
  for (const name of readdirSync(folder))
    if (name !== LOCK && name !== `${TABLES}-lock`) copyFileSync(join(folder, name), join(copy, name));
  return copy;
}

export const bytesOf = (folder: string, name: string): Buffer => readFileSync(join(folder, name));

export function change(folder: string, name: string, how: (bytes: Buffer) => void): void {
  const bytes = bytesOf(folder, name);
  how(bytes);
  writeFileSync(join(folder, name), bytes);
}

export function flip(bytes: Buffer, at: number): void {
  bytes[at] = (bytes[at] ?? 0) ^ 0x40;
}
