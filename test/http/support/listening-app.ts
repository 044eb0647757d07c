/** A whole service on a port of its own, for what only real sockets show. */
import type { AddressInfo } from 'node:net';
import type { Config } from '../../../src/config.js';
import { TestApp, type TestAppParts } from './test-app.js';

export interface ListeningApp {
  readonly app: TestApp;
  readonly port: number;
  readonly url: string;
}

export async function listeningApp(changes: Partial<Config> = {}, parts: TestAppParts = {}): Promise<ListeningApp> {
  const app = new TestApp(changes, parts);
  await app.app.http.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.app.http.server.address() as AddressInfo;
  return { app, port, url: `127.0.0.1:${port}` };
}
