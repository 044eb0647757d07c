/** What a log is decoded into. */
import type { DecodedEntry, EntryRun } from './entry.js';
import type { ScenarioName } from './scenarios.js';

export const INCIDENT_KINDS = [
  'host-rmp-fault',
  'rmp-dump',
  'rmpupdate-failed',
  'psmash-failed',
  'rmp-lookup-failed',
  'page-leaked',
  'process-killed',
  'nested-fault',
  'unexpected-nested-fault',
  'vc-exception',
  'memory-fault-exit',
  'unknown-exit',
  'guest-termination',
  'firmware-error',
  'iommu-rmp-fault',
  'rmp-table-refused',
  'memory-region-refused',
  'bounce-buffers-full',
] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];

/** A field that the lines do not give is absent. Addresses and frame numbers are hex text. */
export interface Findings {
  pfn?: string;
  gpa?: string;
  /** The address that was touched: virtual for a host fault. */
  address?: string;
  entry?: DecodedEntry;
  /** Frames of the 2M region that was dumped, the last one exclusive. */
  region?: { readonly from: string; readonly to: string };
  /** Runs of entries of that region that are not all zero, at most NEIGHBOURS_LISTED_MAX. */
  neighbours?: EntryRun[];
  /** Frames in those runs and in the ones that are not listed. */
  neighbourPages?: number;
  errorCode?: string;
  errorCodeBits?: readonly string[];
  privilege?: 'user' | 'supervisor';
  access?: 'read' | 'write' | 'execute';
  /** Function in which it happened. */
  function?: string;
  instruction?: 'RMPUPDATE' | 'PSMASH';
  /** Name of the return code: an instruction's, a negative one's of the kernel. */
  status?: string;
  code?: number;
  pageSize?: '4K' | '2M';
  /** How the page was used at a memory-fault exit. */
  private?: boolean;
  size?: number;
  exit?: { readonly code: number; readonly name: string | null };
  firmware?: { readonly command: string; readonly status: string | null; readonly code: number | null; readonly returned: number | null };
  termination?: { readonly reasonSet: number; readonly reason: number; readonly name: string | null };
  /** Frames that the kernel will never use again, the last one exclusive. */
  leaked?: { readonly from: string; readonly to: string };
  device?: string;
}

export interface Incident extends Readonly<Findings> {
  readonly kind: IncidentKind;
  /** One line for people. */
  readonly title: string;
  /** Likely cause, in a sentence or two. */
  readonly cause: string;
  /** The scenario that shows it; null where there is none. */
  readonly scenario: ScenarioName | null;
  /** First and last line, counted from 1; other lines may stand between. */
  readonly lines: readonly [number, number];
  /** How often the log has the same; `lines` are those of the first. */
  readonly repeats: number;
}

export interface Decoded {
  /** In the order of their first lines. */
  readonly incidents: readonly Incident[];
  /** Different incidents beyond DECODE_INCIDENTS_MAX. */
  readonly incidentsLeftOut: number;
  readonly totalLines: number;
  /** Lines that belong to no incident. */
  readonly unknownLines: number;
  /** One sentence for people. */
  readonly summary: string;
}

/** Bytes of one log. */
export const DECODE_BYTES_MAX = 16 * 2 ** 20;
/** Different incidents of one log that are listed. */
export const DECODE_INCIDENTS_MAX = 1000;
/** Runs of neighbours of one incident that are listed. */
export const NEIGHBOURS_LISTED_MAX = 64;
/** Characters of a line; a longer one is none that a kernel prints, and is left alone. */
export const LINE_CHARACTERS_MAX = 4096;
