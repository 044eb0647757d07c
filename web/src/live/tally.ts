/** Events in, one small batch a frame out: what the page shows never grows with how much happens. */
import type { EventObject } from '../../../src/client/browser.js';
import type { Batch, FaultEvent, FaultFilter, VmNews } from './protocol.js';
import { NO_FILTER } from './protocol.js';

/** Faults that are kept for the timeline, the newest. */
export const FAULTS_KEPT = 5000;
/** Faults that one batch hands over. */
export const FAULTS_PER_BATCH = 60;
/** Faults that are handed over after the filter has changed. */
export const FAULTS_SHOWN = 200;

const PAGE_BITS = 4096;

type Draft = { events: number; faults: number; seq: number; fate: VmNews['fate'] };

export interface Touched {
  readonly page: number;
  readonly pages: number;
}

export function isFault(event: EventObject): event is FaultEvent {
  return ['fault', 'nested-fault', 'vc-exception', 'memory-fault-exit'].includes(event.type);
}

/** They change no page. */
const LEAVES_PAGES: ReadonlySet<EventObject['type']> = new Set([
  'fault',
  'nested-fault',
  'vc-exception',
  'memory-fault-exit',
  'vm-created',
  'vm-killed',
  'vm-deleted',
  'vcpu-entered',
  'vcpu-exited',
]);

/** The guest pages that look different after this event: null none, `all` perhaps every one. */
export function touchedBy(event: EventObject): Touched | 'all' | null {
  if (LEAVES_PAGES.has(event.type)) return null;
  if (!('gpa' in event)) return 'all';
  return event.gpa === null ? null : { page: pageOf(event.gpa), pages: event.pages };
}

export function pageOf(gpa: string): number {
  return Math.floor(Number(gpa) / PAGE_BITS);
}

/** What a fault is called in the timeline: its decision, or what it is where nobody decided. */
export function verdictOf(event: FaultEvent): string {
  if (event.type === 'fault') return event.fault.decision ?? event.fault.kind;
  return event.type === 'nested-fault' ? event.fault.reason : event.type;
}

export function matches(event: FaultEvent, { decisions, kinds, text }: FaultFilter): boolean {
  if (kinds !== null && !kinds.includes(event.type)) return false;
  if (decisions !== null && !decisions.includes(verdictOf(event))) return false;
  return text === '' || wordsOf(event).includes(text);
}

function wordsOf(event: FaultEvent): string {
  if (event.type === 'vc-exception' || event.type === 'memory-fault-exit') return `${event.type} ${event.gpa} ${event.pfn}`;
  const { gpa, pfn, errorCode, action, reason } = event.fault;
  const more =
    event.type === 'fault' ? `${event.fault.hva} ${event.fault.decision} ${event.outcome} ${event.fault.kind}` : event.fault.access;
  return `${event.type} ${event.op} ${gpa} ${pfn} ${errorCode} ${action} ${reason} ${more} ${event.vm}`.toLowerCase();
}

export class Tally {
  filter: FaultFilter = NO_FILTER;
  selected: number | null = null;
  private kept: FaultEvent[] = [];
  private shown: FaultEvent[] = [];
  private events = 0;
  private faults = 0;
  private matching = 0;
  private byDecision: Record<string, number> = {};
  private vms = new Map<string, Draft>();
  private selectedTouched = false;
  private newest: EventObject | null = null;

  get hasNews(): boolean {
    return this.events > 0;
  }

  take(event: EventObject): void {
    this.events++;
    this.newest = event;
    let draft = this.vms.get(event.vm);
    if (draft === undefined) this.vms.set(event.vm, (draft = { events: 0, faults: 0, seq: 0, fate: null }));
    draft.events++;
    draft.seq = event.seq;
    draft.fate = fateOf(event) ?? draft.fate;
    if (isFault(event)) this.takeFault(event, draft);
    if (this.selected !== null && this.concernsSelected(event, this.selected)) this.selectedTouched = true;
  }

  private takeFault(event: FaultEvent, draft: Draft): void {
    this.faults++;
    draft.faults++;
    const verdict = verdictOf(event);
    this.byDecision[verdict] = (this.byDecision[verdict] ?? 0) + 1;
    this.kept.push(event);
    if (this.kept.length >= 2 * FAULTS_KEPT) this.kept = this.kept.slice(-FAULTS_KEPT);
    if (!matches(event, this.filter)) return;
    this.matching++;
    this.shown.push(event);
    if (this.shown.length >= 2 * FAULTS_PER_BATCH) this.shown = this.shown.slice(-FAULTS_PER_BATCH);
  }

  private concernsSelected(event: EventObject, page: number): boolean {
    const touched = touchedBy(event);
    if (touched === 'all' || touched === null) return touched === 'all';
    return page >= touched.page && page < touched.page + touched.pages;
  }

  /** Everything since the last one; begins anew. `head`: the newest position told of, null where it says nothing, and the one when the stream was opened. */
  batch(head: { readonly now: number | null; readonly atFirst: number }): Batch {
    const { events, faults, byDecision, matching, selectedTouched, newest } = this;
    const vms = [...this.vms].map(([id, draft]): VmNews => ({ id, ...draft }));
    const shown = this.shown.slice(-FAULTS_PER_BATCH);
    this.events = this.faults = 0;
    this.byDecision = {};
    this.vms = new Map();
    this.shown = [];
    this.selectedTouched = false;
    const position = newest?.position ?? 0;
    return {
      t: 'batch',
      events,
      faults,
      byDecision,
      shown,
      matching,
      vms,
      selectedTouched,
      newestSeq: newest?.seq ?? null,
      newestAt: newest === null || position <= head.atFirst ? null : Date.parse(newest.at),
      behind: head.now === null ? null : Math.max(0, head.now - position),
    };
  }

  /** Of the faults that are kept, those that the filter lets through. */
  filtered(): { readonly shown: readonly FaultEvent[]; readonly matching: number; readonly kept: number } {
    const kept = this.kept.slice(-FAULTS_KEPT);
    const found = kept.filter((event) => matches(event, this.filter));
    this.shown = [];
    this.matching = found.length;
    return { shown: found.slice(-FAULTS_SHOWN), matching: found.length, kept: kept.length };
  }
}

const FATES: Readonly<Partial<Record<EventObject['type'], VmNews['fate']>>> = {
  'vm-created': 'created',
  'vm-killed': 'killed',
  'vm-reset': 'reset',
  'vm-deleted': 'deleted',
};

function fateOf({ type }: EventObject): VmNews['fate'] {
  return FATES[type] ?? null;
}
