/** What the service says of itself, and every limit that a caller can meet. */
import {
  ASID_MAX,
  CONTENT_BYTES_MAX,
  FAULTS_LISTED_MAX,
  HV_FIXED_PAGES_MAX,
  HV_FIXED_RANGES_MAX,
  HOST_CPUS_MAX,
  KERNEL_MAPS_MAX,
  MEMSLOTS_MAX,
  NESTED_MAPS_MAX,
  PSC_ENTRIES_MAX,
  PSC_PAGES_MAX,
  RANGE_PAGES_MAX,
  READ_BYTES_MAX,
  RMPUPDATE_EXECUTIONS_MAX,
  SET_STATE_PAGES_MAX,
  TRANSLATIONS_MAX,
  VCPUS_MAX,
  UNPINNED_RANGES_MAX,
  VM_MEMORY_MAX,
  VMAS_MAX,
  WRITE_ATTEMPTS_MAX,
  WRITE_BYTES_MAX,
} from '../core/index.js';
import { HISTORY_BYTES_MAX, HISTORY_COMMANDS_MAX } from '../service/history.js';
import { DECODE_BYTES_MAX, DECODE_INCIDENTS_MAX } from '../decode/index.js';
import { COMPARISON_CONTENT_BYTES_MAX, COMPARISON_OPERATIONS_MAX, COMPARISONS_RUNNING_MAX } from '../service/comparison.js';
import type { StreamLimits } from '../service/stream-limits.js';
import { BUNDLE_LIMITS } from './bundle/format.js';
import { LABEL_CHARACTERS_MAX, LABELS_MAX, NAME_CHARACTERS_MAX, TTL_SECONDS_MAX } from './schemas/vm-words.js';
import { RESULTS_STUCK_MS, RESULTS_UNREAD_BYTES_MAX } from './batch/results.js';
import { LINE_BYTES_MAX } from './routes/batch.js';
import { OPERATIONS_MAX } from './schemas/batch.js';
import { SCENARIO_RUNS_MAX } from './routes/scenarios.js';
import { EXPECT_DEPTH_MAX } from './scenarios/expectation.js';
import { SCENARIO_ANSWER_BYTES_MAX, SCENARIO_MS_MAX } from './scenarios/run.js';
import { SCENARIO_OPERATIONS_MAX, SCENARIO_STEPS_MAX } from './scenarios/schema.js';
import { GHCB_BYTES_MAX } from './schemas/guest.js';
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
  hvFixedRangesMax: HV_FIXED_RANGES_MAX,
  hvFixedPagesMax: HV_FIXED_PAGES_MAX,
  nestedMapsMax: NESTED_MAPS_MAX,
  vcpusMax: VCPUS_MAX,
  translationsMax: TRANSLATIONS_MAX,
  setStatePagesMax: SET_STATE_PAGES_MAX,
  ghcbBytesMax: GHCB_BYTES_MAX,
  writeBytesMax: WRITE_BYTES_MAX,
  readBytesMax: READ_BYTES_MAX,
  contentBytesMax: CONTENT_BYTES_MAX,
  faultsListedMax: FAULTS_LISTED_MAX,
  writeAttemptsMax: WRITE_ATTEMPTS_MAX,
  rangePagesMax: RANGE_PAGES_MAX,
  vmasMax: VMAS_MAX,
  unpinnedRangesMax: UNPINNED_RANGES_MAX,
  rmpupdateExecutionsMax: RMPUPDATE_EXECUTIONS_MAX,
  bundleCommandsMax: BUNDLE_LIMITS.commandsMax,
  bundleRegionsMax: BUNDLE_LIMITS.regionsMax,
  bundleReplayMsMax: BUNDLE_LIMITS.replayMsMax,
  importsMax: BUNDLE_LIMITS.importsMax,
  historyCommandsMax: HISTORY_COMMANDS_MAX,
  historyBytesMax: HISTORY_BYTES_MAX,
  hostCpusMax: HOST_CPUS_MAX,
  kernelMapsMax: KERNEL_MAPS_MAX,
  comparisonOperationsMax: COMPARISON_OPERATIONS_MAX,
  comparisonContentBytesMax: COMPARISON_CONTENT_BYTES_MAX,
  comparisonsRunningMax: COMPARISONS_RUNNING_MAX,
  cellsMax: CELLS_MAX,
  decodeBytesMax: DECODE_BYTES_MAX,
  decodeIncidentsMax: DECODE_INCIDENTS_MAX,
  listLimitMax: 1000,
  scenarioStepsMax: SCENARIO_STEPS_MAX,
  operationsMax: OPERATIONS_MAX,
  operationLineBytesMax: LINE_BYTES_MAX,
  operationResultsUnreadBytesMax: RESULTS_UNREAD_BYTES_MAX,
  operationResultsStuckMs: RESULTS_STUCK_MS,
  scenarioOperationsMax: SCENARIO_OPERATIONS_MAX,
  scenarioMsMax: SCENARIO_MS_MAX,
  scenarioAnswerBytesMax: SCENARIO_ANSWER_BYTES_MAX,
  scenarioRunsMax: SCENARIO_RUNS_MAX,
  scenarioExpectDepthMax: EXPECT_DEPTH_MAX,
} as const;

export interface ConfiguredLimits {
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly vmsMax: number;
  readonly originBytesMax: number;
  readonly bundleBytesMax: number;
  readonly connectionsMax: number;
  readonly eventsPerVm: number;
  readonly logBytesMax: number;
  readonly eventAgeS: number;
  readonly contentBytesTotalMax: number;
  readonly touchedBytesMax: number;
  readonly touchedBytesTotalMax: number;
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
}

/** All limits by name. Those of the stream are called as in its `hello`, with `stream` before them. */
export function limitsOf(configured: ConfiguredLimits, stream: StreamLimits): Readonly<Record<string, number>> {
  const { bodyBytesMax, headerBytesMax, vmsMax, originBytesMax, bundleBytesMax, connectionsMax, eventsPerVm, logBytesMax, eventAgeS } =
    configured;
  const { contentBytesTotalMax, touchedBytesMax, touchedBytesTotalMax, headerTimeoutMs, requestTimeoutMs, keepAliveMs } = configured;
  const ofStream = Object.entries(stream).flatMap(([name, value]): [string, number][] =>
    typeof value === 'number' ? [[`stream${name[0]?.toUpperCase()}${name.slice(1)}`, value]] : [],
  );
  return {
    ...FIXED_LIMITS,
    bodyBytesMax,
    headerBytesMax,
    vmsMax,
    originBytesMax,
    bundleBytesMax,
    connectionsMax,
    eventsPerVm,
    logBytesMax,
    eventAgeS,
    contentBytesTotalMax,
    touchedBytesMax,
    touchedBytesTotalMax,
    headerTimeoutMs,
    requestTimeoutMs,
    keepAliveMs,
    ...(Object.fromEntries(ofStream) as Readonly<Record<string, number>>),
  };
}
