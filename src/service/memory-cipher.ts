/**
 * AES-128 in XTS mode (IEEE 1619) over a page, with the frame number as its data unit: what stands in for the memory controller. AMD's own
 * mode and tweak are not published in full; what software can see of them is the same (hardware.md 10, D14).
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { PageCipher, PageCipherOf } from '../core/index.js';

const ALGORITHM = 'aes-128-xts';
const TWEAK_BYTES = 16;

/** A machine is one guest's: its key comes from the seed and the ASID, so the same VM made twice has the same DRAM. */
export const memoryCipher: PageCipherOf = (seed, asid) => {
  // Many a guest never stores anything: its key waits for the first byte.
  let made: PageCipher | undefined;
  const cipher = (): PageCipher => (made ??= xtsPages(keyOf(seed, asid)));
  return {
    encipher: (pfn, plain) => cipher().encipher(pfn, plain),
    decipher: (pfn, stored) => cipher().decipher(pfn, stored),
    ...gcmMessages,
  };
};

/** Both halves of the key, the one for the data first. */
function keyOf(seed: number, asid: number): Uint8Array {
  return createHash('sha256').update(`memory key of seed ${seed}, ASID ${asid}`).digest();
}

/** key: 32 bytes, whose halves differ. */
export function xtsPages(key: Uint8Array): PageCipher {
  return {
    encipher: (pfn, plain) => createCipheriv(ALGORITHM, key, tweakOf(pfn)).update(plain),
    decipher: (pfn, stored) => createDecipheriv(ALGORITHM, key, tweakOf(pfn)).update(stored),
    ...gcmMessages,
  };
}

const MESSAGE_ALGORITHM = 'aes-256-gcm';

const gcmMessages: Pick<PageCipher, 'seal' | 'open'> = {
  seal({ key, nonce, beside, text }) {
    const gcm = createCipheriv(MESSAGE_ALGORITHM, key, nonce).setAAD(beside);
    const sealed = Buffer.concat([gcm.update(text), gcm.final()]);
    return { text: sealed, tag: gcm.getAuthTag() };
  },
  open({ key, nonce, beside, text }, tag) {
    const gcm = createDecipheriv(MESSAGE_ALGORITHM, key, nonce).setAAD(beside).setAuthTag(tag);
    const plain = gcm.update(text);
    try {
      gcm.final();
    } catch {
      return null;
    }
    return plain;
  },
};

/** The data unit's number, 16 bytes, the lowest first. */
function tweakOf(pfn: number): Uint8Array {
  const tweak = Buffer.alloc(TWEAK_BYTES);
  tweak.writeBigUInt64LE(BigInt(pfn));
  return tweak;
}
