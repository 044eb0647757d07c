/** The page's side of the stream: one batch a frame from the worker, as signals that views read. */
import { batch as together, signal } from '@preact/signals';
import type { Schemas, StreamState } from '../../../src/client/browser.js';
import { SERVICE_URL, token } from '../session.js';
import { announce } from '../ui/announce.js';
import type { Batch, FaultEvent, FaultFilter, FromWorker, MapWindow, ToWorker, VmNews } from './protocol.js';
import { NO_FILTER } from './protocol.js';
import { RateMeter } from './rate.js';

/** Faults that the timeline holds. */
const SHOWN_MAX = 200;
/** A list that is read is not redrawn more often, in milliseconds. */
const LIST_PAUSE_MS = 400;

type MapMessage = Extract<FromWorker, { t: 'map' }>;

export interface Gap {
  readonly what: 'gap' | 'epoch';
  readonly words: string;
  readonly at: number;
}

export const connection = signal<StreamState | { readonly state: 'closed' } | { readonly state: 'failed'; readonly why: string }>({
  state: 'closed',
});
export const gaps = signal<readonly Gap[]>([]);
/** Since the view was opened. */
export const eventCount = signal(0);
export const faultCount = signal(0);
export const decisionCounts = signal<Readonly<Record<string, number>>>({});
export const rate = signal(0);
/** Milliseconds from when the newest event happened to when it was shown, by two clocks. */
export const lagMs = signal<number | null>(null);
export const faults = signal<{ readonly shown: readonly FaultEvent[]; readonly matching: number }>({ shown: [], matching: 0 });
/** Positions of the log that the service has told of and that have not come yet. */
export const behind = signal(0);
export const windowMap = signal<MapMessage | null>(null);
export const overviewMap = signal<MapMessage | null>(null);
export const vmDetails = signal<ReadonlyMap<string, Schemas['Vm']>>(new Map());
export const vmNews = signal<readonly VmNews[]>([]);
export const newestSeq = signal<number | null>(null);
/** Counts up whenever something happens to the page that is selected. */
export const selectedTouched = signal(0);

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
const meter = new RateMeter();
let filter: FaultFilter = NO_FILTER;
let selected: number | null = null;
let followed: string | null = null;
/** Of the VM that is followed: its newest event by what the service says, and by what has come. */
let toldSeq = 0;
let seenSeq = 0;
let waiting: Batch | null = null;
let listShownAt = 0;
let listTimer: ReturnType<typeof setTimeout> | null = null;
let touchTimer: ReturnType<typeof setTimeout> | null = null;
let pendingFaults: { shown: readonly FaultEvent[]; matching: number } | null = null;

function tell(message: ToWorker): void {
  worker.postMessage(message);
}

/** Follows one VM, or all of them; what was followed before is not any more. */
export function follow(vm: string | null, after: string | number): void {
  together(() => {
    eventCount.value = faultCount.value = 0;
    decisionCounts.value = {};
    faults.value = { shown: [], matching: 0 };
    gaps.value = [];
    windowMap.value = overviewMap.value = null;
    lagMs.value = newestSeq.value = null;
    behind.value = 0;
    vmNews.value = [];
  });
  pendingFaults = null;
  meter.clear();
  followed = vm;
  toldSeq = seenSeq = 0;
  tell({ t: 'open', url: SERVICE_URL, token: token.value, vm, after });
  tell({ t: 'filter', filter });
  tell({ t: 'select', page: selected });
}

/** Nothing is followed any more. */
export function unfollow(): void {
  tell({ t: 'close' });
  connection.value = { state: 'closed' };
  meter.clear();
  followed = null;
  rate.value = 0;
}

export function showWindow(window: MapWindow | null, overview: MapWindow | null): void {
  tell({ t: 'window', window, overview });
}

export function watchVms(vms: readonly string[]): void {
  tell({ t: 'watch', vms });
}

export function selectPage(page: number | null): void {
  selected = page;
  tell({ t: 'select', page });
}

export function filterFaults(wanted: FaultFilter): void {
  filter = wanted;
  tell({ t: 'filter', filter });
}

worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
  switch (data.t) {
    case 'batch':
      waiting = data;
      return void requestAnimationFrame(drawBatch);
    case 'state':
      return hearState(data.state);
    case 'gap':
      return hearGap('gap', `events ${data.lost[0]} to ${data.lost[1]} are missing: ${data.why}`);
    case 'epoch':
      return hearGap('epoch', `the service began a new log (${data.now} after ${data.old}): ${data.why}`);
    case 'failed':
      connection.value = { state: 'failed', why: data.why };
      return announce(`The stream has ended: ${data.why}`);
    case 'map':
      if (data.which === 'window') windowMap.value = data;
      else overviewMap.value = data;
      return undefined;
    case 'vm':
      vmDetails.value = new Map(vmDetails.value).set(data.vm.id, data.vm);
      if (data.vm.id === followed) {
        toldSeq = data.vm.seq;
        behind.value = Math.max(0, toldSeq - seenSeq);
      }
      return undefined;
    case 'faults':
      pendingFaults = null;
      faults.value = { shown: data.shown, matching: data.matching };
      return undefined;
  }
};

function hearState(state: StreamState): void {
  const before = connection.value.state;
  connection.value = state;
  if (before === state.state) return;
  if (state.state === 'live' && before === 'waiting') announce('Connected again, nothing is missing.');
  if (state.state === 'waiting') announce('The connection is lost. Trying again.');
}

function hearGap(what: Gap['what'], words: string): void {
  gaps.value = [...gaps.value, { what, words, at: Date.now() }];
  announce(words);
}

function drawBatch(): void {
  const batch = waiting;
  waiting = null;
  if (batch === null) return;
  together(() => {
    eventCount.value += batch.events;
    if (batch.faults > 0) countFaults(batch);
    vmNews.value = batch.vms;
    newestSeq.value = batch.newestSeq;
    if (batch.selectedTouched) touchSelected();
    if (batch.newestSeq !== null && batch.newestSeq > seenSeq) seenSeq = batch.newestSeq;
    behind.value = batch.behind ?? Math.max(0, toldSeq - seenSeq);
    if (batch.newestAt !== null) lagMs.value = Date.now() - batch.newestAt;
    meter.add(batch.events, performance.now());
  });
  tell({ t: 'drawn' });
}

function countFaults({ faults: count, byDecision, shown, matching }: Batch): void {
  faultCount.value += count;
  const counts = { ...decisionCounts.value };
  for (const [decision, n] of Object.entries(byDecision)) counts[decision] = (counts[decision] ?? 0) + n;
  decisionCounts.value = counts;
  if (shown.length === 0) return;
  const before = (pendingFaults ?? faults.value).shown;
  // After a change of the filter the worker has told of some of them already.
  const newest = before.at(-1)?.position ?? 0;
  pendingFaults = { shown: [...before, ...shown.filter(({ position }) => position > newest)].slice(-SHOWN_MAX), matching };
  const rest = listShownAt + LIST_PAUSE_MS - performance.now();
  if (rest <= 0) showFaults();
  else listTimer ??= setTimeout(showFaults, rest);
}

/** What is read again because of it is read some times a second, however often it happens. */
function touchSelected(): void {
  touchTimer ??= setTimeout(() => {
    touchTimer = null;
    selectedTouched.value++;
  }, LIST_PAUSE_MS);
}

function showFaults(): void {
  if (listTimer !== null) clearTimeout(listTimer);
  listTimer = null;
  listShownAt = performance.now();
  if (pendingFaults !== null) faults.value = pendingFaults;
  pendingFaults = null;
}

setInterval(() => (rate.value = Math.round(meter.perSecond(performance.now()))), 500);
