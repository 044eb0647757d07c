/** The state of the service itself, for whoever looks after it: numbers and settings, no secret, nothing of what callers sent. */
import type { Services } from '../../service/services.js';
import { defineRoute, type Route } from '../route.js';
import { Diagnostics, type DiagnosticsView, type LimitInUse } from '../schemas/diagnostics.js';

export interface DiagnosticSources {
  readonly services: Services;
  readonly version: string;
  readonly rulesVersion: number;
  readonly settings: Readonly<Record<string, unknown>>;
  ready(): boolean;
  use(): Readonly<Record<LimitInUse, { readonly used: number; readonly limit: number }>>;
  followers(): number;
  stream(): { readonly lag: number; readonly unsentBytes: number };
  sockets(): DiagnosticsView['stream']['sockets'];
  vitals(): DiagnosticsView['vitals'];
}

const SOCKETS_SHOWN = 100;

export function diagnosticRoutes(sources: DiagnosticSources): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/diagnostics',
      operationId: 'diagnostics',
      tag: 'service',
      summary: 'The state of the service itself, without secrets',
      answer: { status: 200, description: 'Settings, limits and their use, log, store, stream, process', schema: Diagnostics },
      problems: [],
      handle: () => view(sources),
    }),
  ];
}

function view(sources: DiagnosticSources): DiagnosticsView {
  const { services, version, rulesVersion, settings } = sources;
  const { lag, unsentBytes } = sources.stream();
  return {
    version,
    rulesVersion,
    ready: sources.ready(),
    settings,
    use: sources.use(),
    log: logView(services),
    store: storeView(services),
    stream: {
      followers: sources.followers(),
      lag,
      unsentBytes,
      sockets: [...sources.sockets()].sort((a, b) => b.lag - a.lag || b.unsentBytes - a.unsentBytes).slice(0, SOCKETS_SHOWN),
    },
    vitals: sources.vitals(),
  };
}

function logView({ log }: Services): DiagnosticsView['log'] {
  const { events, segments } = log.stats();
  return { epoch: log.epoch, began: log.began, head: log.head, oldest: log.oldest, events, segments };
}

function storeView({ journal, answers }: Services): DiagnosticsView['store'] {
  const stats = journal.stats?.();
  return {
    kind: stats === undefined ? 'memory' : 'folder',
    failure: journal.failure,
    record: stats?.record ?? null,
    waiting: stats?.waiting ?? null,
    diskBytes: stats?.diskBytes ?? null,
    idempotencyKeys: answers.size,
  };
}
