/** The parts of the service that HTTP and the stream work with, made once. */
import { randomIds, type Ids } from './ids.js';
import { type AccessPolicy, type AccessSettings, createAccessPolicy } from './access.js';
import { type Clock, systemClock } from './clock.js';
import { EventLog } from './event-log.js';
import { Executor } from './executor.js';
import { Machines } from './machines.js';
import type { EventLogLimits } from './stream-limits.js';
import { Tally } from './tally.js';
import { eventJson } from './wire.js';

export interface Services {
  readonly machines: Machines;
  readonly executor: Executor;
  readonly log: EventLog;
  readonly tally: Tally;
  readonly access: AccessPolicy;
  readonly clock: Clock;
}

export interface ServiceSettings extends AccessSettings {
  readonly vmsMax: number;
  readonly eventLog: Partial<EventLogLimits>;
}

/** The world outside, handed in: tests have their own. */
export interface World {
  readonly clock: Clock;
  readonly ids: Ids;
}

export const REAL_WORLD: World = { clock: systemClock, ids: randomIds };

/** A log that lives in memory is a new one after each start, and its epoch says so. */
export function createServices(settings: ServiceSettings, world: World): Services {
  const { clock, ids } = world;
  const machines = new Machines();
  const tally = new Tally();
  const log = new EventLog({ epoch: `e${ids.next()}`, encode: eventJson, limits: settings.eventLog });
  const executor = new Executor({ machines, log, clock, ids, tally, vmsMax: settings.vmsMax });
  return { machines, executor, log, tally, access: createAccessPolicy(settings), clock };
}
