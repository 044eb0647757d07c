/**
 * The same operations on the same VM under several kernels. The machines are the comparison's own: they are in no registry, no journal and no
 * log, and are gone with it. It is made in slices, so that a long list never holds the event loop.
 */
import {
  apply,
  type Command,
  createMachine,
  type Event,
  type GenerationName,
  generationOf,
  hexText,
  isRejection,
  type Machine,
  type MachineConfig,
  type Outcome,
  type Rejection,
  type RuleName,
} from '../core/index.js';
import { Breather } from './breather.js';
import { memoryCipher } from './memory-cipher.js';

/** Operations of one comparison, under each of its generations. */
export const COMPARISON_OPERATIONS_MAX = 10_000;
/** Bytes of page contents that all machines of a comparison may keep together. */
export const COMPARISON_CONTENT_BYTES_MAX = 64 * 2 ** 20;
/** Bytes that the tables of all of them may take together. */
export const COMPARISON_TABLE_BYTES_MAX = 512 * 2 ** 20;
/** Comparisons that run at a time. */
export const COMPARISONS_RUNNING_MAX = 4;

/** What an operation came to under one generation. */
export interface Came {
  /** Outcome of an access, status of an instruction or request, or the code of a refusal. */
  readonly outcome: string;
  readonly decisions: readonly string[];
  readonly actions: readonly string[];
  readonly signal: string | null;
  readonly faultFlags: readonly number[];
  readonly dmesg: readonly string[];
  /** The rule that decided; null where none was met. */
  readonly rule: RuleName | null;
}

export interface ComparedOperation {
  /** Number of the operation from 0; null: the creation of the VM. */
  readonly index: number | null;
  readonly op: string;
  readonly same: boolean;
  readonly by: ReadonlyMap<GenerationName, Came>;
}

export interface ComparedGeneration {
  readonly generation: GenerationName;
  readonly state: 'running' | 'killed' | 'refused';
  /** How many operations came to what. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Against each other generation the first operation that differs; null where none does, -1 the creation. */
  readonly firstDifference: Readonly<Partial<Record<GenerationName, number | null>>>;
}

interface Side {
  readonly generation: GenerationName;
  readonly machine: Machine | Rejection;
  readonly outcomes: Map<string, number>;
  readonly firstDifference: Map<GenerationName, number>;
}

export class Comparison {
  first: ComparedOperation | null = null;
  private readonly sides: readonly Side[];

  /** The configuration's generation is replaced by each of `generations`. */
  constructor(
    config: MachineConfig,
    generations: readonly GenerationName[],
    private readonly tableBytesMax = COMPARISON_TABLE_BYTES_MAX,
  ) {
    this.sides = generations.map((generation) => {
      const made = createMachine({ ...config, generation }, memoryCipher);
      const machine = isRejection(made) ? made : made.machine;
      return { generation, machine, outcomes: new Map<string, number>(), firstDifference: new Map<GenerationName, number>() };
    });
  }

  /** Why no generation takes the VM; null where one does. */
  refusedByAll(): Rejection | null {
    const [first] = this.sides;
    return first !== undefined && isRejection(first.machine) && this.sides.every(({ machine }) => isRejection(machine))
      ? first.machine
      : null;
  }

  /** Which limit the machines have passed together, or null. */
  get excess(): 'contents' | 'tables' | null {
    let contents = 0;
    let tables = 0;
    for (const { machine } of this.sides) {
      if (isRejection(machine)) continue;
      contents += machine.contents.bytes;
      tables += machine.tableBytes;
    }
    if (contents > COMPARISON_CONTENT_BYTES_MAX) return 'contents';
    return tables > this.tableBytesMax ? 'tables' : null;
  }

  /** The creation, then each operation in order, as far as the limits go. After each slice others have their turn. */
  async *run(commands: readonly Command[]): AsyncGenerator<ComparedOperation> {
    yield this.compared(null, 'create', this.sides.map(creationOf));
    const breather = new Breather();
    for (const [index, command] of commands.entries()) {
      const came: Came[] = [];
      for (const side of this.sides) {
        came.push(cameOf(side, command));
        if (this.excess !== null) return;
        const pause = breather.pause();
        if (pause !== null) await pause;
      }
      yield this.compared(index, command.op, came);
    }
  }

  summary(): readonly ComparedGeneration[] {
    return this.sides.map((side) => ({
      generation: side.generation,
      state: isRejection(side.machine) ? 'refused' : side.machine.state,
      outcomes: Object.fromEntries(side.outcomes),
      firstDifference: Object.fromEntries(
        this.sides.filter((other) => other !== side).map(({ generation }) => [generation, side.firstDifference.get(generation) ?? null]),
      ),
    }));
  }

  /** `came`: of each side, in their order. */
  private compared(index: number | null, op: string, came: readonly Came[]): ComparedOperation {
    const by = new Map(this.sides.map(({ generation }, i) => [generation, came[i]]));
    const texts = came.map(textOf);
    for (const [i, side] of this.sides.entries()) {
      const { outcome } = came[i];
      if (index !== null) side.outcomes.set(outcome, (side.outcomes.get(outcome) ?? 0) + 1);
      for (const [j, other] of this.sides.entries()) {
        if (texts[i] !== texts[j] && !side.firstDifference.has(other.generation)) side.firstDifference.set(other.generation, index ?? -1);
      }
    }
    const operation = { index, op, same: texts.every((text) => text === texts[0]), by };
    if (!operation.same) this.first ??= operation;
    return operation;
  }
}

const NOTHING = { decisions: [], actions: [], signal: null, faultFlags: [], dmesg: [], rule: null } as const;

function creationOf({ machine }: Side): Came {
  if (!isRejection(machine)) return { ...NOTHING, outcome: 'created' };
  return { ...NOTHING, outcome: machine.code, rule: machine.code === 'backing-refused' ? 'hugetlbGuard' : null };
}

function cameOf(side: Side, command: Command): Came {
  if (isRejection(side.machine)) return creationOf(side);
  const result = apply(side.machine, command);
  if (isRejection(result)) return { ...NOTHING, outcome: result.code };
  return { ...seenOf(result.outcome, result.events), rule: side.machine.ruling ?? standingRule(side, command) };
}

/** Where an access met no rule: what kept it from meeting one. */
function standingRule({ generation }: Side, { op }: Command): RuleName | null {
  if (op !== 'hypervisor-write' && op !== 'hypervisor-read') return null;
  const { checksHostWrites, privateBacking } = generationOf(generation).facts;
  if (!checksHostWrites) return 'checksHostWrites';
  return privateBacking === 'separate' ? 'privateBacking' : null;
}

function seenOf(outcome: Outcome, events: readonly Event[]): Omit<Came, 'rule'> {
  const beside = 'dmesg' in outcome ? (outcome.dmesg ?? []) : [];
  switch (outcome.op) {
    case 'hypervisor-write':
    case 'hypervisor-read': {
      const { faults } = outcome;
      return {
        outcome: outcome.outcome,
        decisions: faults.flatMap(({ decision }) => decision ?? []),
        actions: faults.map(({ action }) => action),
        signal: faults.find(({ signal }) => signal !== null)?.signal?.codeName ?? null,
        faultFlags: faults.flatMap(({ faultFlags }) => faultFlags ?? []),
        dmesg: [...beside, ...faults.flatMap(({ dmesg }) => dmesg)],
      };
    }
    case 'page-state-change':
    case 'pvalidate':
    case 'rmpupdate':
    case 'psmash':
    case 'rmpadjust':
    case 'rmpquery':
      return {
        ...NOTHING,
        outcome: outcome.status,
        actions: runLengths(events.flatMap((e) => (e.type === 'nested-fault' ? e.fault.action : []))),
        dmesg: beside,
      };
    case 'rmpread':
    case 'firmware-command':
      return { ...NOTHING, outcome: outcome.status };
    case 'kernel-map':
    case 'mmap':
    case 'munmap':
    case 'mprotect':
    case 'madvise':
    case 'pin':
    case 'vcpu-enter':
    case 'vcpu-exit':
      return { ...NOTHING, outcome: outcome.outcome, dmesg: beside };
    case 'guest-access':
      return { ...NOTHING, outcome: outcome.outcome, actions: runLengths(outcome.faults.map(({ action }) => action)), dmesg: beside };
    case 'ghcb-request':
      return { ...NOTHING, outcome: ghcbText(outcome), dmesg: beside };
    case 'khugepaged':
    case 'leaf-state':
      return { ...NOTHING, outcome: countsText(outcome) };
    case 'nested-map':
    case 'kernel-unmap':
    case 'reset':
    case 'delete':
      return { ...NOTHING, outcome: 'done' };
  }
}

/** The words that the host gave back: SW_EXITINFO2, or the MSR. */
function ghcbText(outcome: Extract<Outcome, { readonly op: 'ghcb-request' }>): string {
  const [high, low] = outcome.form === 'nae' ? outcome.exitInfo2 : [outcome.high, outcome.low];
  return hexText(high * 2 ** 32 + low);
}

/** What a scan or a change of leaves did, by its own counts; those of 0 are left out. */
function countsText({ op: _op, ...counts }: Extract<Outcome, { readonly op: 'khugepaged' | 'leaf-state' }>): string {
  const said = Object.entries(counts).flatMap(([what, pages]) => (pages === 0 ? [] : `${what} ${pages}`));
  return said.length === 0 ? 'nothing' : said.join(', ');
}

/** Thousands of nested faults in a row are one word with their number. */
function runLengths(actions: readonly string[]): string[] {
  const runs: [string, number][] = [];
  for (const action of actions) {
    const last = runs.at(-1);
    if (last?.[0] === action) last[1] += 1;
    else runs.push([action, 1]);
  }
  return runs.map(([action, times]) => (times === 1 ? action : `${times}×${action}`));
}

/** All of it but the rule: two generations may do the same for different reasons. */
export function textOf(came: Came): string {
  return JSON.stringify({ ...came, rule: null });
}

/**
 * Which rule of a generation made a difference against what others did: where only a trace of it differs, the rule of that trace; where it met
 * none, the one that the others met and it has otherwise.
 */
export function ruleOf(came: Came, others: readonly Came[]): RuleName | null {
  const alike = (pick: (one: Came) => unknown): boolean =>
    others.every((other) => JSON.stringify(pick(other)) === JSON.stringify(pick(came)));
  if (!alike(({ outcome, decisions, actions, signal }) => [outcome, decisions, actions, signal])) {
    return came.rule ?? others.find(({ rule }) => rule !== null)?.rule ?? null;
  }
  if (!alike(({ faultFlags }) => faultFlags)) return 'splitFlag';
  if (came.outcome === 'oops') return 'oopsWords';
  return came.decisions.includes('KILL') ? 'killLog' : came.rule;
}
