/** What `/metrics` shows, in the words of the field. No address and no VM id is ever a label. */
import { Counter, Gauge, Registry } from 'prom-client';
import { type Histogram, TIME_BOUNDS } from '../service/histogram.js';
import type { Services } from '../service/services.js';
import type { StreamTally } from '../service/stream-tally.js';
import type { Count } from '../service/tally.js';
import type { RequestTimes } from './request-times.js';

/** Numbers of the stream, asked for when somebody looks. */
export interface StreamNumbers {
  readonly connections: number;
  readonly subscriptions: number;
  readonly unsentBytes: number;
  /** Events that the subscription which is farthest behind has not looked at. */
  readonly lag: number;
}

export interface MetricSources {
  readonly services: Services;
  readonly streamTally: StreamTally;
  stream(): StreamNumbers;
  /** WebSockets and event streams over HTTP. */
  followers(): number;
  connections(): { readonly size: number; readonly refused: number };
  tickets(): number;
}

export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  machineMetrics(registry, sources.services);
  journalMetrics(registry, sources.services);
  streamMetrics(registry, sources);
  const { connections } = sources;
  gauge(registry, 'rampart_connections', 'Open connections, WebSockets among them', () => connections().size);
  counter(registry, 'rampart_connections_refused_total', 'Connections beyond the limit', [], () => [
    { labels: {}, value: connections().refused },
  ]);
  return registry;
}

function machineMetrics(registry: Registry, { tally, machines }: Services): void {
  counter(registry, 'rampart_operations_total', 'Operations carried out', ['op'], () => tally.operations.values());
  counter(registry, 'rampart_faults_total', 'RMP faults of host stores, by what the handler decided', ['decision', 'generation'], () =>
    tally.faults.values(),
  );
  counter(registry, 'rampart_splits_total', 'Huge mappings split', ['generation'], () => tally.splits.values());
  counter(registry, 'rampart_signals_total', 'Signals sent to VMMs', ['signal', 'generation'], () => tally.signals.values());
  counter(registry, 'rampart_page_faults_total', 'Page faults of host accesses', ['kind', 'generation'], () => tally.pageFaults.values());
  counter(registry, 'rampart_direct_map_split_pages_total', '4K pages whose direct map was split', ['generation'], () =>
    tally.directMapPages.values(),
  );
  counter(registry, 'rampart_leaked_pages_total', '4K pages lost to the host', ['cause', 'generation'], () => tally.leakedPages.values());
  labelled(registry, 'rampart_vms', 'VMs by state', ['state'], () => {
    const counts = { running: 0, killed: 0 };
    for (const { machine } of machines.all()) counts[machine.state]++;
    return Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }));
  });
  const { footprint } = machines;
  gauge(registry, 'rampart_content_bytes', 'Page contents that all VMs keep', () => footprint.contentBytes);
  gauge(registry, 'rampart_touched_bytes', 'Tables of all VMs for memory that was touched', () => footprint.touchedBytes);
}

function journalMetrics(registry: Registry, { journal, log, answers }: Services): void {
  gauge(registry, 'rampart_log_events', 'Events that the log keeps', () => log.stats().events);
  gauge(registry, 'rampart_log_bytes', 'Bytes that the log holds', () => log.stats().bytes);
  gauge(registry, 'rampart_log_head', 'Position of the newest event', () => log.head);
  gauge(registry, 'rampart_idempotency_keys', 'Idempotency keys that are kept', () => answers.size);
  gauge(registry, 'rampart_journal_failed', '1 while the store takes nothing', () => (journal.failure === null ? 0 : 1));
  if (journal.stats === undefined) return;
  gauge(registry, 'rampart_journal_waiting', 'Batches of records that are not kept yet', () => journal.stats?.().waiting ?? 0);
  gauge(registry, 'rampart_journal_disk_bytes', 'Bytes of the store on disk', () => journal.stats?.().diskBytes ?? 0);
}

function streamMetrics(registry: Registry, { stream, streamTally, followers, tickets }: MetricSources): void {
  gauge(registry, 'rampart_stream_connections', 'Open WebSocket connections', () => stream().connections);
  gauge(registry, 'rampart_stream_subscriptions', 'Subscriptions on them', () => stream().subscriptions);
  gauge(registry, 'rampart_stream_followers', 'Readers that follow the log: WebSockets and streams over HTTP', followers);
  gauge(registry, 'rampart_stream_unsent_bytes', 'Bytes that their sockets have not taken yet', () => stream().unsentBytes);
  gauge(registry, 'rampart_stream_lag_events', 'Events that the subscription farthest behind has to go', () => stream().lag);
  gauge(registry, 'rampart_stream_tickets', 'Tickets that are issued and not used', tickets);
  const { opened, closed, events, bytes, stuck } = streamTally;
  counter(registry, 'rampart_stream_opened_total', 'WebSocket connections opened', [], () => [opened]);
  counter(registry, 'rampart_stream_closed_total', 'WebSocket connections ended, by close code', ['code'], () => closed.values());
  counter(registry, 'rampart_stream_events_sent_total', 'Events written to WebSockets', [], () => [events]);
  counter(registry, 'rampart_stream_bytes_sent_total', 'Bytes of events written to WebSockets', [], () => [bytes]);
  counter(registry, 'rampart_stream_stuck_total', 'Peers that were ended because they took nothing', [], () => [stuck]);
}

function counter(registry: Registry, name: string, help: string, labelNames: readonly string[], counts: () => Iterable<Count>): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        this.reset();
        for (const { labels, value } of counts()) this.inc({ ...labels }, value);
      },
    }),
  );
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  labelled(registry, name, help, [], () => [{ labels: {}, value: read() }]);
}

function labelled(registry: Registry, name: string, help: string, labelNames: readonly string[], read: () => readonly Count[]): void {
  registry.registerMetric(
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        for (const { labels, value } of read()) this.set({ ...labels }, value);
      },
    }),
  );
}

/** The plain counts as histograms: prom-client's own costs about as much as a whole small request. */
export function histogramsText(times: RequestTimes, journal: Services['journal']): string {
  const requests = times.all().map(({ method, route, status, times: histogram }) => ({
    labels: `method="${method}",route="${route}",status="${status}"`,
    histogram,
  }));
  const stats = journal.stats?.();
  return [
    ...histogramLines('rampart_http_request_duration_seconds', 'Time from the first byte of a request to the end of its answer', requests),
    ...(stats === undefined
      ? []
      : histogramLines('rampart_journal_duration_seconds', 'Time from a record to its being kept', [
          { labels: '', histogram: stats.latency },
        ])),
    '',
  ].join('\n');
}

interface Labelled {
  readonly labels: string;
  readonly histogram: Histogram;
}

function histogramLines(name: string, help: string, all: readonly Labelled[]): readonly string[] {
  const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
  for (const { labels, histogram } of all) {
    const { counts, sumSeconds } = histogram;
    const only = labels === '' ? '' : `{${labels}}`;
    let total = 0;
    counts.forEach((count, i) => {
      total += count;
      lines.push(`${name}_bucket{${labels === '' ? '' : `${labels},`}le="${TIME_BOUNDS[i] ?? '+Inf'}"} ${total}`);
    });
    lines.push(`${name}_sum${only} ${sumSeconds}`, `${name}_count${only} ${total}`);
  }
  return lines;
}
