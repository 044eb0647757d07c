/** Frames as bytes: final, text, unmasked, and the length where RFC 6455 wants it. */
import { describe, expect, test } from 'vitest';
import { textFrame } from '../../src/ws/text-frame.js';

describe('a text frame', () => {
  test.each([
    [0, [0x81, 0]],
    [1, [0x81, 1]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [65_535, [0x81, 126, 0xff, 0xff]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [200_000, [0x81, 127, 0, 0, 0, 0, 0, 3, 0x0d, 0x40]],
  ])('of %d bytes begins with %j', (payloadBytes, header) => {
    const text = 'x'.repeat(payloadBytes);
    const frame = textFrame(text);
    expect([...frame.subarray(0, header.length)]).toEqual(header);
    expect(frame.toString('utf8', header.length) === text).toBe(true);
  });

  test('of text that is not ASCII has the length of its bytes', () => {
    expect([...textFrame('ü')]).toEqual([0x81, 2, 0xc3, 0xbc]);
  });
});
