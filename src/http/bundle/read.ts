/** The bytes of a bundle → what they say, or why they are none. First the version and the checksum, then line by line. */
import { createHash } from 'node:crypto';
import { type Bundle, type BundleRefusal, DAMAGED_HINT, NEWER_HINT, type RawDelta, refuseBundle } from '../../service/bundle-admission.js';
import { Breather } from '../../service/breather.js';
import { RULES_VERSION } from '../../service/durable-journal.js';
import type { VmLabels } from '../../service/machines.js';
import { parseJsonText } from '../json-body.js';
import { isRefusal } from '../problem.js';
import { isCommandForm } from './commands.js';
import { BUNDLE_FORMAT, BUNDLE_VERSION, type BundleLimits, CHECKSUM_LINE_BYTES, checksumLine, Header, LINE_BYTES_MAX } from './format.js';
import type { MachineConfig } from '../../core/index.js';
import { LABELS_MAX } from '../schemas/vm-words.js';

export interface ReadBundle {
  readonly bundle: Bundle;
  readonly labels: VmLabels;
}

const NEWLINE = 0x0a;
/** Bytes that are hashed in one go. */
const HASH_BYTES = 2 ** 20;

export async function readBundle(bytes: Buffer, limits: Pick<BundleLimits, 'commandsMax'>): Promise<ReadBundle | BundleRefusal> {
  const breather = new Breather();
  const firstEnd = bytes.indexOf(NEWLINE);
  const first = firstEnd < 0 || firstEnd > LINE_BYTES_MAX ? undefined : valueOf(bytes.toString('utf8', 0, firstEnd));
  const objection = objectionToKind(first);
  if (objection !== null) return objection;
  const end = bytes.length - CHECKSUM_LINE_BYTES;
  if (end <= firstEnd) return damaged('it ends before its checksum');
  const checksum = await checksumOf(bytes.subarray(0, end), breather);
  if (bytes.toString('latin1', end) !== checksumLine(checksum))
    return damaged('its bytes do not match the checksum at its end, or it has no end');
  const header = headerOf(first);
  if ('rejected' in header) return header;
  if (header.commands > limits.commandsMax) {
    return refuseBundle(
      'limit-exceeded',
      `${header.commands} commands; a bundle has at most ${limits.commandsMax}`,
      'export the VM again with ?history=false: then there is nothing to replay',
    );
  }
  // As it is written: the digest is over its text, and the schema may have put its fields in another order.
  const { config } = first as { readonly config: MachineConfig };
  const body = new Body(header, config);
  for (let at = firstEnd + 1, number = 2; at < end; number++) {
    const lineEnd = bytes.indexOf(NEWLINE, at);
    const what = lineEnd - at > LINE_BYTES_MAX ? 'is too long' : body.take(bytes.toString('utf8', at, lineEnd));
    if (what !== null) return damaged(`line ${number} ${what}`);
    at = lineEnd + 1;
    const pause = breather.pause();
    if (pause !== null) await pause;
  }
  return body.whole(checksum);
}

const damaged = (detail: string): BundleRefusal => refuseBundle('bundle-damaged', detail, DAMAGED_HINT);

/** undefined: no JSON, or one with a key twice or a forbidden one. */
function valueOf(line: string): unknown {
  const parsed = parseJsonText(line);
  return isRefusal(parsed) ? undefined : parsed.value;
}

function objectionToKind(first: unknown): BundleRefusal | null {
  if (typeof first !== 'object' || first === null || !('format' in first) || first.format !== BUNDLE_FORMAT || !('version' in first))
    return damaged('it does not begin as a bundle does');
  const { version } = first;
  if (version === BUNDLE_VERSION) return null;
  if (!Number.isSafeInteger(version) || (version as number) < 1) return damaged('its version is none');
  return refuseBundle(
    'bundle-newer',
    `the bundle has version ${String(version)}, this service reads versions up to ${BUNDLE_VERSION}`,
    NEWER_HINT,
  );
}

async function checksumOf(bytes: Buffer, breather: Breather): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASH_BYTES) {
    hash.update(bytes.subarray(at, at + HASH_BYTES));
    const pause = breather.pause();
    if (pause !== null) await pause;
  }
  return hash.digest('hex');
}

function headerOf(first: unknown): Header | BundleRefusal {
  const parsed = Header.safeParse(first);
  if (parsed.success) {
    const { vm } = parsed.data;
    return Object.keys(vm.labels).length <= LABELS_MAX ? parsed.data : damaged(`its VM has more than ${LABELS_MAX} labels`);
  }
  const [issue] = parsed.error.issues;
  const detail = `its header has a wrong ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`.slice(0, 300);
  const { rulesVersion } = first as { readonly rulesVersion?: unknown };
  if (typeof rulesVersion !== 'number' || rulesVersion <= RULES_VERSION) return damaged(detail);
  return refuseBundle('bundle-newer', `${detail}; it was written under rules ${rulesVersion}, these are ${RULES_VERSION}`, NEWER_HINT);
}

/** The parts of a bundle, in their order. */
const PARTS = ['origin', 'snapshot', 'command', 'state'] as const;
type Part = (typeof PARTS)[number];

class Body {
  private part = 0;
  private readonly deltas = new Map<Part, Record<string, unknown>>();
  private readonly commands: string[] = [];

  constructor(
    private readonly header: Header,
    private readonly config: MachineConfig,
  ) {}

  /** What is wrong with the line; null: it is taken. */
  take(line: string): string | null {
    const value = valueOf(line);
    if (!Array.isArray(value)) return 'is no part of a bundle';
    const [name, ...rest] = value as unknown[];
    const part = PARTS.indexOf(name as Part);
    if (part < this.part) return 'is no part of a bundle, or comes too late';
    this.part = part;
    if (name === 'command') return this.takeCommand(rest);
    return this.takeDelta(name as Part, rest);
  }

  whole(checksum: string): ReadBundle | BundleRefusal {
    const { header, commands, config } = this;
    const { vm, base, digest, rulesVersion } = header;
    const state = this.deltas.get('state');
    const snapshot = this.deltas.get('snapshot') ?? null;
    const origin = this.deltas.get('origin') ?? null;
    if (state === undefined) return damaged('it has no state');
    if (commands.length !== header.commands) return damaged(`it has ${commands.length} commands, its header says ${header.commands}`);
    if ((base === 'snapshot') !== (snapshot !== null) || (base === 'state' && (origin !== null || commands.length > 0)))
      return damaged(`its commands do not begin where its header says: at its ${base}`);
    const { name, labels, ttlSeconds, memory } = vm;
    return {
      bundle: { rulesVersion, config, vm, base, digest, checksum, origin, snapshot, commands, state },
      labels: { name, labels, ttlSeconds, memory },
    };
  }

  private takeCommand(rest: readonly unknown[]): string | null {
    const [command] = rest;
    if (rest.length !== 1) return 'is no command';
    // Of other rules, so that nobody carries it out here.
    if (this.header.rulesVersion === RULES_VERSION && !isCommandForm(command)) return 'is no command that this service knows';
    this.commands.push(JSON.stringify(command));
    return null;
  }

  private takeDelta(part: Part, rest: readonly unknown[]): string | null {
    const [first, entries] = rest;
    const known = this.deltas.get(part);
    if (known === undefined) {
      if (rest.length !== 1 || typeof first !== 'object' || first === null || Array.isArray(first)) return `does not begin its ${part}`;
      this.deltas.set(part, { ...first } satisfies RawDelta);
      return null;
    }
    if (rest.length !== 2 || typeof first !== 'string' || !Array.isArray(entries) || !Object.hasOwn(known, first))
      return `is no table of its ${part}`;
    const table = known[first];
    if (!Array.isArray(table)) return `is no table of its ${part}`;
    for (const entry of entries as readonly unknown[]) table.push(entry);
    return null;
  }
}
