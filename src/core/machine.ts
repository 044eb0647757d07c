/**
 * One VM instance: its mm, its RMP table, its generation of the kernel, and the events of the operation that runs.
 *
 * A machine is a deterministic value: it has no clock, chance or I/O.
 */
import type { Inject } from './command.js';
import { HOST_CPUS_DEFAULT, type MachineConfig } from './config.js';
import { Attributes } from './attributes.js';
import { Contents } from './contents.js';
import { DEFAULT_DOUBTS, type Doubts } from './doubts.js';
import { assert, type Rejection } from './error.js';
import type { Event } from './event.js';
import type { Generation, View } from './generations/generation.js';
import type { RuleName } from './generations/facts.js';
import { generationOf } from './generations/index.js';
import { InjectCounters } from './inject.js';
import { KernelMaps } from './kernel-maps.js';
import { checkConfig, Layout } from './layout.js';
import type { Decision } from './outcome.js';
import { PageTable } from './page-table.js';
import { Rmp } from './rmp.js';
import { viewOf } from './view.js';

export interface Counters {
  readonly faults: Record<Decision | 'notPresent' | 'protection', number>;
  splits: number;
  directMapSplits: number;
  readonly signals: Record<'SIGBUS' | 'SIGSEGV', number>;
  nestedFaults: number;
  leakedPages: number;
}

export type KillCause = 'sigbus' | 'segv' | 'oops' | 'guest-terminated';

export class Machine {
  readonly config: MachineConfig;
  readonly generation: Generation;
  readonly doubts: Doubts;
  readonly hostCpus: number;
  readonly layout: Layout;
  readonly view: View;
  state: 'running' | 'killed' = 'running';
  /** Number of the last event. */
  seq = 0;
  /** Commands carried out; reads and rejections do not count. */
  operations = 0;
  rmp: Rmp;
  pageTable: PageTable;
  contents = new Contents();
  /** KVM's attribute of each guest page, where private memory has pages of its own. */
  attributes: Attributes;
  kernelMaps = new KernelMaps();
  counters = noCounts();
  /** The VM's own injection, counted since creation or reset. */
  vmInject: InjectCounters | null;
  /** That of the running operation. */
  operationInject: InjectCounters | null = null;
  /** The rule that the running operation met last. */
  ruling: RuleName | null = null;
  private printed: string[] | null = null;
  private emitted: Event[] = [];
  private untouched: Rmp | null = null;

  constructor(config: MachineConfig) {
    this.config = config;
    this.generation = generationOf(config.generation);
    this.doubts = { ...DEFAULT_DOUBTS, ...config.doubts };
    this.hostCpus = config.hostCpus ?? HOST_CPUS_DEFAULT;
    this.layout = new Layout(config.memslots, config.privateBacking ?? this.generation.facts.privateBacking);
    this.attributes = new Attributes(this.layout);
    this.rmp = this.freshRmp();
    this.pageTable = new PageTable(this.layout, this.generation.facts);
    this.vmInject = config.inject === undefined ? null : new InjectCounters(config.inject);
    this.view = viewOf(this);
  }

  /** Starts an operation that counts. */
  begin(inject: Inject | undefined): void {
    this.operations += 1;
    this.ruling = null;
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
    this.state = 'killed';
    this.emit({ seq: this.nextSeq(), type: 'vm-killed', cause });
  }

  /** How far the injections have counted towards what has not fired. */
  injectProgress(): number {
    return (this.vmInject?.progress() ?? 0) + (this.operationInject?.progress() ?? 0);
  }

  /** Back to the state after creation; numbers of events and operations go on. */
  clear(): void {
    this.rmp = this.freshRmp();
    this.pageTable = new PageTable(this.layout, this.generation.facts);
    this.contents = new Contents();
    this.attributes = new Attributes(this.layout);
    this.kernelMaps = new KernelMaps();
    this.counters = noCounts();
    this.vmInject = this.config.inject === undefined ? null : new InjectCounters(this.config.inject);
    this.state = 'running';
  }

  /** The RMP table as after creation, to compare with. Never written. */
  initialRmp(): Rmp {
    this.untouched ??= this.freshRmp();
    return this.untouched;
  }

  private freshRmp(): Rmp {
    return new Rmp(this.layout, this.config.asid, this.generation.facts);
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
    leakedPages: 0,
  };
}

/** Makes a machine; its first event is `vm-created`. Rejects a layout that cannot be. */
export function createMachine(config: MachineConfig): { readonly machine: Machine; readonly events: readonly Event[] } | Rejection {
  const wrong = checkConfig(config, generationOf(config.generation).facts);
  if (wrong !== null) return wrong;
  const machine = new Machine(config);
  machine.emit({ seq: machine.nextSeq(), type: 'vm-created' });
  return { machine, events: machine.takeEvents() };
}
