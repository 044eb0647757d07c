/** `npm run bench`: measures, prints, and keeps the figures in bench/results/. `-- --rounds N` for more or fewer than 9. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { benchCore } from './core.js';

const RESULTS = fileURLToPath(new URL('results/core.json', import.meta.url));

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds wants a whole number from 1');

const machine = { processor: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
const results = { measured: new Date().toISOString(), machine, rounds, ...benchCore(rounds) };
const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);
writeFileSync(RESULTS, `${JSON.stringify(results, rounded, 2)}\n`);
