/** `npx tsx bench/decode.ts`: time of 10 MB of log, mostly lines that say nothing, and nothing but RMP dumps. */
import { decodeLog } from '../src/decode/index.js';

const BYTES = 10_000_000;
const ROUNDS = 5;

const ordinary = (i: number): string =>
  `[${(i / 1000).toFixed(6).padStart(13)}] systemd[1]: Started a job that has nothing to do with memory, number ${i}.`;
const dump = (i: number): string =>
  `[${(i / 1000).toFixed(6).padStart(13)}] SEV-SNP: PFN: 0x${(0x10_0000 + i).toString(16)}, [0x8000000000000005 - 0x0000000000000000]`;

function logOf(line: (i: number) => string): string {
  const lines: string[] = [];
  for (let bytes = 0, i = 0; bytes < BYTES; i++) {
    const text = line(i);
    lines.push(text);
    bytes += text.length + 1;
  }
  return lines.join('\n');
}

for (const [name, line] of [
  ['one dump in 50 lines', (i: number) => (i % 50 === 0 ? dump : ordinary)(i)],
  ['dumps only', dump],
] as const) {
  const text = logOf(line);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    const { totalLines } = decodeLog(text);
    times.push(performance.now() - begun);
    if (totalLines < BYTES / 200) throw new Error('the log was not read');
  }
  const median = times.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  console.log(`${name}: ${(text.length / 1e6).toFixed(1)} MB in ${median.toFixed(0)} ms (median of ${ROUNDS})`);
}
