/** The process of the command `rampart`: standard streams, signals, the exit code. `serve` becomes the service itself. */
import { createReadStream } from 'node:fs';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import type { Io } from './cli/io.js';
import { run } from './cli/program.js';

const WIDTH_DEFAULT = 80;

if (process.argv[2] === 'serve') {
  process.argv.splice(2, 1);
  await import('./main.js');
} else {
  process.exitCode = await run(process.argv.slice(2), standardIo());
}

function standardIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  // Whoever reads has seen enough, as in `rampart tail | head`.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    async drained() {
      if (stdout.writableNeedDrain) await once(stdout, 'drain');
    },
    env,
    colour: stdout.isTTY && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb',
    isTerminal: stdout.isTTY,
    width: stdout.isTTY ? stdout.columns : WIDTH_DEFAULT,
    showsProgress: stderr.isTTY,
    size: async (file) => (file === null ? null : (await stat(file)).size),
    read: (file) => (file === null ? stdin : createReadStream(file)),
    async write(file, bytes) {
      if (file !== null) return writeFile(file, bytes);
      if (!stdout.write(bytes)) await once(stdout, 'drain');
    },
    signal: stop.signal,
  };
}
