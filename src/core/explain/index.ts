/** Explaining an access without making it: the checks that it would meet in the present state. Nothing of the machine changes. */
import { objectionOfGuest, objectionOfKilled } from '../apply.js';
import { type Rejection, reject, unreachable } from '../error.js';
import { checkRead } from '../host-read.js';
import { checkWrite } from '../host-write.js';
import type { Machine } from '../machine.js';
import type { Explainable, Explanation } from './explanation.js';
import { explainHostAccess } from './host-access.js';
import { explainPsmash, explainPvalidate, explainRmpupdate } from './instructions.js';

/** Refuses what the command itself would be refused for. */
export function explain(m: Machine, c: Explainable): Explanation | Rejection {
  const dead = objectionOfKilled(m, c.op) ?? objectionOfGuest(m, c.op);
  if (dead !== null) return dead;
  // An injection ends with its operation.
  m.operationInject = null;
  switch (c.op) {
    case 'hypervisor-write':
      return checkWrite(m, c) ?? explainHostAccess(m, c);
    case 'hypervisor-read':
      return checkRead(m, c) ?? explainHostAccess(m, c);
    case 'pvalidate': {
      const slot = m.layout.slotAtGfn(c.gfn);
      if (slot !== null) return explainPvalidate(m, c, slot);
      const page = `guest page 0x${c.gfn.toString(16)} is in no memslot`;
      return reject('address-out-of-range', '/gpa', page, 'name a gpa inside the memslots that GET /v1/vms/{vm} lists');
    }
    case 'rmpupdate':
      return explainRmpupdate(m, c);
    case 'psmash':
      return explainPsmash(m, c);
    default:
      return unreachable(c);
  }
}
