/** The parts put together: services, HTTP server, stream. Wiring, no logic; it listens nowhere. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from './config.js';
import { VERSION } from './config/version.js';
import { limitsOf } from './http/about.js';
import { RULES_VERSION } from './service/durable-journal.js';
import { parseJsonText } from './http/json-body.js';
import { createMetrics, durationsText } from './http/metrics.js';
import { type OpenApiDocument, openApiDocument } from './http/openapi.js';
import { commandsToPaste, welcomeText } from './http/pages/commands.js';
import { indexPage } from './http/pages/index-page.js';
import { problemDocument } from './http/problem.js';
import { requestIds } from './http/request-id.js';
import { RequestTimes } from './http/request-times.js';
import type { Route } from './http/route.js';
import { comparisonRoutes } from './http/routes/comparisons.js';
import { documentRoutes } from './http/routes/documents.js';
import { eventRoutes } from './http/routes/events.js';
import { kernelMapRoutes } from './http/routes/kernel-maps.js';
import { operationRoutes } from './http/routes/operations.js';
import { serviceRoutes } from './http/routes/service.js';
import { streamRoutes } from './http/routes/stream.js';
import { viewRoutes } from './http/routes/views.js';
import { vmRoutes } from './http/routes/vms.js';
import { createServer } from './http/server.js';
import { decideAccess } from './service/access.js';
import { type Opened, openServices } from './service/durable-services.js';
import { Hub } from './service/hub.js';
import { createServices, type Services, type ServiceSettings, type World } from './service/services.js';
import type { StoreRefusal } from './service/store/store-refusal.js';
import { EVENT_LOG_LIMITS, STREAM_LIMITS } from './service/stream-limits.js';
import { attachStream } from './ws/stream.js';

export { REAL_WORLD } from './service/services.js';

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
  return { ...config, eventLog: { ...EVENT_LOG_LIMITS, eventsPerVm: config.eventsPerVm, logBytesMax: config.logBytesMax } };
}

export function createApp({ config, services, logger, asyncApiText, onBug }: AppParts): App {
  const { log, clock, access, executor } = services;
  const streamLimits = { ...STREAM_LIMITS, connectionsMax: config.streamsMax };
  const hub = new Hub({ log, limits: streamLimits });
  const times = new RequestTimes();
  const metrics = createMetrics(services, () => stream.stats());
  const tokenNeed = config.token === null ? 'open' : 'token';
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
    indexPage: (host: string) => indexPage(VERSION, commandsToPaste(`http://${host}`, tokenNeed)),
    metrics: async () => (await metrics.metrics()) + durationsText(times),
  };
  const routes: readonly Route[] = [
    ...serviceRoutes(services, about),
    ...vmRoutes(services),
    ...operationRoutes(services),
    ...kernelMapRoutes(services),
    ...viewRoutes(services),
    ...comparisonRoutes(),
    ...eventRoutes({ log, hub, clock, limits: streamLimits }),
    ...streamRoutes(),
    ...documentRoutes(documents),
  ];
  const gate = { journal: services.journal, answers: services.answers, now: () => clock.now() };
  const http = createServer({ settings: config, access, gate, logger, times, onBug }, routes);
  const stream = attachStream({
    server: http.server,
    log,
    hub,
    clock,
    limits: streamLimits,
    access: ({ headers: { host, origin, authorization } }: IncomingMessage) =>
      decideAccess(access, { host, origin, authorization, needsToken: true }),
    problem: (refusal, requestId) => {
      const document = problemDocument(refusal, requestId);
      return { status: document.status, body: JSON.stringify(document) };
    },
    requestId: requestIds(),
    parseJson: parseJsonText,
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
      const cancel = clock.after(config.shutdownMs, () => http.server.closeAllConnections());
      const streamsClosed = stream.close();
      hub.close();
      await Promise.all([streamsClosed, http.close()]);
      await services.journal.close();
      cancel();
    },
  };
}
