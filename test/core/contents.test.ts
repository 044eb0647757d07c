/** Page contents: DRAM as the host sees it, and the guest's view of the same bytes through its cipher. */
import { describe, expect, it } from 'vitest';
import { asPfn, PAGE_BYTES, type Pfn, restore, snapshotOf } from '../../src/core/index.js';
import { Contents } from '../../src/core/contents.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { Workbench } from './workbench.js';

const A = asPfn(0x10_0007);
const B = asPfn(0x10_0008);

const contentsOf = (seed = 1, asid = 1): Contents => new Contents(memoryCipher(seed, asid));

function dram(contents: Contents, pfn: Pfn, length = PAGE_BYTES, offset = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  contents.load(pfn, offset, bytes);
  return bytes;
}

function plain(contents: Contents, pfn: Pfn, length = PAGE_BYTES, offset = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  contents.loadPrivate(pfn, offset, bytes);
  return bytes;
}

const filled = (byte: number, length = PAGE_BYTES): Uint8Array => new Uint8Array(length).fill(byte);

describe('a guest that stores through a private mapping', () => {
  it('loads what it stored, and the host loads something else', () => {
    const contents = contentsOf();
    contents.storePrivate(A, 0, PAGE_BYTES, 0xaa);
    expect(plain(contents, A)).toEqual(filled(0xaa));
    const ciphertext = dram(contents, A);
    expect(ciphertext.filter((byte) => byte === 0xaa).length).toBeLessThan(100);
  });

  it('leaves other DRAM in two frames, in two blocks, under two seeds and for two ASIDs', () => {
    const contents = contentsOf();
    contents.storePrivate(A, 0, PAGE_BYTES, 0xaa);
    contents.storePrivate(B, 0, PAGE_BYTES, 0xaa);
    const blocks = [A, B].flatMap((pfn) => [dram(contents, pfn, 16), dram(contents, pfn, 16, 16)]);
    for (const [seed, asid] of [
      [2, 1],
      [1, 2],
    ]) {
      const other = contentsOf(seed, asid);
      other.storePrivate(A, 0, 16, 0xaa);
      blocks.push(dram(other, A, 16));
    }
    expect(new Set(blocks.map((block) => Buffer.from(block).toString('hex'))).size).toBe(blocks.length);
  });

  it.each([
    ['one byte', 5, 1],
    ['across a block', 10, 12],
    ['the last byte of a page', 4095, 1],
    ['a whole block', 32, 16],
  ])('changes the cipher blocks that it touches and no other: %s', (_what, offset, length) => {
    const contents = contentsOf();
    contents.storePrivate(A, 0, PAGE_BYTES, 0x11);
    const before = dram(contents, A);
    contents.storePrivate(A, offset, length, 0x22);
    const after = dram(contents, A);
    const changed = [...new Set([...after.keys()].filter((i) => after[i] !== before[i]).map((i) => i >>> 4))];
    const touched = Array.from({ length: ((offset + length - 1) >>> 4) - (offset >>> 4) + 1 }, (_, i) => (offset >>> 4) + i);
    expect(changed).toEqual(touched);
    const expected = filled(0x11);
    expected.fill(0x22, offset, offset + length);
    expect(plain(contents, A)).toEqual(expected);
    expect(plain(contents, A, length, offset)).toEqual(filled(0x22, length));
  });

  it('stores the bytes that it gives', () => {
    const contents = contentsOf();
    const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
    contents.storePrivate(A, 1000, 100, bytes);
    expect(plain(contents, A, 100, 1000)).toEqual(bytes);
  });
});

describe('the other view of the same bytes', () => {
  it('is garbage: what the host stored, as its guest loads it', () => {
    const contents = contentsOf();
    contents.store(A, 0, PAGE_BYTES, 0xcc);
    const seen = plain(contents, A);
    expect(seen.filter((byte) => byte === 0xcc).length).toBeLessThan(100);
    expect(dram(contents, A)).toEqual(filled(0xcc));
  });

  it('is garbage too where nothing was ever stored, and keeps nothing', () => {
    const contents = contentsOf();
    expect(plain(contents, A, 64).some((byte) => byte !== 0)).toBe(true);
    expect(dram(contents, A)).toEqual(filled(0));
    expect(contents.bytes).toBe(0);
  });

  it('survives being read back and written again by the host in place', () => {
    const contents = contentsOf();
    contents.storePrivate(A, 0, PAGE_BYTES, 0xaa);
    const ciphertext = dram(contents, A);
    contents.store(A, 0, PAGE_BYTES, 0);
    expect(plain(contents, A)).not.toEqual(filled(0xaa));
    contents.store(A, 0, PAGE_BYTES, ciphertext);
    expect(plain(contents, A)).toEqual(filled(0xaa));
  });

  it('is garbage in another frame: moved ciphertext does not decipher', () => {
    const contents = contentsOf();
    contents.storePrivate(A, 0, PAGE_BYTES, 0xaa);
    contents.storePrivate(B, 0, PAGE_BYTES, 0xbb);
    const [a, b] = [dram(contents, A), dram(contents, B)];
    contents.store(A, 0, PAGE_BYTES, b);
    contents.store(B, 0, PAGE_BYTES, a);
    for (const pfn of [A, B]) expect(plain(contents, pfn).filter((byte) => byte === 0xaa || byte === 0xbb).length).toBeLessThan(100);
  });
});

describe('conversions', () => {
  it('leave DRAM as it was: the host still loads what it stored before', () => {
    const w = new Workbench();
    w.write(7, { size: PAGE_BYTES, content: 0xcc });
    w.change('private', 7);
    expect(w.read(7, 16).data).toEqual(filled(0xcc, 16));
    expect(plain(w.m.contents, A, 16)).not.toEqual(filled(0xcc, 16));
    w.m.contents.storePrivate(A, 0, PAGE_BYTES, 0xaa);
    const ciphertext = w.read(7, PAGE_BYTES).data;
    expect(ciphertext).not.toEqual(filled(0xaa));
    w.change('shared', 7);
    expect(w.read(7, PAGE_BYTES).data).toEqual(ciphertext);
  });

  it('cost nothing where nobody stores', () => {
    const w = new Workbench();
    w.change('private', 0, 2, { pages: 4 });
    w.change('shared', 0, 2, { pages: 4 });
    expect(w.m.contents.bytes).toBe(0);
  });
});

it('a machine out of its snapshot has the same key', () => {
  const w = new Workbench();
  w.m.contents.storePrivate(A, 0, 64, 0xaa);
  const again = restore(JSON.parse(JSON.stringify(snapshotOf(w.m))), memoryCipher);
  expect(plain(again.contents, A, 64)).toEqual(filled(0xaa, 64));
});
