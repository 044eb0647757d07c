/** The parts of the service that HTTP and the stream work with, made once. */
import { type AccessPolicy, type AccessSettings, createAccessPolicy } from './access.js';
import { AnswerBook } from './answer-book.js';
import { type Clock, systemClock } from './clock.js';
import { EventLog } from './event-log.js';
import { Executor, ORIGIN_BYTES_MAX } from './executor.js';
import { FOOTPRINT_LIMITS, type FootprintLimits } from './footprint.js';
import { type Histories, MemoryHistories } from './history.js';
import { type Ids, randomIds } from './ids.js';
import { type Journal, MemoryJournal } from './journal.js';
import { Machines } from './machines.js';
import type { EventLogLimits } from './stream-limits.js';
import { Tally } from './tally.js';
import { eventJson } from './wire.js';

export interface Services {
  readonly machines: Machines;
  readonly executor: Executor;
  readonly journal: Journal;
  readonly histories: Histories;
  readonly answers: AnswerBook;
  readonly log: EventLog;
  readonly tally: Tally;
  readonly access: AccessPolicy;
  readonly clock: Clock;
}

export interface ServiceSettings extends AccessSettings {
  readonly vmsMax: number;
  readonly originBytesMax?: number;
  readonly eventLog: Partial<EventLogLimits>;
  readonly footprint?: Partial<FootprintLimits>;
}

/** The world outside, handed in: tests have their own. */
export interface World {
  readonly clock: Clock;
  readonly ids: Ids;
}

export const REAL_WORLD: World = { clock: systemClock, ids: randomIds };

/** Everything in memory. The log is a new one after each start, and its epoch says so. */
export function createServices(settings: ServiceSettings, world: World): Services {
  const log = new EventLog({ epoch: `e${world.ids.next()}`, encode: eventJson, limits: settings.eventLog });
  const histories = new MemoryHistories();
  return assemble(settings, world, {
    log,
    machines: new Machines(),
    answers: new AnswerBook(() => world.clock.now()),
    journal: new MemoryJournal(log, (turn) => histories.note(turn)),
    histories,
  });
}

/** The rest of the services around what keeps things. */
export function assemble(
  settings: ServiceSettings,
  world: World,
  kept: Pick<Services, 'log' | 'machines' | 'answers' | 'journal' | 'histories'>,
): Services {
  const { clock, ids } = world;
  const { machines, journal } = kept;
  const tally = new Tally();
  const { vmsMax, originBytesMax = ORIGIN_BYTES_MAX } = settings;
  const footprint = { ...FOOTPRINT_LIMITS, ...settings.footprint };
  const executor = new Executor({ machines, journal, clock, ids, tally, vmsMax, originBytesMax, footprint });
  return { ...kept, executor, tally, access: createAccessPolicy(settings), clock };
}
