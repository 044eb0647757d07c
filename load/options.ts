/** Flags of `npm run load`. */
import { parseArgs } from 'node:util';

export interface LoadOptions {
  /** A running service to measure; null starts one, and a baseline beside it. */
  readonly url: string | null;
  readonly token: string | null;
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second over all connections; null as many as come back. */
  readonly rate: number | null;
}

const USAGE = `npm run load -- [flags]: the main job, POST …/hypervisor-writes, beside a bare server of the same shape
  --rounds 9        rounds, each a turn of both
  --seconds 2       seconds of a turn
  --connections 50  connections at a time
  --rate N          requests per second, for latencies that are corrected for coordinated omission
  --url URL         measure this running instance on this machine, without a baseline
  --token TOKEN     its token`;

/** The options, or what is wrong with them. */
export function readOptions(argv: readonly string[]): LoadOptions | string {
  const text = { type: 'string' } as const;
  const options = {
    url: text,
    token: text,
    rounds: text,
    seconds: text,
    connections: text,
    rate: text,
    help: { type: 'boolean' },
  } as const;
  let values;
  try {
    ({ values } = parseArgs({ args: [...argv], options }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  if (values.help === true) return USAGE;
  const wrong: string[] = [];
  const count = (name: 'rounds' | 'seconds' | 'connections' | 'rate', fallback: number, most: number): number => {
    const given = values[name];
    const value = given === undefined ? fallback : Number(given);
    if (!Number.isInteger(value) || value < 1 || value > most) wrong.push(`--${name} wants a whole number from 1 to ${most}`);
    return value;
  };
  const read: LoadOptions = {
    url: values.url ?? null,
    token: values.token ?? null,
    rounds: count('rounds', 9, 1000),
    seconds: count('seconds', 2, 600),
    connections: count('connections', 50, 5000),
    rate: values.rate === undefined ? null : count('rate', 1, 1_000_000),
  };
  if (read.url !== null && !isLoopback(read.url)) wrong.push('--url wants an http address of this machine (127.0.0.1, [::1] or localhost)');
  return wrong.length === 0 ? read : wrong.join('\n');
}

/** Load goes to this machine only: a mistyped address must not become an attack on somebody. */
function isLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'http:' && /^(127(\.\d+){3}|localhost|\[::1\])$/.test(url.hostname);
}
