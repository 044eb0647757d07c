/** The parts put together: services, HTTP server, stream. Wiring, no logic; it listens nowhere. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type Config, visibleSettings } from './config.js';
import { VERSION } from './config/version.js';
import { limitsOf } from './http/about.js';
import { RULES_VERSION } from './service/durable-journal.js';
import { BUNDLE_LIMITS } from './http/bundle/format.js';
import { parseJsonText } from './http/json-body.js';
import { createMetrics, histogramsText } from './http/metrics.js';
import { type OpenApiDocument, openApiDocument } from './http/openapi.js';
import type { BuiltPage } from './http/pages/built-page.js';
import { commandsToPaste, welcomeText } from './http/pages/commands.js';
import { indexPage } from './http/pages/index-page.js';
import { problemDocument } from './http/problem.js';
import { requestIds } from './http/request-id.js';
import { RequestTimes } from './http/request-times.js';
import type { Route } from './http/route.js';
import { bundleRoutes } from './http/routes/bundles.js';
import { comparisonRoutes } from './http/routes/comparisons.js';
import { type DiagnosticSources, diagnosticRoutes } from './http/routes/diagnostics.js';
import { decodeRoutes } from './http/routes/decode.js';
import { documentRoutes } from './http/routes/documents.js';
import { eventRoutes } from './http/routes/events.js';
import { firmwareRoutes } from './http/routes/firmware.js';
import { guestRoutes } from './http/routes/guest.js';
import { batchRoutes } from './http/routes/batch.js';
import { explainRoutes } from './http/routes/explain.js';
import { historyRoutes } from './http/routes/history.js';
import { kernelMapRoutes } from './http/routes/kernel-maps.js';
import { memoryRoutes } from './http/routes/memory.js';
import { operationRoutes } from './http/routes/operations.js';
import { scenarioRoutes } from './http/routes/scenarios.js';
import { serviceRoutes } from './http/routes/service.js';
import { streamRoutes } from './http/routes/stream.js';
import { viewRoutes } from './http/routes/views.js';
import { vmRoutes } from './http/routes/vms.js';
import { createServer } from './http/server.js';
import { contestsHost, decideStreamAccess } from './service/access.js';
import { type Opened, openServices } from './service/durable-services.js';
import { Hub } from './service/hub.js';
import { ScenarioFolder } from './service/scenario-folder.js';
import { expireByAge } from './service/expiry.js';
import { createServices, type Services, type ServiceSettings, type World } from './service/services.js';
import type { StoreRefusal } from './service/store/store-refusal.js';
import { EVENT_LOG_LIMITS, STREAM_LIMITS } from './service/stream-limits.js';
import { StreamTally } from './service/stream-tally.js';
import { StreamTickets } from './service/stream-tickets.js';
import { attachStream } from './ws/stream.js';

export { readBuiltPage } from './http/pages/built-page.js';
export { REAL_WORLD } from './service/services.js';

/** Beside the source and beside the bundle alike. */
const SCENARIOS = new URL('../scenarios/', import.meta.url);

export interface App {
  readonly http: FastifyInstance;
  readonly services: Services;
  readonly routes: readonly Route[];
  readonly metrics: Registry;
  /** The OpenAPI document, as it is served and committed. */
  openApiText(): string;
  /** For the person who has started it. */
  welcome(url: string): string;
  /** Says goodbye to streams, lets requests end, stops listening; after `shutdownMs` it does not wait any longer. */
  close(): Promise<void>;
}

export interface AppParts {
  readonly config: Config;
  readonly services: Services;
  readonly logger: Logger;
  /** JSON text of the AsyncAPI document. */
  asyncApiText(): string;
  onBug(error: Error): void;
  /** Left out: a plain page is at `/`. */
  page?: BuiltPage | null;
  /** Numbers of the process; left out where nobody measures them. */
  vitals?: DiagnosticSources['vitals'];
}

/** Everything in memory. */
export function memoryServices(config: Config, world: World): Services {
  return createServices(settingsOf(config), world);
}

/** What the settings ask for: a folder on disk, or memory. Or why that cannot be. */
export async function openServicesFor(config: Config, world: World): Promise<Opened | StoreRefusal> {
  if (config.memory) return { services: memoryServices(config, world), found: 'nothing is kept on disk' };
  return openServices(settingsOf(config), world, { folder: config.dataDir, mode: config.sync, intervalMs: config.syncIntervalMs });
}

function settingsOf(config: Config): ServiceSettings {
  const { contentBytesTotalMax, touchedBytesMax, touchedBytesTotalMax, eventsPerVm, logBytesMax, eventAgeS } = config;
  return {
    ...config,
    footprint: { contentBytesTotalMax, touchedBytesMax, touchedBytesTotalMax },
    eventLog: { ...EVENT_LOG_LIMITS, eventsPerVm, logBytesMax, eventAgeMs: eventAgeS * 1000 },
  };
}

export function createApp({ config, services, logger, asyncApiText, onBug, page = null, vitals }: AppParts): App {
  const { log, clock, access, executor } = services;
  const streamLimits = { ...STREAM_LIMITS, connectionsMax: config.streamsMax };
  const hub = new Hub({ log, limits: streamLimits });
  const tickets = new StreamTickets(clock, streamLimits);
  const times = new RequestTimes();
  const streamTally = new StreamTally();
  const followers = (): number => hub.stats().followers;
  const metrics = createMetrics({
    services,
    streamTally,
    stream: () => stream.stats(),
    followers,
    connections: () => http.connections,
    tickets: () => tickets.size,
  });
  const tokenNeed = config.token === null ? 'open' : 'token';
  const endExpiry = expireByAge(services);
  let stopping = false;

  const about = {
    version: VERSION,
    rulesVersion: RULES_VERSION,
    limits: limitsOf(config, streamLimits),
    stopping: () => stopping,
  };
  let openApi: OpenApiDocument | undefined;
  const documents = {
    openApi: () => (openApi ??= openApiDocument(routes, VERSION)),
    openApiText: () => `${JSON.stringify(documents.openApi(), null, 2)}\n`,
    asyncApiText,
    page,
    indexPage: (host: string) => indexPage(VERSION, commandsToPaste(`http://${host}`, tokenNeed)),
    metrics: async () => (await metrics.metrics()) + histogramsText(times, services.journal),
  };
  const operations = [
    ...operationRoutes(services),
    ...guestRoutes(services),
    ...firmwareRoutes(services),
    ...memoryRoutes(services),
    ...kernelMapRoutes(services),
  ];
  const routes: readonly Route[] = [
    ...serviceRoutes(services, about),
    ...vmRoutes(services),
    ...bundleRoutes(services, { ...BUNDLE_LIMITS, bytesMax: config.bundleBytesMax }),
    ...operations,
    ...batchRoutes(services, operations),
    ...viewRoutes(services),
    ...historyRoutes(services, streamLimits),
    ...explainRoutes(services),
    ...comparisonRoutes(operations),
    ...eventRoutes({ log, hub, clock, limits: streamLimits }),
    ...streamRoutes(tickets, streamLimits),
    ...diagnosticRoutes({
      services,
      version: VERSION,
      rulesVersion: RULES_VERSION,
      settings: visibleSettings(config),
      ready: () => !stopping && services.journal.failure === null,
      use: () => limitsInUse(),
      followers,
      stream: () => stream.stats(),
      sockets: () => [...stream.peers()],
      vitals: () => vitals?.() ?? null,
    }),
    ...scenarioRoutes({ folder: new ScenarioFolder(SCENARIOS), routes: operations }),
    ...decodeRoutes(),
    ...documentRoutes(documents),
  ];
  const limitsInUse = () => {
    const { connections: streams, subscriptions } = stream.stats();
    const { footprint, size } = services.machines;
    return {
      vms: { used: size, limit: config.vmsMax },
      contentBytes: { used: footprint.contentBytes, limit: config.contentBytesTotalMax },
      touchedBytes: { used: footprint.touchedBytes, limit: config.touchedBytesTotalMax },
      logBytes: { used: log.stats().bytes, limit: config.logBytesMax },
      connections: { used: http.connections.size, limit: config.connectionsMax },
      streams: { used: streams, limit: streamLimits.connectionsMax },
      streamSubscriptions: { used: subscriptions, limit: streamLimits.subscriptionsMax },
      streamTickets: { used: tickets.size, limit: streamLimits.ticketsMax },
    };
  };
  const gate = { journal: services.journal, answers: services.answers, now: () => clock.now() };
  const http = createServer({ settings: config, access, gate, logger, times, onBug }, routes);
  const stream = attachStream({
    server: http.server,
    log,
    hub,
    clock,
    limits: streamLimits,
    access(request: IncomingMessage, ticket) {
      const { host, origin, authorization } = request.headers;
      const caller = { host, hostContested: contestsHost(request), origin, authorization };
      return http.connections.objectionTo(request.socket) ?? decideStreamAccess(access, tickets, caller, ticket);
    },
    problem: (refusal, requestId) => {
      const document = problemDocument(refusal, requestId);
      return { status: document.status, body: JSON.stringify(document) };
    },
    requestId: requestIds(),
    parseJson: parseJsonText,
    meter: streamTally.meter,
  });

  return {
    http,
    services,
    routes,
    metrics,
    openApiText: documents.openApiText,
    welcome: (url) => welcomeText(VERSION, url, tokenNeed),
    async close() {
      stopping = true;
      executor.close();
      endExpiry();
      const cancel = clock.after(config.shutdownMs, () => http.server.closeAllConnections());
      const streamsClosed = stream.close();
      hub.close();
      // Until the streams have gone, whoever asks /readyz is told that this one stops.
      await streamsClosed;
      await http.close();
      await services.journal.close();
      cancel();
    },
  };
}
