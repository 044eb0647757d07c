/** One life of the service, from a start to a kill or a stop: the whole application over a simulated disk and a clock of its own. */
import { pino } from 'pino';
import { type App, createApp } from '../../src/app.js';
import { defaultConfig } from '../../src/config.js';
import { servicesOn } from '../../src/service/durable-services.js';
import type { Ids } from '../../src/service/ids.js';
import type { Services } from '../../src/service/services.js';
import { refusalOf } from '../../src/service/store/store-refusal.js';
import type { Store } from '../../src/service/store/store.js';
import { EVENT_LOG_LIMITS } from '../../src/service/stream-limits.js';
import type { FaultyDisk } from '../store/support/faulty-store.js';
import { ManualClock } from '../support/manual-clock.js';

/** Small, so that segments are sealed, packed and dropped within one run. */
const EVENT_LOG = {
  ...EVENT_LOG_LIMITS,
  segmentBytes: 4096,
  segmentEventsMax: 16,
  plainSegments: 2,
  unpackedSegments: 2,
  eventsPerVm: 20,
  logBytesMax: 14 * 2 ** 10,
};

/** A service that is broken on purpose. */
export interface Mutant {
  readonly name: string;
  store?(store: Store): Store;
  services?(services: Services): void;
}

export interface Life {
  readonly app: App;
  readonly clock: ManualClock;
  /** Words of an invariant that broke. */
  readonly bugs: string[];
  /** The process has been killed: nothing of it is heard any more. */
  dead: boolean;
}

/** A life, or why the service does not start. */
export async function begin(disk: FaultyDisk, nowMs: number, ids: Ids, mutant: Mutant | null): Promise<Life | string> {
  const found = await disk.open().catch((error: unknown) => refusalOf(error, disk.name));
  if ('refused' in found) return `${found.code}: ${found.detail}`;
  const clock = new ManualClock(nowMs);
  const config = defaultConfig();
  const store = mutant?.store?.(found) ?? found;
  let services: Services;
  try {
    services = servicesOn({ ...config, eventLog: EVENT_LOG }, { clock, ids }, store).services;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  mutant?.services?.(services);
  const bugs: string[] = [];
  const app = createApp({
    config,
    services,
    logger: pino({ level: 'silent' }),
    asyncApiText: () => '{}',
    onBug: (error) => bugs.push(error.stack ?? error.message),
  });
  await app.http.ready();
  return { app, clock, bugs, dead: false };
}

/** Lets everything go on that can without the clock. */
export function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
