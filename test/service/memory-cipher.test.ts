/** The cipher of memory against the standard's vectors, and against XTS put together from AES-ECB by OpenSSL's command line. */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { asPfn } from '../../src/core/index.js';
import { memoryCipher, xtsPages } from '../../src/service/memory-cipher.js';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** Annex B of IEEE 1619-2007, those of AES-128 whose two keys differ: key, data unit, plaintext, beginning of the ciphertext. */
const VECTORS: readonly (readonly [number, string, number, Buffer, string])[] = [
  [
    2,
    '1111111111111111111111111111111122222222222222222222222222222222',
    0x33_3333_3333,
    Buffer.alloc(32, 0x44),
    'c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0',
  ],
  [
    3,
    'fffefdfcfbfaf9f8f7f6f5f4f3f2f1f022222222222222222222222222222222',
    0x33_3333_3333,
    Buffer.alloc(32, 0x44),
    'af85336b597afc1a900b2eb21ec949d292df4c047e0b21532186a5971a227a89',
  ],
  [
    4,
    '2718281828459045235360287471352631415926535897932384626433832795',
    0,
    Buffer.from(Array.from({ length: 512 }, (_, i) => i % 256)),
    '27a7479befa1d476489f308cd4cfa6e2a96e4bbe3208ff25287dd3819616e89c',
  ],
];

test.each(VECTORS)('vector %i of the standard, both ways', (_number, key, unit, plain, ciphertext) => {
  const cipher = xtsPages(hex(key));
  const enciphered = Buffer.from(cipher.encipher(asPfn(unit), plain));
  expect(enciphered.subarray(0, 32).toString('hex')).toBe(ciphertext);
  expect(Buffer.from(cipher.decipher(asPfn(unit), enciphered))).toEqual(plain);
});

describe.skipIf(spawnSync('openssl', ['version']).status !== 0)('XTS from its definition over AES-ECB of the openssl command', () => {
  test.each([
    ['frame 0', 0, 4096],
    ['a frame of a VM, a whole page', 0x10_0007, 4096],
    ['the last frame that is possible, part of a page', 2 ** 32 - 1, 272],
  ])('%s', (_what, pfn, length) => {
    const key = hex('2718281828459045235360287471352631415926535897932384626433832795');
    const plain = Buffer.from(Array.from({ length }, (_, i) => (i * 7 + pfn) % 256));
    expect(Buffer.from(xtsPages(key).encipher(asPfn(pfn), plain))).toEqual(xtsByOpenssl(key, pfn, plain));
  });
});

/** C = E1(P xor T·x^j) xor T·x^j with T = E2(unit), in GF(2^128). */
function xtsByOpenssl(key: Buffer, unit: number, plain: Buffer): Buffer {
  const number = Buffer.alloc(16);
  number.writeBigUInt64LE(BigInt(unit));
  const tweaks: Buffer[] = [];
  for (let tweak = ecb(key.subarray(16), number), at = 0; at < plain.length; at += 16, tweak = doubled(tweak)) tweaks.push(tweak);
  const mask = Buffer.concat(tweaks);
  return xored(ecb(key.subarray(0, 16), xored(plain, mask)), mask);
}

function ecb(key: Buffer, input: Buffer): Buffer {
  const done = spawnSync('openssl', ['enc', '-aes-128-ecb', '-nopad', '-K', key.toString('hex')], { input });
  expect(done.stderr.toString()).toBe('');
  return done.stdout;
}

function doubled(tweak: Buffer): Buffer {
  const value = BigInt(`0x${Buffer.from(tweak).reverse().toString('hex')}`) << 1n;
  const reduced = value >> 128n === 1n ? (value & ((1n << 128n) - 1n)) ^ 0x87n : value;
  return hex(reduced.toString(16).padStart(32, '0')).reverse();
}

const xored = (a: Buffer, b: Buffer): Buffer => Buffer.from(a.map((byte, i) => byte ^ b[i]));

test('a key is the same whenever it is made, and differs by seed and by ASID', () => {
  const enciphered = (seed: number, asid: number): string =>
    Buffer.from(memoryCipher(seed, asid).encipher(asPfn(1), Buffer.alloc(16))).toString('hex');
  expect(enciphered(1, 1)).toBe(enciphered(1, 1));
  expect(new Set([enciphered(1, 1), enciphered(1, 2), enciphered(2, 1), enciphered(1, 21), enciphered(11, 1)]).size).toBe(5);
});
