/**
 * The process: settings, build, listen, stop on a signal. The only user of `process` but for the store's lock.
 *
 * Exit codes: 0 stopped as asked, 1 an invariant broke, or the address cannot be listened on, or stopping took too long, 2 the
 * settings make no sense, 3 the store cannot be opened.
 */
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pino } from 'pino';
import { collectDefaultMetrics } from 'prom-client';
import { type App, type AppParts, createApp, openServicesFor, readBuiltPage, REAL_WORLD } from './app.js';
import { baseUrl, type Config, helpText, readConfig } from './config.js';
import { VERSION } from './config/version.js';
import { playDemo } from './service/demo.js';

/** The bundle in dist/ is as deep as this file. */
const ASYNCAPI = new URL('../openapi/asyncapi.json', import.meta.url);
const PAGE = new URL('../dist/web/', import.meta.url);

/** How often the delay of the event loop is looked at. */
const LOOP_LOOK_MS = 20;

/** What closing may take beyond the time that the settings give to others. */
const STOP_SLACK_MS = 1000;

const parsed = readConfig(process.env, process.argv.slice(2));
switch (parsed.kind) {
  case 'help':
    say(helpText(VERSION));
    break;
  case 'version':
    say(VERSION);
    break;
  case 'refused':
    complain(parsed.message);
    process.exitCode = 2;
    break;
  case 'run':
    await run(parsed.config, parsed.warnings);
    break;
}

async function run(config: Config, warnings: readonly string[]): Promise<void> {
  const logger = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: true }));
  for (const warning of warnings) logger.warn(warning);
  const opened = await openServicesFor(config, REAL_WORLD);
  if ('refused' in opened) {
    complain(`${config.dataDir}: ${opened.detail}; ${opened.hint}`);
    process.exitCode = 3;
    return;
  }
  logger.info(`store: ${opened.found}`);
  const app = createApp({
    config,
    services: opened.services,
    logger,
    asyncApiText: () => readFileSync(ASYNCAPI, 'utf8'),
    onBug: () => process.exit(1),
    page: readBuiltPage(PAGE),
    vitals: vitals(),
  });
  collectDefaultMetrics({ register: app.metrics });
  stopOnSignal(app, config.shutdownMs);
  try {
    await app.http.listen({ host: config.host, port: config.port });
  } catch (error) {
    complain(`cannot listen on ${config.host} port ${config.port}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    await app.close();
    return;
  }
  const address = app.http.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const url = baseUrl(config.host, port);
  say(app.welcome(url));
  if (config.demo) playDemo(app.services.executor, say);
}

/** What the process measures of itself; delays of the event loop since the start. */
function vitals(): NonNullable<AppParts['vitals']> {
  const delay = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS });
  delay.enable();
  // What it counts is the time from one look to the next.
  const ms = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / 10_000) / 100 - LOOP_LOOK_MS);
  return () => {
    const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    return {
      node: process.version,
      uptimeSeconds: Math.round(process.uptime()),
      eventLoopDelayMs: { mean: ms(delay.mean), p99: ms(delay.percentile(99)), max: ms(delay.max) },
      memoryBytes: { rss, heapUsed, heapTotal, external, arrayBuffers },
    };
  };
}

/** The first signal asks streams and requests to end, in bounded time; the second one does not ask. */
function stopOnSignal(app: App, shutdownMs: number): void {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (++signals > 1) process.exit(1);
      setTimeout(() => {
        complain(`did not stop within ${shutdownMs} ms`);
        process.exit(1);
      }, shutdownMs + STOP_SLACK_MS).unref();
      app.close().then(
        () => process.exit(0),
        (error: unknown) => {
          complain(`stopped, and the next start has more to replay: ${error instanceof Error ? error.message : String(error)}`);
          process.exit(1);
        },
      );
    });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`rampart: ${text}\n`);
}
