/** The whole service on a port of its own, in memory. */
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { type App, type AppParts, createApp, memoryServices, REAL_WORLD } from '../../src/app.js';
import { type Config, defaultConfig } from '../../src/config.js';

export interface RealService {
  readonly url: string;
  readonly port: number;
  readonly app: App;
  close(): Promise<void>;
}

export async function startRealService(changes: Partial<Config> = {}, parts: Pick<AppParts, 'page'> = {}): Promise<RealService> {
  const config = defaultConfig({ port: 0, memory: true, shutdownMs: 200, ...changes });
  const app = createApp({
    ...parts,
    config,
    services: memoryServices(config, REAL_WORLD),
    logger: pino({ level: 'silent' }),
    asyncApiText: () => '{}',
    onBug: (error) => {
      throw error;
    },
  });
  await app.http.listen({ host: '127.0.0.1', port: config.port });
  const { port } = app.http.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, app, close: () => app.close() };
}
