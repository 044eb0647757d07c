/** A service with a clock that is moved by hand and ids that count, called without a socket. */
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type Logger, pino } from 'pino';
import { afterAll } from 'vitest';
import { type App, type AppParts, createApp, memoryServices } from '../../../src/app.js';
import { type Config, defaultConfig } from '../../../src/config.js';
import type { Ids } from '../../../src/service/ids.js';
import type { Clock } from '../../../src/service/clock.js';
import { ManualClock } from '../../support/manual-clock.js';

export const START = Date.parse('2026-01-02T03:04:05.678Z');

export function countingIds(): Ids {
  let count = 0;
  return { next: () => `t${++count}` };
}

/** A value that a test looks into without saying its type first. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export interface Reply {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
  readonly body: Loose;
}

export interface TestAppParts extends Pick<AppParts, 'page'> {
  readonly logger?: Logger;
  /** Else one that is moved by hand. */
  readonly clock?: Clock;
}

export class TestApp {
  readonly clock = new ManualClock(START);
  readonly app: App;

  constructor(changes: Partial<Config> = {}, parts: TestAppParts = {}) {
    const config = defaultConfig(changes);
    this.app = createApp({
      ...(parts.page === undefined ? {} : { page: parts.page }),
      config,
      services: memoryServices(config, { clock: parts.clock ?? this.clock, ids: countingIds() }),
      logger: parts.logger ?? pino({ level: 'silent' }),
      asyncApiText: () => '{}',
      onBug: (error) => {
        throw error;
      },
    });
    afterAll(() => this.app.close());
  }

  async call(options: InjectOptions): Promise<Reply> {
    const { statusCode, headers, body } = await this.app.http.inject({ ...options, headers: { host: 'localhost', ...options.headers } });
    const isJson = /[/+]json\b/.test(String(headers['content-type'])) && body !== '';
    return { status: statusCode, headers, text: body, body: isJson ? JSON.parse(body) : undefined };
  }

  get(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call({ method: 'GET', url, headers });
  }

  post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call({ method: 'POST', url, payload: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });
  }

  postText(url: string, payload: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call({ method: 'POST', url, payload, headers: { 'content-type': 'application/json', ...headers } });
  }

  delete(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.call({ method: 'DELETE', url, headers });
  }

  /** Path of a new VM. */
  async vm(body: object = {}): Promise<string> {
    const created = await this.post('/v1/vms', body);
    if (created.status !== 201) throw new Error(created.text);
    return `/v1/vms/${created.body.id}`;
  }

  async digest(vm: string): Promise<string> {
    return (await this.get(vm)).body.digest;
  }
}
