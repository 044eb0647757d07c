/** What simulated clients ask for next. */
import { guestOperation, hostOperation, listOf } from './more-ops.js';
import { type Asked, ASKED_RESET, type Random, tableOperation } from './op.js';

export function askedOperation(random: Random): Asked {
  const dice = random();
  if (dice < 0.12) return hostOperation(random);
  if (dice < 0.24) return guestOperation(random);
  return tableOperation(random);
}

/** Has to be alone: its body takes more than a turn, or it has none, so that it would be overtaken or overtake. */
export function askedAlone(random: Random): Asked {
  return random() < 0.4 ? ASKED_RESET : listOf(random, askedOperation);
}
