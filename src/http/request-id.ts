/** Request ids: the caller's own where it is harmless in a log and a header, else one of ours. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const ACCEPTABLE = /^[\w-]{1,64}$/;

/** Ids of one start of the service share a prefix, and a counter tells them apart. */
export function requestIds(): (request: IncomingMessage) => string {
  const prefix = randomBytes(4).toString('hex');
  let count = 0;
  return ({ headers }) => {
    const given = headers['x-request-id'];
    return typeof given === 'string' && ACCEPTABLE.test(given) ? given : `${prefix}-${(++count).toString(36)}`;
  };
}
