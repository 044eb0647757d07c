/**
 * A bundle → the state of a new VM, or why not. The bundle comes from anywhere: whoever wrote it may have meant to crash the service, to keep it
 * busy, or to have it take a state that no machine can have.
 *
 * - Its states are loaded into machines of their own, thrown away on the first thing that no machine has, and have to give the same forms again.
 * - Its commands are told to such a machine again, in slices and for a limited time, and have to come to the bundle's digest.
 * - Under other rules the same commands may come to something else: then the state is taken as it is, and the VM says so.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  apply,
  type Command,
  createMachine,
  type Delta,
  digestOf,
  isRejection,
  KILL_CAUSES,
  type Machine,
  type MachineConfig,
  type Origin,
  restore,
  type Snapshot,
  snapshotOf,
} from '../core/index.js';
import { Breather } from './breather.js';
import { commandOf } from './command-text.js';
import { RULES_VERSION } from './durable-journal.js';
import { memoryCipher } from './memory-cipher.js';

/** A delta as it was read: an object, of which nothing else is known. */
export type RawDelta = Readonly<Record<string, unknown>>;

export interface Bundle {
  readonly rulesVersion: number;
  readonly config: MachineConfig;
  readonly vm: { readonly id: string; readonly seq: number; readonly operation: number };
  readonly base: 'origin' | 'snapshot' | 'state';
  readonly digest: string;
  readonly checksum: string;
  /** What the VM began with; null: as the configuration says. */
  readonly origin: RawDelta | null;
  /** Where the commands begin, where that is a snapshot. */
  readonly snapshot: RawDelta | null;
  /** As `commandText` writes them; those of this version's rules have been checked for their form. */
  readonly commands: readonly string[];
  readonly state: RawDelta;
}

export interface Admitted {
  readonly snapshot: Snapshot;
  readonly origin: Origin;
}

export interface BundleRefusal {
  readonly rejected: true;
  readonly code: 'bundle-damaged' | 'bundle-newer' | 'bundle-differs' | 'limit-exceeded' | 'too-many-imports';
  readonly pointer: '';
  readonly detail: string;
  readonly hint: string;
}

export function refuseBundle(code: BundleRefusal['code'], detail: string, hint: string): BundleRefusal {
  return { rejected: true, code, pointer: '', detail, hint };
}

export function isRefused(value: object): value is BundleRefusal {
  return 'rejected' in value;
}

export interface AdmissionLimits {
  /** Regions, or pages with contents, of one table of a state. */
  readonly regionsMax: number;
  /** Milliseconds that the replay of the commands may take. */
  readonly replayMsMax: number;
}

export async function admit(bundle: Bundle, limits: AdmissionLimits, now?: () => number): Promise<Admitted | BundleRefusal> {
  const made = createMachine(bundle.config, memoryCipher);
  if (isRejection(made)) return noState(bundle, `its configuration cannot be: ${made.detail}`);
  const states = new States(bundle, snapshotOf(made.machine), limits);
  const taken = states.machineOf('state', bundle.state, null);
  if (isRefused(taken)) return taken;
  const digest = digestOf(taken);
  if (digest !== bundle.digest) return differs(`the state has digest ${digest}, the bundle says ${bundle.digest}`);
  const replays = bundle.rulesVersion === RULES_VERSION;
  const refusal = replays ? await replay(bundle, states, made.machine, new Breather(now), limits) : null;
  if (refusal !== null) return refusal;
  const { vm, rulesVersion, base, commands, checksum } = bundle;
  return {
    snapshot: snapshotOf(taken),
    origin: {
      kind: 'import',
      vm: vm.id,
      seq: vm.seq,
      operation: vm.operation,
      rulesVersion,
      check: replays ? 'replayed' : 'taken',
      base,
      commands: commands.length,
      checksum,
    },
  };
}

/** null: it comes to the same. */
async function replay(
  bundle: Bundle,
  states: States,
  fresh: Machine,
  breather: Breather,
  limits: AdmissionLimits,
): Promise<BundleRefusal | null> {
  if (bundle.base === 'state') return null;
  const machine = states.beginning(fresh);
  if (isRefused(machine)) return machine;
  for (const [i, text] of bundle.commands.entries()) {
    const failed = carryOut(machine, commandOf(text));
    if (failed !== null) return differs(`command ${i + 1} of ${bundle.commands.length} ${failed}`);
    const pause = breather.pause();
    if (pause !== null) await pause;
    if (breather.workedMs > limits.replayMsMax) {
      return refuseBundle(
        'limit-exceeded',
        `after ${limits.replayMsMax} ms, ${i + 1} of ${bundle.commands.length} commands were replayed`,
        'export the VM again with ?history=false: then there is nothing to replay',
      );
    }
  }
  const digest = digestOf(machine);
  return digest === bundle.digest ? null : differs(`the commands come to digest ${digest}, the bundle says ${bundle.digest}`);
}

/** Why it cannot have been a command of this VM; null: it was carried out. What throws here throws on a machine that nobody else has. */
function carryOut(machine: Machine, command: Command): string | null {
  try {
    const result = apply(machine, command);
    return isRejection(result) ? `is refused: ${result.detail}` : null;
  } catch (error) {
    return `cannot be carried out: ${String(error).slice(0, 200)}`;
  }
}

/** The states of a bundle, as machines. */
class States {
  constructor(
    private readonly bundle: Bundle,
    private readonly fresh: Snapshot,
    private readonly limits: AdmissionLimits,
  ) {}

  /** Where the commands begin. */
  beginning(fresh: Machine): Machine | BundleRefusal {
    const { origin: raw, snapshot } = this.bundle;
    if (raw === null) return snapshot === null ? fresh : this.machineOf('snapshot', snapshot, null);
    const began = this.machineOf('origin', raw, null);
    if (isRefused(began)) return began;
    const { delta: origin } = snapshotOf(began);
    return snapshot === null
      ? restore({ ...this.fresh, delta: origin }, memoryCipher, origin)
      : this.machineOf('snapshot', snapshot, origin);
  }

  machineOf(name: string, raw: RawDelta, origin: Delta | null): Machine | BundleRefusal {
    const objection = this.objectionTo(raw);
    if (objection !== null) return 'rejected' in objection ? objection : noState(this.bundle, `its ${name} has ${objection.what}`);
    const { fromCreation, seq, operations, counters } = this.fresh.delta;
    // Counts and numbers are the VM's own and begin anew.
    const delta = { ...(raw as unknown as Delta), fromCreation, seq, operations, counters };
    try {
      const machine = restore({ ...this.fresh, delta }, memoryCipher, origin);
      if (isDeepStrictEqual(snapshotOf(machine).delta, delta)) return machine;
      return noState(this.bundle, `its ${name} is not what a machine with it would write`);
    } catch (error) {
      return noState(this.bundle, `its ${name} cannot be loaded: ${String(error).slice(0, 200)}`);
    }
  }

  /** The form alone, after that of a fresh machine: tables are lists of numbers with text, everything else is of the same kind. */
  private objectionTo(raw: RawDelta): { readonly what: string } | BundleRefusal | null {
    const { delta } = this.fresh;
    for (const [key, like] of Object.entries(delta)) {
      if (!Object.hasOwn(raw, key)) return { what: `no ${key}` };
      const value = raw[key];
      if (isTable(like)) {
        if (!Array.isArray(value) || !value.every(isForm)) return { what: `no table under ${key}` };
        if (value.length > this.limits.regionsMax) {
          return refuseBundle(
            'limit-exceeded',
            `${value.length} entries of ${key}; a bundle has at most ${this.limits.regionsMax}`,
            'export a VM that has touched less memory',
          );
        }
      } else if (key === 'killedBy' ? value !== null && !KILL_CAUSES.some((cause) => cause === value) : !isLike(value, like))
        return { what: `a wrong ${key}` };
    }
    const others = Object.keys(raw).filter((key) => !Object.hasOwn(delta, key));
    if (others.some((key) => key !== 'kernelMaps')) return { what: 'parts that are not known here' };
    return raw['kernelMaps'] === undefined || isKernelMaps(raw['kernelMaps']) ? null : { what: 'wrong kernelMaps' };
  }
}

const isTable = (like: unknown): boolean => Array.isArray(like) && like.length === 0;

/** A machine that never had one has none to tell of. */
function isKernelMaps(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { last, held } = value as { readonly last?: unknown; readonly held?: unknown };
  return isCount(last) && Array.isArray(held) && held.every((map) => Array.isArray(map) && map.length === 2 && map.every(isCount));
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isForm(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && typeof value[1] === 'string';
}

function isLike(value: unknown, like: unknown): boolean {
  if (typeof like === 'number') return isCount(value);
  if (Array.isArray(like)) return Array.isArray(value) && value.length === like.length && value.every(isCount);
  return typeof value === typeof like && (value === null) === (like === null);
}

function noState({ rulesVersion }: Bundle, detail: string): BundleRefusal {
  if (rulesVersion > RULES_VERSION) {
    return refuseBundle('bundle-newer', `${detail}; it was written under rules ${rulesVersion}, these are ${RULES_VERSION}`, NEWER_HINT);
  }
  return refuseBundle('bundle-damaged', detail, DAMAGED_HINT);
}

const differs = (detail: string): BundleRefusal =>
  refuseBundle('bundle-differs', detail, 'take the bundle as it was exported: something in it was changed afterwards');

export const NEWER_HINT = 'take it to a service of the version that wrote it, or of a later one';
export const DAMAGED_HINT = 'export the VM again, and send the bundle as it is';
