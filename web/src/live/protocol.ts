/** What the page and its worker say to each other. The worker reads the stream, the page only ever sees what a frame can show. */
import type { EventObject, Schemas, StreamState } from '../../../src/client/browser.js';

export type FaultEvent = Extract<EventObject, { type: 'fault' | 'nested-fault' | 'vc-exception' | 'memory-fault-exit' }>;

/** Cells of one memory map: `cells` of 2^shift pages from page `from` on; the last one may have fewer. */
export interface MapWindow {
  readonly from: number;
  readonly shift: number;
  readonly cells: number;
  /** The page after the last one of the VM. */
  readonly end: number;
}

export interface CellCounts {
  /** cells × STATES: 4K pages by state. */
  readonly states: Uint32Array;
  /** cells × LEVELS: 4K pages by the level that maps them. */
  readonly levels: Uint32Array;
}

export interface FaultFilter {
  readonly decisions: readonly string[] | null;
  readonly kinds: readonly string[] | null;
  /** Part of an address, a decision, an outcome or an action. */
  readonly text: string;
}

export const NO_FILTER: FaultFilter = { decisions: null, kinds: null, text: '' };

export type ToWorker =
  | {
      readonly t: 'open';
      readonly url: string;
      readonly token: string | undefined;
      readonly vm: string | null;
      readonly after: string | number;
    }
  | { readonly t: 'close' }
  /** The batch before was drawn: another one may come. */
  | { readonly t: 'drawn' }
  | { readonly t: 'window'; readonly window: MapWindow | null; readonly overview: MapWindow | null }
  /** VMs whose counters are on the screen. */
  | { readonly t: 'watch'; readonly vms: readonly string[] }
  | { readonly t: 'select'; readonly page: number | null }
  | { readonly t: 'filter'; readonly filter: FaultFilter };

/** What became of one VM since the last batch. */
export interface VmNews {
  readonly id: string;
  readonly events: number;
  readonly faults: number;
  readonly seq: number;
  readonly fate: 'created' | 'killed' | 'reset' | 'deleted' | null;
}

/** Everything since the last batch, however much it was. */
export interface Batch {
  readonly t: 'batch';
  readonly events: number;
  readonly faults: number;
  readonly byDecision: Readonly<Record<string, number>>;
  /** Those that the filter lets through: the newest, oldest first; and how many there were since the stream was opened. */
  readonly shown: readonly FaultEvent[];
  readonly matching: number;
  readonly vms: readonly VmNews[];
  /** Something happened to the page that is selected. */
  readonly selectedTouched: boolean;
  readonly newestSeq: number | null;
  /** When the newest event happened, in milliseconds of the service's clock; null where it is of the time before the stream was opened. */
  readonly newestAt: number | null;
  /** How many events the service has told of and this stream has not come to yet; null of one VM, where positions are also those of others. */
  readonly behind: number | null;
}

export type FromWorker =
  | Batch
  | { readonly t: 'state'; readonly state: StreamState }
  | { readonly t: 'gap'; readonly lost: readonly [number, number]; readonly why: string }
  | { readonly t: 'epoch'; readonly old: string; readonly now: string; readonly why: string }
  | { readonly t: 'failed'; readonly code: string; readonly why: string }
  | {
      readonly t: 'map';
      readonly vm: string;
      readonly which: 'window' | 'overview';
      readonly window: MapWindow;
      readonly counts: CellCounts;
    }
  | { readonly t: 'vm'; readonly vm: Schemas['Vm'] }
  | { readonly t: 'faults'; readonly shown: readonly FaultEvent[]; readonly matching: number; readonly kept: number };
