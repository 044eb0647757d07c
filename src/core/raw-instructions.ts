/** RMPUPDATE and PSMASH as a caller executes them: the bare instruction, with no retry and no rule but the direct map's repair. */
import type { Psmash, Rmpupdate } from './command.js';
import { pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import { afterBareRmpupdate, beforeRmpupdate, emitRmpUpdated, executeRmpupdate, smash } from './kernel-rmp.js';
import type { Machine } from './machine.js';
import type { InstructionOutcome, Result } from './outcome.js';

export function rmpupdate(m: Machine, c: Rmpupdate): Result {
  m.begin(c.inject);
  if (c.directMap) beforeRmpupdate(m, c);
  const code = executeRmpupdate(m, c);
  if (c.directMap) afterBareRmpupdate(m, c, code);
  if (code === SUCCESS) emitRmpUpdated(m, c, pagesOfSize(c.pageSize));
  return done(m, 'rmpupdate', code);
}

export function psmash(m: Machine, c: Psmash): Result {
  m.begin(undefined);
  return done(m, 'psmash', smash(m, c.pfn));
}

function done(m: Machine, op: InstructionOutcome['op'], code: number): Result {
  return { outcome: { op, status: statusOf(code), code }, events: m.takeEvents() };
}
