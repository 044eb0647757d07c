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
  type FirmwareOutcome,
  type FirmwareRequest,
  type GenerationName,
  type GuestAccess,
  type GuestAccessOutcome,
  HVA_BASE_VPN,
  type HypervisorWrite,
  type Inject,
  type InstructionOutcome,
  isRejection,
  type KhugepagedOutcome,
  type LeafChange,
  type LeafStateOutcome,
  type Madvice,
  type MachineConfig,
  type Outcome,
  type PageState,
  type PageStateOperation,
  type PageView,
  pageView,
  type PageStateOutcome,
  type PvalidateOutcome,
  type ReadOutcome,
  type Rejection,
  type Rmpadjust,
  type RmpadjustOutcome,
  type Result,
  type VcpuOutcome,
  type SyscallOutcome,
  type VirtualRange,
  type WriteOutcome,
} from '../../src/core/index.js';
import { Machine } from '../../src/core/machine.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';

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

interface Made {
  readonly machine: Machine;
  readonly events: readonly Event[];
}

function created(shape: Shape): Made {
  const made = createMachine(configOf(shape), memoryCipher);
  if (isRejection(made)) throw new Error(made.detail);
  return made;
}

export class Workbench {
  readonly m: Machine;
  readonly events: Event[];

  constructor(shape: Shape = {}, made: Made = created(shape)) {
    this.m = made.machine;
    this.events = [...made.events];
  }

  /** A machine of a layout that its generation would refuse. */
  static unchecked(shape: Shape): Workbench {
    return new Workbench(shape, { machine: new Machine(configOf(shape), memoryCipher), events: [] });
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

  /** A guest access of one page, by default a store of its first byte at VMPL0 with the C-bit. */
  access(gfn: number, over: Partial<GuestAccess> = {}): GuestAccessOutcome {
    return this.outcome({
      op: 'guest-access',
      gfn: asGfn(gfn),
      offset: 0,
      size: 1,
      access: 'write',
      cBit: true,
      vmpl: 0,
      privilege: 'supervisor',
      guestLevel: 1,
      ...over,
    }) as GuestAccessOutcome;
  }

  rmpadjust(gfn: number, over: Partial<Rmpadjust> = {}): RmpadjustOutcome {
    const given = { offset: 0, pageSize: 1, vmpl: 0, targetVmpl: 1, mask: 3, vmsa: false } as const;
    return this.outcome({ op: 'rmpadjust', gfn: asGfn(gfn), ...given, ...over }) as RmpadjustOutcome;
  }

  /** Maps a guest page to the frame of another one; null: back. */
  remap(gfn: number, toGfn: number | null, pageSize: 1 | 2 = 1): void {
    this.outcome({ op: 'nested-map', gfn: asGfn(gfn), pageSize, pfn: toGfn === null ? null : asPfn(FRAME_BASE + toGfn) });
  }

  enter(gfn: number, over: Partial<Extract<Command, { op: 'vcpu-enter' }>> = {}): VcpuOutcome {
    return this.outcome({ op: 'vcpu-enter', vcpu: 0, vmsa: asGfn(gfn), vmcb: null, flushTlb: false, ...over }) as VcpuOutcome;
  }

  /** Makes a private page a VMSA. */
  vmsa(gfn: number): void {
    this.change('private', gfn);
    this.rmpadjust(gfn, { mask: 0, vmsa: true });
  }

  firmware(request: FirmwareRequest): FirmwareOutcome {
    return this.outcome({ op: 'firmware-command', request }) as FirmwareOutcome;
  }

  state(gfn: number): PageState {
    return this.m.rmp.stateAt(FRAME_BASE + gfn);
  }

  /** mmap, munmap and mprotect of guest pages by where the VMM has them. */
  mmap(gfn: number, pages: number, protection: 'read-write' | 'read-only' = 'read-write'): SyscallOutcome {
    return this.outcome({ op: 'mmap', range: virtual(gfn, pages), protection }) as SyscallOutcome;
  }

  munmap(gfn: number, pages: number): SyscallOutcome {
    return this.outcome({ op: 'munmap', range: virtual(gfn, pages) }) as SyscallOutcome;
  }

  mprotect(gfn: number, pages: number, protection: 'read-write' | 'read-only'): SyscallOutcome {
    return this.outcome({ op: 'mprotect', range: virtual(gfn, pages), protection }) as SyscallOutcome;
  }

  madvise(gfn: number, pages: number, advice: Madvice): SyscallOutcome {
    return this.outcome({ op: 'madvise', range: { space: 'gpa', page: gfn, pages }, advice }) as SyscallOutcome;
  }

  pin(gfn: number, pages: number, pinned: boolean): SyscallOutcome {
    return this.outcome({ op: 'pin', range: { space: 'gpa', page: gfn, pages }, pinned }) as SyscallOutcome;
  }

  khugepaged(): KhugepagedOutcome {
    return this.outcome({ op: 'khugepaged' }) as KhugepagedOutcome;
  }

  leaf(gfn: number, pages: number, change: LeafChange): LeafStateOutcome {
    return this.outcome({ op: 'leaf-state', range: { space: 'gpa', page: gfn, pages }, change }) as LeafStateOutcome;
  }

  page(gfn: number): PageView {
    const page = pageView(this.m, asGfn(gfn));
    if (page === null) throw new Error('outside every memslot');
    return page;
  }

  /** Types of the events since `from` of them were there. */
  types(from: number): readonly string[] {
    return this.events.slice(from).map(({ type }) => type);
  }

  psmash(gfn: number): InstructionOutcome {
    return this.outcome({ op: 'psmash', pfn: asPfn(FRAME_BASE + gfn) }) as InstructionOutcome;
  }
}

export function virtual(gfn: number, pages: number): VirtualRange {
  return { space: 'hva', page: HVA_BASE_VPN + gfn, pages };
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
