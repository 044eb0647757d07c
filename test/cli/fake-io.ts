/** A terminal that remembers. */
import { setImmediate } from 'node:timers/promises';
import type { Io } from '../../src/cli/io.js';
import { run } from '../../src/cli/program.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was written as bytes, by file; standard output is ''. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly colour?: boolean;
  readonly input?: string | Uint8Array;
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
  readonly width?: number;
  /** Standard error is a terminal. */
  readonly showsProgress?: boolean;
  /** Files by their names. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export async function rampart(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, colour = false, input = '', isTerminal = false, signal = new AbortController().signal, width = 80 } = options;
  const { showsProgress = false, inputs = {} } = options;
  const gone = (path: string): Error => Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open', path });
  let out = '';
  let err = '';
  const files = new Map<string, Uint8Array>();
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    drained: () => setImmediate(),
    env,
    colour,
    isTerminal,
    width,
    showsProgress,
    size(file) {
      const given = file === null ? null : inputs[file];
      if (given === undefined) return Promise.reject(gone(file ?? ''));
      return Promise.resolve(given === null ? null : Buffer.byteLength(given));
    },
    async *read(file) {
      const given = file === null ? input : inputs[file];
      if (given === undefined) throw gone(file ?? '');
      const bytes = typeof given === 'string' ? new TextEncoder().encode(given) : given;
      // In pieces that cut characters in two.
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
      await setImmediate();
    },
    write: (file, bytes) => (files.set(file ?? '', bytes), Promise.resolve()),
    signal,
  };
  const code = await run(argv, io);
  return { code, out, err, files };
}
