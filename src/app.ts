/** The parts put together: services, HTTP server, stream. Wiring, no logic; it listens nowhere. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from './config.js';
import { VERSION } from './config/version.js';
import { FIXED_LIMITS, RULES_VERSION } from './http/about.js';
import { parseJsonText } from './http/json-body.js';
import { createMetrics, durationsText } from './http/metrics.js';
import { type OpenApiDocument, openApiDocument } from './http/openapi.js';
import { commandsToPaste, welcomeText } from './http/pages/commands.js';
import { indexPage } from './http/pages/index-page.js';
import { problemDocument } from './http/problem.js';
import { requestIds } from './http/request-id.js';
import { RequestTimes } from './http/request-times.js';
import type { Route } from './http/route.js';
import { documentRoutes } from './http/routes/documents.js';
import { eventRoutes } from './http/routes/events.js';
import { operationRoutes } from './http/routes/operations.js';
import { serviceRoutes } from './http/routes/service.js';
import { viewRoutes } from './http/routes/views.js';
import { vmRoutes } from './http/routes/vms.js';
import { createServer } from './http/server.js';
import { decideAccess } from './service/access.js';
import { Hub } from './service/hub.js';
import { createServices, type Services, type World } from './service/services.js';
import { STREAM_LIMITS } from './service/stream-limits.js';
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
  readonly world: World;
  readonly logger: Logger;
  /** JSON text of the AsyncAPI document. */
  asyncApiText(): string;
  onBug(error: Error): void;
}

export function createApp({ config, world, logger, asyncApiText, onBug }: AppParts): App {
  const services = createServices({ ...config, eventLog: {} }, world);
  const { log, clock, access, executor } = services;
  const streamLimits = STREAM_LIMITS;
  const hub = new Hub({ log, limits: streamLimits });
  const times = new RequestTimes();
  const metrics = createMetrics(services, () => stream.stats());
  const tokenNeed = config.token === null ? 'open' : 'token';
  let stopping = false;

  const about = {
    version: VERSION,
    rulesVersion: RULES_VERSION,
    limits: { ...FIXED_LIMITS, bodyBytesMax: config.bodyBytesMax, headerBytesMax: config.headerBytesMax, vmsMax: config.vmsMax },
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
    ...viewRoutes(services),
    ...eventRoutes({ log, hub, clock, limits: streamLimits }),
    ...documentRoutes(documents),
  ];
  const http = createServer({ settings: config, access, logger, times, onBug }, routes);
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
      cancel();
    },
  };
}
