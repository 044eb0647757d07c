/**
 * The memory controller's cipher, handed in: what DRAM holds for a guest's private bytes, and back. Its implementation is the service's; it has
 * to be deterministic, so that the same commands leave the same DRAM.
 */
import type { Pfn } from './address.js';

/** Bytes that are enciphered together; a store to any of them changes all of them in DRAM. */
export const CIPHER_BLOCK_BYTES = 16;

/** The cipher under one guest's key. The frame is the tweak: equal plaintext in two frames differs, and moved ciphertext is garbage. */
export interface PageCipher {
  /** `plain` is the beginning of the frame, 16 to 4096 bytes, whole blocks. */
  encipher(pfn: Pfn, plain: Uint8Array): Uint8Array;
  /** The same way back; any bytes have a plaintext. */
  decipher(pfn: Pfn, stored: Uint8Array): Uint8Array;
  /** AES-256-GCM of the messages between guest and firmware: the text and its tag of 16 bytes. */
  seal(message: Message): { readonly text: Uint8Array; readonly tag: Uint8Array };
  /** The same way back; null: the tag is not that of these bytes. */
  open(message: Message, tag: Uint8Array): Uint8Array | null;
}

export interface Message {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** 12 bytes, never twice with one key. */
  readonly nonce: Uint8Array;
  /** Authenticated and not enciphered. */
  readonly beside: Uint8Array;
  readonly text: Uint8Array;
}

/** The cipher of the guest with this ASID. `seed`, the VM's, stands in for the chance with which hardware makes its keys. */
export type PageCipherOf = (seed: number, asid: number) => PageCipher;
