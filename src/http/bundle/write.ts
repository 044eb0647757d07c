/** A VM → the lines of its bundle. */
import { createHash } from 'node:crypto';
import { type Delta, digestOf, type Snapshot, snapshotOf } from '../../core/index.js';
import { Breather } from '../../service/breather.js';
import { type BundleRefusal, refuseBundle } from '../../service/bundle-admission.js';
import { RULES_VERSION } from '../../service/durable-journal.js';
import type { Histories, History } from '../../service/history.js';
import type { Vm } from '../../service/machines.js';
import {
  BUNDLE_FORMAT,
  BUNDLE_VERSION,
  type BundleLimits,
  CHECKSUM_LINE_BYTES,
  checksumLine,
  ENTRIES_PER_LINE,
  type Header,
} from './format.js';

/** Characters of lines that go out as one piece. */
const CHUNK_CHARACTERS = 2 ** 16;

export interface Written {
  readonly chunks: readonly Buffer[];
  readonly bytes: number;
}

/** A VM at one moment, with what was asked of it until then. */
interface Taken {
  readonly head: Omit<Header, 'base' | 'commands' | 'config'> & Pick<Snapshot, 'config'>;
  readonly origin: Delta | null;
  readonly state: Snapshot;
}

/**
 * The bundle of the VM as it is now. Where the commands are not known any more, or the bundle would be longer than one may be, it begins at a
 * snapshot or has the state alone.
 */
export async function bundleOf(
  vm: Vm,
  histories: Histories | null,
  limits: Pick<BundleLimits, 'bytesMax' | 'commandsMax' | 'regionsMax'>,
): Promise<Written | BundleRefusal> {
  const taken = takenFrom(vm);
  const history = (await histories?.of(vm, limits.commandsMax)) ?? null;
  const { delta } = taken.state;
  const entries = Math.max(delta.rmp.length, delta.leaves.length, delta.contents.length, delta.frames?.length ?? 0);
  if (entries > limits.regionsMax) return tooLarge(`the VM has touched ${entries} regions, and a bundle has at most ${limits.regionsMax}`);
  const told = history === null ? null : await written(taken, history, limits.bytesMax);
  return (
    told ??
    (await written(taken, null, limits.bytesMax)) ??
    tooLarge(`the state alone is longer than a bundle may be, which is ${limits.bytesMax} bytes`)
  );
}

const tooLarge = (detail: string): BundleRefusal =>
  refuseBundle('limit-exceeded', detail, 'raise RAMPART_BUNDLE_BYTES_MAX where that is the limit, or export a smaller VM');

function takenFrom({ id, name, labels, ttlSeconds, memory, machine }: Vm): Taken {
  const state = snapshotOf(machine);
  const { seq, operations } = machine;
  return {
    head: {
      format: BUNDLE_FORMAT,
      version: BUNDLE_VERSION,
      rulesVersion: RULES_VERSION,
      vm: { id, name, labels: { ...labels }, ttlSeconds, memory, seq, operation: operations },
      config: state.config,
      digest: digestOf(machine),
    },
    origin: machine.origin,
    state,
  };
}

/** null: more bytes than there may be. */
async function written(taken: Taken, history: History | null, bytesMax: number): Promise<Written | null> {
  const chunks: Buffer[] = [];
  let open: string[] = [];
  let openLength = 0;
  const hash = createHash('sha256');
  const breather = new Breather();
  let bytes = CHECKSUM_LINE_BYTES;
  for (const line of linesOf(taken, history)) {
    bytes += Buffer.byteLength(line);
    if (bytes > bytesMax) return null;
    hash.update(line);
    open.push(line);
    openLength += line.length;
    if (openLength > CHUNK_CHARACTERS) {
      chunks.push(Buffer.from(open.join('')));
      open = [];
      openLength = 0;
    }
    const pause = breather.pause();
    if (pause !== null) await pause;
  }
  open.push(checksumLine(hash.digest('hex')));
  chunks.push(Buffer.from(open.join('')));
  return { chunks, bytes };
}

function* linesOf({ head, origin, state }: Taken, history: History | null): Iterable<string> {
  const commands = history?.commands ?? [];
  const base = history === null ? 'state' : history.base === 'origin' ? 'origin' : 'snapshot';
  yield `${JSON.stringify({ ...head, base, commands: commands.length })}\n`;
  if (history !== null && origin !== null) yield* deltaLines('origin', origin);
  if (history !== null && history.base !== 'origin') yield* deltaLines('snapshot', history.base.delta);
  for (const text of commands) yield `["command",${text}]\n`;
  yield* deltaLines('state', state.delta);
}

function* deltaLines(name: 'origin' | 'snapshot' | 'state', delta: Delta): Iterable<string> {
  const tables = Object.entries(delta).filter(([, value]) => isTable(value)) as [string, readonly unknown[]][];
  yield `${JSON.stringify([name, { ...delta, ...Object.fromEntries(tables.map(([key]) => [key, []])) }])}\n`;
  for (const [key, entries] of tables) {
    for (let at = 0; at < entries.length; at += ENTRIES_PER_LINE) {
      yield `${JSON.stringify([name, key, entries.slice(at, at + ENTRIES_PER_LINE)])}\n`;
    }
  }
}

const isTable = (value: unknown): boolean => Array.isArray(value) && Array.isArray(value[0]);
