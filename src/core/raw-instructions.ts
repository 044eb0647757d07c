/** RMPUPDATE and PSMASH as a caller executes them: the bare instruction, with no retry and no rule but the direct map's repair. */
import type { Psmash, Rmpupdate } from './command.js';
import { pagesOfSize, statusOf, SUCCESS } from './instructions.js';
import { emitRmpUpdated, executeRmpupdate, repairDirectMap, smash } from './kernel-rmp.js';
import type { Machine } from './machine.js';
import type { InstructionOutcome, Result } from './outcome.js';

export function rmpupdate(m: Machine, c: Rmpupdate): Result {
  m.begin(c.inject);
  const input = c;
  if (c.directMap) repairDirectMap(m, input);
  const code = executeRmpupdate(m, input);
  if (code === SUCCESS) emitRmpUpdated(m, input, pagesOfSize(c.pageSize));
  return done(m, 'rmpupdate', code);
}

export function psmash(m: Machine, c: Psmash): Result {
  m.begin(undefined);
  return done(m, 'psmash', smash(m, c.pfn));
}

function done(m: Machine, op: InstructionOutcome['op'], code: number): Result {
  return { outcome: { op, status: statusOf(code), code }, events: m.takeEvents() };
}
