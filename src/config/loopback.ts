/** Which names reach this computer only. */
import { isIP } from 'node:net';

/** No token is needed to listen there, and callers may always use such a name. */
export function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'));
}
