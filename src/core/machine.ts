/**
 * One VM instance: its mm, its RMP table, its generation of the kernel, and the events of the operation that runs.
 *
 * A machine is a deterministic value: it has no clock, chance or I/O.
 */
import type { Inject } from './command.js';
import { Attributes } from './attributes.js';
import { HOST_CPUS_DEFAULT, type MachineConfig } from './config.js';
import { checkConfig } from './config-check.js';
import { Contents } from './contents.js';
import { DEFAULT_DOUBTS } from './doubts.js';
import { assert, type Rejection } from './error.js';
import type { Event } from './event.js';
import { Frames } from './frames.js';
import type { Generation, View } from './generations/generation.js';
import type { RuleName } from './generations/facts.js';
import { generationOf } from './generations/index.js';
import { GuestSide } from './guest-side.js';
import { checkInject, InjectCounters } from './inject.js';
import { checkHost } from './host-config.js';
import { pinsAtFirst } from './guest-memfd.js';
import { KernelMaps } from './kernel-maps.js';
import { Layout } from './layout.js';
import type { Decision } from './outcome.js';
import type { PageCipher, PageCipherOf } from './page-cipher.js';
import { PageTable } from './page-table.js';
import { Pins } from './pins.js';
import { IMMUTABLE } from './region-bits.js';
import { Rmp } from './rmp.js';
import { NO_OWNER } from './rmp-owners.js';
import type { Delta } from './snapshot.js';
import { viewOf } from './view.js';
import { Vmas } from './vmas.js';

export interface Counters {
  readonly faults: Record<Decision | 'notPresent' | 'protection', number>;
  splits: number;
  directMapSplits: number;
  readonly signals: Record<'SIGBUS' | 'SIGSEGV', number>;
  nestedFaults: number;
  /** Page faults of user addresses that reached the handler (perf's page-faults), and what handle_mm_fault made of them. */
  pageFaults: number;
  minorFaults: number;
  majorFaults: number;
  /** 4K pages. */
  leakedPages: number;
}

export const KILL_CAUSES = ['sigbus', 'segv', 'oops', 'guest-terminated'] as const;
export type KillCause = (typeof KILL_CAUSES)[number];

export class Machine {
  readonly config: MachineConfig;
  readonly generation: Generation;
  readonly hostCpus: number;
  readonly layout: Layout;
  readonly view: View;
  /** What ended the VMM or its guest; null while it runs. */
  killedBy: KillCause | null = null;
  /** Number of the last event. */
  seq = 0;
  /** Commands carried out; rejections do not count, nor do reads without a fault. */
  operations = 0;
  frames: Frames;
  rmp: Rmp;
  pageTable: PageTable;
  vmas: Vmas;
  pins: Pins;
  contents: Contents;
  guest: GuestSide;
  /** KVM's attribute of each guest page, where private memory has pages of its own. */
  attributes: Attributes;
  kernelMaps = new KernelMaps();
  counters = noCounts();
  /** The VM's own injection, counted since creation or reset. */
  vmInject: InjectCounters | null;
  /** That of the running operation. */
  operationInject: InjectCounters | null = null;
  /** What a reset goes back to, where the machine began with the state of another one; null: as the configuration says. */
  origin: Delta | null = null;
  /** The rule that the running operation met last. */
  ruling: RuleName | null = null;
  private printed: string[] | null = null;
  private emitted: Event[] = [];
  private untouched: Rmp | null = null;
  /** Of its guest's memory and messages. */
  readonly cipher: PageCipher;

  constructor(config: MachineConfig, cipherOf: PageCipherOf) {
    // A store may hold a VM from before a doubt had its name.
    this.config = { ...config, doubts: { ...DEFAULT_DOUBTS, ...config.doubts } };
    this.cipher = cipherOf(config.seed, config.asid);
    this.contents = new Contents(this.cipher);
    this.generation = generationOf(config.generation);
    this.hostCpus = config.hostCpus ?? HOST_CPUS_DEFAULT;
    this.layout = layoutOf(config);
    this.frames = new Frames(this.layout);
    this.rmp = this.freshRmp(this.frames);
    this.frames.connect(this.rmp);
    this.pageTable = new PageTable(this.layout, this.frames, this.generation.facts);
    this.vmas = new Vmas(this.layout);
    this.pins = new Pins(this.layout, pinsAtFirst(this));
    this.guest = new GuestSide(this.config);
    this.attributes = new Attributes(this.layout);
    this.vmInject = config.inject === undefined ? null : new InjectCounters(config.inject);
    this.view = viewOf(this);
  }

  get state(): 'running' | 'killed' {
    return this.killedBy === null ? 'running' : 'killed';
  }

  /** Bytes of the tables that describe memory which was touched, page contents not counted. */
  get tableBytes(): number {
    return this.rmp.bytes + this.pageTable.bytes + this.frames.bytes + (this.untouched?.bytes ?? 0);
  }

  /** Starts an operation that counts. */
  begin(inject: Inject | undefined): void {
    this.operations += 1;
    this.ruling = null;
    this.printed = null;
    this.operationInject = inject === undefined ? null : new InjectCounters(inject);
  }

  /** A line of the kernel log that belongs to no fault. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.printed = [...(this.printed ?? []), ...lines];
  }

  /** What was printed since it was last asked; null where that is nothing. */
  takePrinted(): readonly string[] | null {
    const lines = this.printed;
    this.printed = null;
    return lines;
  }

  /** The same as the member of an outcome that has it only where something was printed. */
  printedMember(): { readonly dmesg?: readonly string[] } {
    const dmesg = this.takePrinted();
    return dmesg === null ? {} : { dmesg };
  }

  emit(event: Event): void {
    this.emitted.push(event);
  }

  nextSeq(): number {
    this.seq += 1;
    return this.seq;
  }

  /** Takes back an event of this operation that turned out to be an earlier one over again; later ones move up. */
  retract(event: Event): void {
    const at = this.emitted.lastIndexOf(event);
    assert(at >= 0, 'only an event of the running operation is taken back');
    this.emitted.splice(at, 1);
    for (let i = at; i < this.emitted.length; i++) this.emitted[i] = { ...this.emitted[i], seq: this.emitted[i].seq - 1 };
    this.seq -= 1;
  }

  /** The events of the operation; the next one starts with none. */
  takeEvents(): readonly Event[] {
    if (this.emitted.length === 0) return NO_EVENTS;
    const events = this.emitted;
    this.emitted = [];
    return events;
  }

  kill(cause: KillCause): void {
    this.killedBy = cause;
    this.emit({ seq: this.nextSeq(), type: 'vm-killed', cause });
  }

  /** How far the injections have counted towards what has not fired. */
  injectProgress(): number {
    return (this.vmInject?.progress() ?? 0) + (this.operationInject?.progress() ?? 0);
  }

  /** Back to what the configuration says; numbers of events and operations go on. */
  clear(): void {
    this.frames = new Frames(this.layout);
    this.rmp = this.freshRmp(this.frames);
    this.frames.connect(this.rmp);
    this.pageTable = new PageTable(this.layout, this.frames, this.generation.facts);
    this.vmas = new Vmas(this.layout);
    this.pins = new Pins(this.layout, pinsAtFirst(this));
    this.contents = new Contents(this.cipher);
    this.guest = new GuestSide(this.config);
    this.attributes = new Attributes(this.layout);
    this.kernelMaps = new KernelMaps();
    this.counters = noCounts();
    this.vmInject = this.config.inject === undefined ? null : new InjectCounters(this.config.inject);
    this.killedBy = null;
  }

  /** The RMP table as after creation, to compare with. Never written. */
  initialRmp(): Rmp {
    this.untouched ??= this.freshRmp(new Frames(this.layout));
    return this.untouched;
  }

  private freshRmp(frames: Frames): Rmp {
    const { asid, doubts, hvFixed } = this.config;
    const rmp = new Rmp(this.layout, frames, asid, this.generation.facts, doubts.D5);
    for (const { pfn, pages } of hvFixed ?? []) for (let i = 0; i < pages; i++) rmp.setPage(pfn + i, IMMUTABLE, NO_OWNER);
    return rmp;
  }
}

export const NO_EVENTS: readonly Event[] = [];

export function noCounts(): Counters {
  return {
    faults: { RETRY: 0, KILL: 0, PAGE_SPLIT: 0, FORCE_SHARED: 0, NONE: 0, notPresent: 0, protection: 0 },
    splits: 0,
    directMapSplits: 0,
    signals: { SIGBUS: 0, SIGSEGV: 0 },
    nestedFaults: 0,
    pageFaults: 0,
    minorFaults: 0,
    majorFaults: 0,
    leakedPages: 0,
  };
}

function layoutOf(config: MachineConfig): Layout {
  const privateBacking = config.privateBacking ?? generationOf(config.generation).facts.privateBacking;
  return new Layout(config.memslots, privateBacking, config.rmpCoverage);
}

/** Makes a machine; its first event is `vm-created`. Rejects a layout that cannot be. */
export function createMachine(
  config: MachineConfig,
  cipherOf: PageCipherOf,
): { readonly machine: Machine; readonly events: readonly Event[] } | Rejection {
  const wrong = checkConfig(config, generationOf(config.generation).facts);
  if (wrong !== null) return wrong;
  const layout = layoutOf(config);
  const objection = checkHost(layout, config) ?? checkInject(layout, config.inject);
  if (objection !== null) return objection;
  const machine = new Machine(config, cipherOf);
  machine.emit({ seq: machine.nextSeq(), type: 'vm-created' });
  return { machine, events: machine.takeEvents() };
}
