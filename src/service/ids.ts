/** Random names: of VMs, of the epoch of a log that lives in memory, and the prefix of request ids. */
import { randomBytes } from 'node:crypto';

export interface Ids {
  /** A name that nobody has had before, in lower-case letters and digits. */
  next(): string;
}

/** Without i, l, o and u: nothing to misread aloud, and hardly a word by chance. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARACTERS = 10;

/** 50 random bits: 10,000 VMs a day for a thousand years meet a repetition with a chance of a few per cent, and it is checked. */
export const randomIds: Ids = {
  next: () => Array.from(randomBytes(ID_CHARACTERS), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
};
