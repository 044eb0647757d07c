/**
 * The worker: it alone reads the stream, and what events make stale. It hands over one batch at a time, and the next one only after the page
 * has drawn it, so that nothing piles up in front of the page however much happens.
 */
import { type EventStream, Rampart, RampartProblem, type Vm } from '../../../src/client/browser.js';
import { readCells } from '../map/cells.js';
import { Feed } from './feeds.js';
import type { CellCounts, FromWorker, MapWindow, ToWorker } from './protocol.js';
import { Tally, touchedBy } from './tally.js';

/** The part of a worker's global scope that is used. */
interface Scope {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker, transfer?: readonly ArrayBuffer[]): void;
}
const scope = globalThis as unknown as Scope;

const MAP_PAUSE_MS = 150;
const OVERVIEW_PAUSE_MS = 700;
const VM_PAUSE_MS = 500;
/** A batch waits so long for more: about a frame; and longer where so much comes that nobody could read it anyway. */
const BATCH_MS = 15;
const FLOOD_BATCH_MS = 100;
/** Events in a batch that are a flood. */
const FLOOD_EVENTS = 100;
/** VMs whose counters are read in one turn. */
const WATCHED_MAX = 20;

type Opening = Extract<ToWorker, { t: 'open' }>;

class Live {
  readonly tally = new Tally();
  private readonly ending = new AbortController();
  private readonly rampart: Rampart;
  private readonly vm: Vm | null;
  private readonly stream: EventStream;
  private readonly maps: { readonly [which in 'window' | 'overview']: Feed };
  private readonly stats: Feed;
  private readonly windows: { window: MapWindow | null; overview: MapWindow | null } = { window: null, overview: null };
  private watched: readonly string[] = [];
  private readonly stale = new Set<string>();
  private drawn = true;
  private batchMs = BATCH_MS;
  private headAtFirst: number | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ url, token, vm, after }: Opening) {
    this.rampart = new Rampart({ url, ...(token === undefined ? {} : { token }) });
    this.vm = vm === null ? null : this.rampart.vm(vm);
    this.stream = this.rampart.events({
      ...(vm === null ? {} : { vm }),
      after,
      signal: this.ending.signal,
      onGap: ({ lost, why }) => {
        say({ t: 'gap', lost, why });
        this.everythingIsStale();
      },
      onEpoch: ({ old, now, why }) => {
        say({ t: 'epoch', old, now, why });
        this.everythingIsStale();
      },
      onState: (state) => say({ t: 'state', state }),
    });
    this.maps = {
      window: new Feed(() => this.readMap('window'), MAP_PAUSE_MS),
      overview: new Feed(() => this.readMap('overview'), OVERVIEW_PAUSE_MS),
    };
    this.stats = new Feed(() => this.readVms(), VM_PAUSE_MS);
    void this.follow();
  }

  private async follow(): Promise<void> {
    try {
      for await (const event of this.stream) {
        this.headAtFirst ??= this.stream.head;
        this.tally.take(event);
        if (event.type === 'vm-deleted') this.stale.delete(event.vm);
        else this.stale.add(event.vm);
        const touched = touchedBy(event);
        if (touched !== null && event.vm === this.vm?.id) this.touch(touched);
        this.schedule();
      }
    } catch (error) {
      if (!this.ending.signal.aborted) fail(error);
    }
  }

  private touch(touched: { readonly page: number; readonly pages: number } | 'all'): void {
    for (const which of ['window', 'overview'] as const) {
      const window = this.windows[which];
      if (window === null) continue;
      const end = window.from + window.cells * 2 ** window.shift;
      if (touched === 'all' || (touched.page < end && touched.page + touched.pages > window.from)) this.maps[which].touch();
    }
  }

  private everythingIsStale(): void {
    this.touch('all');
    for (const id of this.watched) this.stale.add(id);
    this.stats.touch();
  }

  private schedule(): void {
    if (this.timer !== null || !this.drawn) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.hand();
    }, this.batchMs);
  }

  private hand(): void {
    if (!this.tally.hasNews || !this.drawn) return;
    this.drawn = false;
    const now = this.stream.head ?? 0;
    const batch = this.tally.batch({ now: this.vm === null ? now : null, atFirst: this.headAtFirst ?? now });
    this.batchMs = batch.events >= FLOOD_EVENTS ? FLOOD_BATCH_MS : BATCH_MS;
    say(batch);
    if (this.watched.some((id) => this.stale.has(id))) this.stats.touch();
  }

  private async readMap(which: 'window' | 'overview'): Promise<void> {
    const window = this.windows[which];
    const { vm } = this;
    if (window === null || vm === null) return;
    try {
      const counts: CellCounts = await readCells(vm, window, this.ending.signal);
      const transfer = [counts.states.buffer, counts.levels.buffer] as ArrayBuffer[];
      scope.postMessage({ t: 'map', vm: vm.id, which, window, counts }, transfer);
    } catch (error) {
      if (!this.ending.signal.aborted) fail(error);
    }
  }

  private async readVms(): Promise<void> {
    const ids = this.watched.filter((id) => this.stale.has(id)).slice(0, WATCHED_MAX);
    for (const id of ids) {
      this.stale.delete(id);
      const params = { path: { vm: id }, query: { digest: 'false' as const } };
      const answer = await this.rampart.api.GET('/v1/vms/{vm}', { params, signal: this.ending.signal }).catch(() => null);
      if (answer?.data !== undefined) say({ t: 'vm', vm: answer.data });
    }
    if (this.watched.some((id) => this.stale.has(id))) this.stats.touch();
  }

  hear(message: Exclude<ToWorker, Opening>): void {
    switch (message.t) {
      case 'close':
        return this.end();
      case 'drawn':
        this.drawn = true;
        return this.tally.hasNews ? this.schedule() : undefined;
      case 'window':
        this.windows.window = message.window;
        this.windows.overview = message.overview;
        this.maps.window.touch();
        return this.maps.overview.touch();
      case 'watch':
        this.watched = message.vms;
        for (const id of message.vms) this.stale.add(id);
        return this.stats.touch();
      case 'select':
        this.tally.selected = message.page;
        return undefined;
      case 'filter':
        this.tally.filter = message.filter;
        return say({ t: 'faults', ...this.tally.filtered() });
    }
  }

  end(): void {
    this.ending.abort();
    for (const feed of [this.maps.window, this.maps.overview, this.stats]) feed.stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }
}

function say(message: FromWorker): void {
  scope.postMessage(message);
}

function fail(error: unknown): void {
  const code = error instanceof RampartProblem ? error.code : error instanceof Error ? error.name : 'unknown';
  say({ t: 'failed', code, why: error instanceof Error ? error.message : String(error) });
}

let live: Live | null = null;

scope.onmessage = ({ data }) => {
  if (data.t !== 'open') return live?.hear(data);
  live?.end();
  live = new Live(data);
};
