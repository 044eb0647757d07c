/** What the service says of itself, and every limit that a caller can meet. */
import {
  ASID_MAX,
  CONTENT_BYTES_MAX,
  FAULTS_LISTED_MAX,
  HOST_CPUS_MAX,
  KERNEL_MAPS_MAX,
  MEMSLOTS_MAX,
  PSC_ENTRIES_MAX,
  PSC_PAGES_MAX,
  READ_BYTES_MAX,
  RMPUPDATE_EXECUTIONS_MAX,
  VM_MEMORY_MAX,
  WRITE_ATTEMPTS_MAX,
  WRITE_BYTES_MAX,
} from '../core/index.js';
import { COMPARISON_CONTENT_BYTES_MAX, COMPARISON_OPERATIONS_MAX, COMPARISONS_RUNNING_MAX } from '../service/comparison.js';
import type { StreamLimits } from '../service/stream-limits.js';
import { LABEL_CHARACTERS_MAX, LABELS_MAX, NAME_CHARACTERS_MAX, TTL_SECONDS_MAX } from './schemas/vm.js';
import { CELLS_MAX } from './schemas/view.js';

export interface AboutService {
  readonly version: string;
  /** Changes whenever the same commands may give other results. */
  readonly rulesVersion: number;
  readonly limits: Readonly<Record<string, number>>;
  /** Whether the service is on its way out. */
  stopping(): boolean;
}

/** Limits that no setting changes. */
const FIXED_LIMITS = {
  entriesMax: PSC_ENTRIES_MAX,
  pageStatePagesMax: PSC_PAGES_MAX,
  nameCharactersMax: NAME_CHARACTERS_MAX,
  labelsMax: LABELS_MAX,
  labelCharactersMax: LABEL_CHARACTERS_MAX,
  ttlSecondsMax: TTL_SECONDS_MAX,
  asidMax: ASID_MAX,
  vmMemoryBytesMax: VM_MEMORY_MAX,
  memslotsMax: MEMSLOTS_MAX,
  writeBytesMax: WRITE_BYTES_MAX,
  readBytesMax: READ_BYTES_MAX,
  contentBytesMax: CONTENT_BYTES_MAX,
  faultsListedMax: FAULTS_LISTED_MAX,
  writeAttemptsMax: WRITE_ATTEMPTS_MAX,
  rmpupdateExecutionsMax: RMPUPDATE_EXECUTIONS_MAX,
  hostCpusMax: HOST_CPUS_MAX,
  kernelMapsMax: KERNEL_MAPS_MAX,
  comparisonOperationsMax: COMPARISON_OPERATIONS_MAX,
  comparisonContentBytesMax: COMPARISON_CONTENT_BYTES_MAX,
  comparisonsRunningMax: COMPARISONS_RUNNING_MAX,
  cellsMax: CELLS_MAX,
  listLimitMax: 1000,
} as const;

export interface ConfiguredLimits {
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly vmsMax: number;
  readonly connectionsMax: number;
  readonly eventsPerVm: number;
  readonly logBytesMax: number;
}

/** All limits by name. Those of the stream are called as in its `hello`, with `stream` before them. */
export function limitsOf(configured: ConfiguredLimits, stream: StreamLimits): Readonly<Record<string, number>> {
  const { bodyBytesMax, headerBytesMax, vmsMax, connectionsMax, eventsPerVm, logBytesMax } = configured;
  const ofStream = Object.entries(stream).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number' ? [[`stream${name[0]?.toUpperCase()}${name.slice(1)}`, value]] : [],
  );
  return {
    ...FIXED_LIMITS,
    bodyBytesMax,
    headerBytesMax,
    vmsMax,
    connectionsMax,
    eventsPerVm,
    logBytesMax,
    ...(Object.fromEntries(ofStream) as Readonly<Record<string, number>>),
  };
}
