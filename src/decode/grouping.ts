/**
 * Facts → incidents. Lines that belong together may have others between them, also those of another CPU: what decides is who
 * printed them, where the log says so, the frame, and that not too many lines lie between.
 */
import { pageFaultBitNames, nestedErrorBitNames } from '../core/index.js';
import { continues, type DecodedEntry, entryFromRaw, hex } from './entry.js';
import type { Fact } from './facts.js';
import { type Findings, type IncidentKind, NEIGHBOURS_LISTED_MAX } from './incident.js';

export interface Draft {
  readonly kind: IncidentKind;
  readonly caller: string;
  readonly from: number;
  to: number;
  /** Lines taken so far. */
  taken: number;
  readonly findings: Findings;
  /** A kernel's page fault, or an exit, of which nobody knows yet whether the RMP has to do with it. */
  pending: boolean;
  /** Frame of the last neighbour: the kernel prints them in ascending order. */
  lastNeighbour: number;
  /** Its two quadwords, as they stand there. */
  lastRaw: string;
}

/** Lines between two lines of one incident: a stack trace or the registers may stand there. */
const WINDOW_LINES = 200;
/** Incidents that may still be added to. */
const OPEN_MAX = 64;
const REGION_FRAMES = 512;

export class Grouping {
  private readonly open: Draft[] = [];

  /** `done` is called once for each incident; what turns out to be none is not reported. */
  constructor(private readonly done: (draft: Draft) => void) {}

  /** Adds the fact of line number `line` to the incident that it belongs to, or begins one. */
  add(fact: Fact, caller: string, line: number): void {
    this.closeOld(line);
    switch (fact.fact) {
      case 'fault-address':
        return this.begin('host-rmp-fault', caller, line, { address: fact.address }, true);
      case 'fault-access': {
        const { privilege, access } = fact;
        const draft = this.latest(caller, (one) => one.kind === 'host-rmp-fault' && one.findings.privilege === undefined);
        if (draft !== null) return this.extend(draft, line, { privilege, access });
        return this.begin('host-rmp-fault', caller, line, { privilege, access }, true);
      }
      case 'fault-code':
        return this.addFaultCode(fact.code, caller, line);
      case 'function': {
        const draft = this.latest(caller, (one) => one.kind === 'host-rmp-fault' && !one.pending && one.findings.function === undefined);
        if (draft !== null) this.extend(draft, line, { function: fact.name });
        return;
      }
      case 'entry':
        return this.addEntry(fact.entry, caller, line);
      case 'region':
        return this.addRegion(fact.pfn, fact.from, fact.to, caller, line);
      case 'neighbour':
        return this.addNeighbour(fact, caller, line);
      case 'leak': {
        const range = { from: hex(fact.from), to: hex(fact.to) };
        const failed = this.latest(caller, ({ findings: { pfn, leaked } }) => {
          const at = Number(pfn ?? Number.NaN);
          return leaked === undefined && at >= fact.from && at <= fact.to;
        });
        if (failed !== null) return this.extend(failed, line, { leaked: range });
        return this.begin('page-leaked', caller, line, { leaked: range });
      }
      case 'exit-code':
        if (fact.code === '0x400') this.begin('nested-fault', caller, line, {}, true);
        return;
      case 'exit-info':
        return this.addExitInfo(fact.word, fact.value, caller, line);
      case 'incident':
        return this.begin(fact.kind, caller, line, { ...fact.findings, ...bitsOf(fact.findings.errorCode) });
    }
  }

  finish(): void {
    for (const draft of this.open.splice(0)) this.close(draft);
  }

  private addFaultCode(code: string, caller: string, line: number): void {
    const pending = this.latest(caller, (one) => one.kind === 'host-rmp-fault' && one.pending);
    const value = Number(code);
    if (value < 0x8000_0000) {
      // An ordinary page fault: its lines are left alone.
      if (pending !== null) this.open.splice(this.open.indexOf(pending), 1);
      return;
    }
    const bits = pageFaultBitNames(value | 0);
    const found: Findings = { errorCode: code, errorCodeBits: bits };
    const from: Findings = {
      privilege: bits.includes('U') ? 'user' : 'supervisor',
      access: bits.includes('I') ? 'execute' : bits.includes('W') ? 'write' : 'read',
    };
    if (pending === null) return this.begin('host-rmp-fault', caller, line, { ...from, ...found });
    pending.pending = false;
    return this.extend(pending, line, { ...from, ...pending.findings, ...found });
  }

  private addEntry(entry: DecodedEntry, caller: string, line: number): void {
    const draft = this.latest(caller, (one) => takesDump(one) && (one.findings.pfn ?? entry.pfn) === entry.pfn);
    if (draft !== null) return this.extend(draft, line, { pfn: entry.pfn, entry });
    return this.begin('rmp-dump', caller, line, { pfn: entry.pfn, entry });
  }

  private addRegion(pfn: string, from: number, to: number, caller: string, line: number): void {
    const region = { region: { from: hex(from), to: hex(to) }, neighbours: [], neighbourPages: 0 };
    const draft = this.latest(caller, (one) => takesDump(one) && (one.findings.pfn ?? pfn) === pfn);
    if (draft !== null) return this.extend(draft, line, { pfn, ...region });
    return this.begin('rmp-dump', caller, line, { pfn, ...region });
  }

  private addNeighbour({ pfn, low, high }: Fact & { fact: 'neighbour' }, caller: string, line: number): void {
    const draft = this.latest(caller, ({ findings: { region } }) => {
      return region !== undefined && pfn >= Number(region.from) && pfn < Number(region.to);
    });
    if (draft === null || pfn <= draft.lastNeighbour) {
      // The beginning of the dump is missing.
      if (draft !== null) this.settle(draft);
      const base = pfn - (pfn % REGION_FRAMES);
      const region = { from: hex(base), to: hex(base + REGION_FRAMES) };
      return this.begin(
        'rmp-dump',
        caller,
        line,
        { region, neighbours: [{ ...entryFromRaw(pfn, low, high), pages: 1 }], neighbourPages: 1 },
        false,
        pfn,
      );
    }
    const { neighbours = [], neighbourPages = 0 } = draft.findings;
    const raw = low + high;
    const last = neighbours.at(-1);
    const adjacent = last !== undefined && pfn === Number(last.pfn) + last.pages;
    const entry = adjacent && raw === draft.lastRaw && last.gpa === '0x0' ? last : entryFromRaw(pfn, low, high);
    if (adjacent && (entry === last || continues(last, last.pages, entry)))
      neighbours[neighbours.length - 1] = { ...last, pages: last.pages + 1 };
    else if (neighbours.length < NEIGHBOURS_LISTED_MAX) neighbours.push({ ...entry, pages: 1 });
    draft.lastNeighbour = pfn;
    draft.lastRaw = raw;
    return this.extend(draft, line, { neighbourPages: neighbourPages + 1 });
  }

  private addExitInfo(word: 1 | 2, value: string, caller: string, line: number): void {
    const draft = this.latest(
      caller,
      (one) => one.kind === 'nested-fault' && one.findings.gpa === undefined && (word === 1) === one.pending,
    );
    if (draft === null) return;
    if (word === 2) return this.extend(draft, line, { gpa: value });
    draft.pending = false;
    return this.extend(draft, line, { errorCode: value, ...bitsOf(value) });
  }

  private begin(kind: IncidentKind, caller: string, line: number, findings: Findings, pending = false, lastNeighbour = -1): void {
    const draft = { kind, caller, from: line, to: line, taken: 1, findings, pending, lastNeighbour, lastRaw: '' };
    if (!pending && !canGrow(draft)) return this.done(draft);
    if (this.open.length === OPEN_MAX) this.close(this.open.shift());
    this.open.push(draft);
  }

  private extend(draft: Draft, line: number, findings: Findings): void {
    Object.assign(draft.findings, findings);
    draft.to = line;
    draft.taken++;
  }

  /** The newest incident that fits: of the same caller, or, where one of the two lines does not name its caller, of any. */
  private latest(caller: string, fits: (draft: Draft) => boolean): Draft | null {
    for (let i = this.open.length - 1; i >= 0; i--) {
      const draft = this.open[i];
      if (draft !== undefined && (draft.caller === caller || draft.caller === '' || caller === '') && fits(draft)) return draft;
    }
    return null;
  }

  private settle(draft: Draft): void {
    this.open.splice(this.open.indexOf(draft), 1);
    this.close(draft);
  }

  private closeOld(line: number): void {
    while (this.open[0] !== undefined && line - this.open[0].to > WINDOW_LINES) this.close(this.open.shift());
  }

  private close(draft: Draft | undefined): void {
    if (draft !== undefined && !draft.pending) this.done(draft);
  }
}

/** Whether later lines can add to an incident. */
function canGrow({ kind, findings }: Draft): boolean {
  if (kind === 'rmp-dump') return findings.region !== undefined;
  return kind === 'host-rmp-fault' || kind === 'rmpupdate-failed' || kind === 'firmware-error' || kind === 'page-leaked';
}

/** Incidents after whose first line the kernel dumps the entry. */
function takesDump({ kind, pending, findings }: Draft): boolean {
  if (findings.entry !== undefined || findings.region !== undefined || pending) return false;
  return kind === 'host-rmp-fault' || kind === 'rmpupdate-failed' || kind === 'page-leaked';
}

function bitsOf(errorCode: string | undefined): Findings {
  if (errorCode === undefined) return {};
  const value = BigInt(errorCode);
  return { errorCodeBits: nestedErrorBitNames(Number(value & 0xffff_ffffn), Number(value >> 32n)) };
}
