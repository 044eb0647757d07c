/**
 * What the log knows of an event without reading its JSON: which type it is and which guest pages it concerns.
 *
 * Sixteen bytes an event, four 32-bit words: `[type, operation start, offset] [VM number] [first guest page] [pages]`.
 */
import { type Event, type EventType, PAGE_BYTES } from '../core/index.js';

/** Bit numbers, so below 31; a number is never given to another type. */
const TYPE_NUMBERS = {
  'vm-created': 0,
  'vm-reset': 1,
  'vm-killed': 2,
  'vm-deleted': 3,
  fault: 4,
  'mapping-installed': 5,
  'mapping-split': 6,
  'mapping-collapsed': 7,
  'mapping-removed': 8,
  'direct-map-split': 9,
  'rmp-updated': 10,
  psmashed: 11,
  pvalidated: 12,
  'page-state-changed': 13,
  'nested-fault': 14,
  'vma-mapped': 15,
  'vma-unmapped': 16,
  'vma-protected': 17,
  'page-leaked': 18,
  'rmp-adjusted': 19,
  'vc-exception': 20,
  'memory-fault-exit': 21,
  'firmware-command': 22,
  'nested-mapped': 23,
  'vcpu-entered': 24,
  'vcpu-exited': 25,
} as const satisfies Readonly<Record<EventType, number>>;

export const EVENT_TYPES = Object.keys(TYPE_NUMBERS) as readonly EventType[];

export const ALL_TYPES = 0x7fff_ffff;

export function isEventType(text: string): text is EventType {
  return Object.hasOwn(TYPE_NUMBERS, text);
}

export function typeBit(type: EventType): number {
  return 1 << TYPE_NUMBERS[type];
}

export const ROW_WORDS = 4;

/** Event bytes begin below this in their segment. */
export const OFFSET_END = 2 ** 24;
const OPERATION_START = 0x80;

/** Every guest page: what an event about the whole VM concerns. */
const WHOLE_VM_PAGES = 0xffff_ffff;

export function writeRow(rows: Uint32Array, index: number, event: Event, vm: number, offset: number, startsOperation: boolean): void {
  const at = index * ROW_WORDS;
  const kind = TYPE_NUMBERS[event.type] | (startsOperation ? OPERATION_START : 0);
  rows[at] = ((kind << 24) | offset) >>> 0;
  rows[at + 1] = vm;
  const gfn = firstGuestPage(event);
  rows[at + 2] = gfn ?? 0;
  rows[at + 3] = gfn === null ? 0 : guestPages(event);
}

/** What the index needs of an event, from its JSON text, and the number of its operation. */
export function indexed(json: string): { readonly event: Event; readonly operation: number } {
  const { type, seq, operation, gpa, pages, fault } = JSON.parse(json) as {
    readonly type: EventType;
    readonly seq: number;
    readonly operation: number;
    readonly gpa?: string | null;
    readonly pages?: number;
    readonly fault?: { readonly gpa: string | null };
  };
  const page = (text: string | null): number | null => (text === null ? null : Math.floor(Number(text) / PAGE_BYTES));
  const about = gpa !== undefined ? { gfn: page(gpa), pages } : fault === undefined ? {} : { fault: { gfn: page(fault.gpa) } };
  return { event: { type, seq, ...about } as unknown as Event, operation };
}

/** When an event was made, from its JSON text: milliseconds since 1970; NaN where it does not say. */
export function madeAt(json: string): number {
  const event: unknown = JSON.parse(json);
  const at = typeof event === 'object' && event !== null && 'at' in event ? event.at : null;
  return typeof at === 'string' ? Date.parse(at) : Number.NaN;
}

export const rowOffset = (rows: Uint32Array, index: number): number => rows[index * ROW_WORDS] & 0xff_ffff;
export const rowStartsOperation = (rows: Uint32Array, index: number): boolean => rows[index * ROW_WORDS] >>> 31 === 1;
export const rowVm = (rows: Uint32Array, index: number): number => rows[index * ROW_WORDS + 1];

/** Events that a VM's state begins with. */
const BEGINNINGS = typeBit('vm-created') | typeBit('vm-reset');

export const beginsState = (rows: Uint32Array, index: number): boolean =>
  ((BEGINNINGS >>> ((rows[index * ROW_WORDS] >>> 24) & 0x1f)) & 1) === 1;

/** null: the event is about no guest page (a frame outside every memslot). */
function firstGuestPage(event: Event): number | null {
  if ('gfn' in event) return event.gfn;
  return 'fault' in event ? event.fault.gfn : 0;
}

function guestPages(event: Event): number {
  if ('gfn' in event) return event.pages;
  return 'fault' in event ? 1 : WHOLE_VM_PAGES;
}

/** Which events somebody wants to see. */
export interface EventFilter {
  /** The log's number of the VM; null: all VMs. */
  readonly vm: number | null;
  /** Bits of the types wanted. */
  readonly types: number;
  /** Guest pages [from, end); null: all, and events that concern none. */
  readonly pages: { readonly from: number; readonly end: number } | null;
  /** Equal for filters that let the same events through. */
  readonly key: string;
}

export function eventFilter(vm: number | null, types: number, pages: EventFilter['pages']): EventFilter {
  return { vm, types, pages, key: `${vm ?? '*'} ${types} ${pages === null ? '*' : `${pages.from}-${pages.end}`}` };
}

export function rowMatches(rows: Uint32Array, index: number, filter: EventFilter): boolean {
  const at = index * ROW_WORDS;
  if (((filter.types >>> ((rows[at] >>> 24) & 0x1f)) & 1) === 0) return false;
  if (filter.vm !== null && rows[at + 1] !== filter.vm) return false;
  if (filter.pages === null) return true;
  const first = rows[at + 2];
  return first < filter.pages.end && first + rows[at + 3] > filter.pages.from;
}
