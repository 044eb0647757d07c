/** A machine in the hands of a test: short names for the commands, in guest pages. */
import {
  apply,
  asGfn,
  asPfn,
  asVpn,
  type Backing,
  type BetweenChange,
  type Command,
  createMachine,
  DEFAULT_DOUBTS,
  digestOf,
  FRAME_BASE,
  type Event,
  type GenerationName,
  HVA_BASE_VPN,
  type HypervisorWrite,
  type Inject,
  type InstructionOutcome,
  isRejection,
  type MachineConfig,
  type Outcome,
  type PageStateOperation,
  type PageStateOutcome,
  type PvalidateOutcome,
  type ReadOutcome,
  type Rejection,
  type Result,
  type WriteOutcome,
} from '../../src/core/index.js';
import { Machine } from '../../src/core/machine.js';

export const MIB_PAGES = 256;

export interface Shape {
  readonly generation?: GenerationName;
  readonly backing?: Backing;
  readonly pages?: number;
  readonly initialState?: 'shared' | 'private';
  readonly onSigbus?: 'kill' | 'report';
  readonly inject?: Inject;
  readonly config?: Partial<MachineConfig>;
}

export function configOf(shape: Shape): MachineConfig {
  const base: MachineConfig = {
    generation: shape.generation ?? 'rfc-v1',
    memslots: [
      {
        gfn: asGfn(0),
        pages: shape.pages ?? 8 * MIB_PAGES,
        vpn: asVpn(HVA_BASE_VPN),
        backing: shape.backing ?? 'thp',
        initialState: shape.initialState ?? 'shared',
      },
    ],
    asid: 1,
    seed: 1,
    onSigbus: shape.onSigbus ?? 'report',
    doubts: DEFAULT_DOUBTS,
    ...(shape.inject === undefined ? {} : { inject: shape.inject }),
  };
  return { ...base, ...shape.config };
}

function created(shape: Shape): Machine {
  const made = createMachine(configOf(shape));
  if (isRejection(made)) throw new Error(made.detail);
  return made.machine;
}

export class Workbench {
  readonly m: Machine;
  readonly events: Event[];

  constructor(shape: Shape = {}, machine = created(shape)) {
    this.m = machine;
    this.events = [];
  }

  /** A machine of a layout that its generation would refuse. */
  static unchecked(shape: Shape): Workbench {
    return new Workbench(shape, new Machine(configOf(shape)));
  }

  digest(): string {
    return digestOf(this.m);
  }

  run(command: Command): Result {
    const result = apply(this.m, command);
    if (!isRejection(result)) this.events.push(...result.events);
    return result;
  }

  outcome(command: Command): Outcome {
    const result = this.run(command);
    if (isRejection(result)) throw new Error(`rejected: ${result.detail}`);
    return result.outcome;
  }

  rejection(command: Command): Rejection {
    const result = this.run(command);
    if (!isRejection(result)) throw new Error('not rejected');
    return result;
  }

  write(gfn: number, over: Partial<HypervisorWrite> = {}): WriteOutcome {
    return this.outcome(writeTo(gfn, over)) as WriteOutcome;
  }

  read(gfn: number, size = 8, via: 'user' | 'direct-map' = 'user'): ReadOutcome {
    return this.outcome({ op: 'hypervisor-read', target: { space: 'gpa', page: asGfn(gfn), offset: 0 }, size, via }) as ReadOutcome;
  }

  change(
    operation: PageStateOperation,
    gfn: number,
    pageSize: 1 | 2 = 1,
    over: { pages?: number; validate?: boolean; inject?: Inject } = {},
  ): PageStateOutcome {
    return this.outcome({
      op: 'page-state-change',
      entries: [{ gfn: asGfn(gfn), pages: over.pages ?? 1, pageSize, operation }],
      validate: over.validate ?? true,
      strictGuest: false,
      ...(over.inject === undefined ? {} : { inject: over.inject }),
    }) as PageStateOutcome;
  }

  pvalidate(gfn: number, pageSize: 1 | 2 = 1, validate = true, vmpl: 0 | 1 | 2 | 3 = 0): PvalidateOutcome {
    return this.outcome({ op: 'pvalidate', gfn: asGfn(gfn), offset: 0, pageSize, validate, vmpl }) as PvalidateOutcome;
  }

  rmpupdate(gfn: number, over: Partial<Extract<Command, { op: 'rmpupdate' }>> = {}): InstructionOutcome {
    return this.outcome({
      op: 'rmpupdate',
      pfn: asPfn(FRAME_BASE + gfn),
      assigned: true,
      gfn,
      gpaOffset: 0,
      asid: 1,
      pageSize: 1,
      immutable: false,
      directMap: true,
      ...over,
    }) as InstructionOutcome;
  }

  psmash(gfn: number): InstructionOutcome {
    return this.outcome({ op: 'psmash', pfn: asPfn(FRAME_BASE + gfn) }) as InstructionOutcome;
  }
}

export function writeTo(gfn: number, over: Partial<HypervisorWrite> = {}): HypervisorWrite {
  return {
    op: 'hypervisor-write',
    target: { space: 'gpa', page: asGfn(gfn), offset: 0 },
    size: 64,
    via: 'user',
    pagefaultDisabled: false,
    ...over,
  };
}

/** An injection of another thread's change after the nth RMP fault. */
export function between(change: BetweenChange, nth = 1, gfn?: number): Inject {
  return { between: { nth, change, ...(gfn === undefined ? {} : { gfn: asGfn(gfn) }) } };
}
