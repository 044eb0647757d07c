/** What `/metrics` shows, in the words of the field. No address and no VM id is ever a label. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Services } from '../service/services.js';
import type { Count } from '../service/tally.js';
import { type RequestTimes, TIME_BOUNDS } from './request-times.js';

/** Numbers of the stream, asked for when somebody looks. */
export interface StreamNumbers {
  readonly connections: number;
  readonly subscriptions: number;
  readonly unsentBytes: number;
}

export function createMetrics(services: Services, stream: () => StreamNumbers): Registry {
  const registry = new Registry();
  const { tally, machines, log } = services;
  counter(registry, 'rampart_operations_total', 'Operations carried out', ['op'], tally.operations);
  counter(
    registry,
    'rampart_faults_total',
    'RMP faults of host stores, by what the handler decided',
    ['decision', 'generation'],
    tally.faults,
  );
  counter(registry, 'rampart_splits_total', 'Huge mappings split', ['generation'], tally.splits);
  counter(registry, 'rampart_signals_total', 'Signals sent to VMMs', ['signal', 'generation'], tally.signals);
  gauge(registry, 'rampart_vms', 'VMs by state', ['state'], () => {
    const counts = { running: 0, killed: 0 };
    for (const { machine } of machines.all()) counts[machine.state]++;
    return Object.entries(counts).map(([state, value]) => ({ labels: { state }, value }));
  });
  gauge(registry, 'rampart_log_events', 'Events that the log keeps', [], () => [{ labels: {}, value: log.stats().events }]);
  gauge(registry, 'rampart_log_bytes', 'Bytes that the log holds', [], () => [{ labels: {}, value: log.stats().bytes }]);
  gauge(registry, 'rampart_stream_connections', 'Open WebSocket connections', [], () => [{ labels: {}, value: stream().connections }]);
  gauge(registry, 'rampart_stream_subscriptions', 'Subscriptions on them', [], () => [{ labels: {}, value: stream().subscriptions }]);
  gauge(registry, 'rampart_stream_unsent_bytes', 'Bytes that their sockets have not taken yet', [], () => [
    { labels: {}, value: stream().unsentBytes },
  ]);
  return registry;
}

function counter(registry: Registry, name: string, help: string, labelNames: readonly string[], counts: ReadonlyMap<string, Count>): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [],
      collect() {
        this.reset();
        for (const { labels, value } of counts.values()) this.inc({ ...labels }, value);
      },
    }),
  );
}

function gauge(registry: Registry, name: string, help: string, labelNames: readonly string[], read: () => readonly Count[]): void {
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

/** The plain counts of RequestTimes as a histogram: prom-client's own costs about as much as a whole small request. */
export function durationsText(times: RequestTimes): string {
  const name = 'rampart_http_request_duration_seconds';
  const lines = [`# HELP ${name} Time from the first byte of a request to the end of its answer`, `# TYPE ${name} histogram`];
  for (const { method, route, status, counts, sumSeconds } of times.all()) {
    const labels = `method="${method}",route="${route}",status="${status}"`;
    let total = 0;
    counts.forEach((count, i) => {
      total += count;
      lines.push(`${name}_bucket{${labels},le="${TIME_BOUNDS[i] ?? '+Inf'}"} ${total}`);
    });
    lines.push(`${name}_sum{${labels}} ${sumSeconds}`, `${name}_count{${labels}} ${total}`);
  }
  return `${lines.join('\n')}\n`;
}
