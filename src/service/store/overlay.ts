/** Changes to one table that its file does not have yet, in the order of their keys. */
import type { Key } from './key-values.js';

export class Overlay {
  private readonly changes = new Map<Key, Buffer | null>();
  private sorted: Key[] = [];
  private inOrder = true;

  /** undefined: nothing said about this key. null: removed. */
  get(key: Key): Buffer | null | undefined {
    return this.changes.get(key);
  }

  set(key: Key, value: Buffer | null): void {
    if (!this.changes.has(key)) {
      const last = this.sorted.at(-1);
      if (last !== undefined && last >= key) this.inOrder = false;
      this.sorted.push(key);
    }
    this.changes.set(key, value);
  }

  clear(): void {
    this.changes.clear();
    this.sorted = [];
    this.inOrder = true;
  }

  /** Keys from `from` to `to`, both included; without one of them from the first, to the last. */
  between(from: Key | undefined, to: Key | undefined): readonly Key[] {
    const keys = this.keys();
    const start = from === undefined ? 0 : firstFrom(keys, from);
    let end = to === undefined ? keys.length : firstFrom(keys, to);
    if (to !== undefined && keys[end] === to) end++;
    return keys.slice(start, end);
  }

  /** The key put, not removed, that is nearest at or before the given one. */
  floor(key: Key): Key | undefined {
    const keys = this.keys();
    let at = firstFrom(keys, key);
    if (keys[at] !== key) at--;
    for (; at >= 0; at--) {
      const found = keys[at];
      if (found !== undefined && this.changes.get(found) !== null) return found;
    }
    return undefined;
  }

  private keys(): readonly Key[] {
    if (!this.inOrder) {
      this.sorted.sort(compareKeys);
      this.inOrder = true;
    }
    return this.sorted;
  }
}

export function compareKeys(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function firstFrom(keys: readonly Key[], key: Key): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = keys[middle];
    if (at !== undefined && at < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
