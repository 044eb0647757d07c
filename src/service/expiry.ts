/** Events that are too old go also where nothing new comes. */
import type { Services } from './services.js';

/** How often is looked: sixty-four times in the age, and once a minute at least. */
const LOOKS_PER_AGE = 64;
const LOOK_MS_MAX = 60_000;

/** The answer ends it. */
export function expireByAge({ log, journal, clock }: Pick<Services, 'log' | 'journal' | 'clock'>): () => void {
  let cancel: () => void;
  const look = (): void => {
    const oldest = log.oldest;
    log.expire(clock.now());
    if (log.oldest > oldest) journal.tidy();
    later();
  };
  const later = (): void => {
    cancel = clock.after(Math.min(LOOK_MS_MAX, log.eventAgeMs / LOOKS_PER_AGE), look);
  };
  later();
  return () => {
    cancel();
  };
}
