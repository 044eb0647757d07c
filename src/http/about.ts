/** What the service says of itself, and every limit that a caller can meet. */
import {
  ASID_MAX,
  CONTENT_BYTES_MAX,
  FAULTS_LISTED_MAX,
  MEMSLOTS_MAX,
  PSC_ENTRIES_MAX,
  PSC_PAGES_MAX,
  READ_BYTES_MAX,
  RMPUPDATE_EXECUTIONS_MAX,
  VM_MEMORY_MAX,
  WRITE_ATTEMPTS_MAX,
  WRITE_BYTES_MAX,
} from '../core/index.js';
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

export const RULES_VERSION = 1;

/** Limits that no setting changes. */
export const FIXED_LIMITS = {
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
  cellsMax: CELLS_MAX,
  listLimitMax: 1000,
} as const;
