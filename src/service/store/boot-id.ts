/** Which running of the machine this is: what was in the page cache is still there as long as it is the same one. */
import { readFileSync } from 'node:fs';

/** '' where the system does not say. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
