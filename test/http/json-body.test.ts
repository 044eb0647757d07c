/** The strict JSON reader: what JSON.parse accepts without repeated or forbidden keys, and nothing else. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseJsonBody, parseJsonText } from '../../src/http/json-body.js';
import { isRefusal } from '../../src/http/problem.js';

const read = (text: string): unknown => {
  const parsed = parseJsonText(text);
  return isRefusal(parsed) ? `${parsed.code} ${parsed.pointer}` : parsed.value;
};

describe('clean text', () => {
  propertyTest.prop([fc.jsonValue({ depthSize: 'medium' })])('any JSON value comes out as JSON.parse gives it', (value) => {
    const text = JSON.stringify(value);
    fc.pre(!text.includes('__proto__'));
    expect(read(text)).toEqual(JSON.parse(text));
  });

  propertyTest.prop([fc.string({ unit: 'binary', maxLength: 30 })])('any string as key and value', (text) => {
    fc.pre(text !== '__proto__');
    expect(read(JSON.stringify({ [text]: text }))).toEqual({ [text]: text });
  });

  test.each([
    '{"a":":","b":"\\":","c":"\\\\"}',
    ' { "a" : { "b" : 1 } , "c" : [ { "b" : 1 } , { "b" : 2 } ] } ',
    '"a:b"',
    '[]',
    '{"":{"":0}}',
  ])('%s', (text) => {
    expect(read(text)).toEqual(JSON.parse(text));
  });
});

describe('repeated and forbidden keys', () => {
  test.each([
    ['{"a":1,"a":1}', 'duplicate-key /a'],
    ['{"a":{"b":1},"c":[0,{"d":1,"e":2,"d":3}]}', 'duplicate-key /c/1/d'],
    ['{"a/b":{"~":1,"~":2}}', 'duplicate-key /a~1b/~0'],
    ['{"":1,"":2}', 'duplicate-key /'],
    ['{"a":"\\"","a":2}', 'duplicate-key /a'],
    ['{"a" : 1 ,\n"\\u0061" : 2}', 'duplicate-key /a'],
    ['{"a":":,{","b":{"a":1},"b":2}', 'duplicate-key /b'],
    ['[{"x":1},{"__proto__":null}]', 'forbidden-key /1/__proto__'],
    ['{"__proto__":1,"__proto__":2}', 'forbidden-key /__proto__'],
    ['{"a":1,"a":{"__proto__":2}}', 'duplicate-key /a'],
  ])('%s is %s', (text, problem) => {
    expect(read(text)).toBe(problem);
  });

  propertyTest.prop([fc.jsonValue(), fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }), fc.jsonValue()])(
    'a key put in twice, anywhere, is found',
    (value, path, other) => {
      const inner = `{"k":${JSON.stringify(value)},"k":${JSON.stringify(other)}}`;
      const text = path.reduce((rest, key) => `{${JSON.stringify(`p${key}`)}:${rest}}`, inner);
      fc.pre(!text.includes('__proto__'));
      expect(read(text)).toMatch(/^duplicate-key .*\/k$/);
    },
  );
});

test('the second of two keys does not win in silence, as in JSON.parse', () => {
  expect(JSON.parse('{"size":1,"size":4096}')).toEqual({ size: 4096 });
  expect(read('{"size":1,"size":4096}')).toBe('duplicate-key /size');
});

test('a body of 2 MiB that is one long string, or all brackets, takes no recursion', () => {
  const depth = 2 ** 20;
  expect(isRefusal(parseJsonBody(Buffer.from('['.repeat(depth) + ']'.repeat(depth))))).toBe(false);
  expect(isRefusal(parseJsonBody(Buffer.from(`"${'\\"'.repeat(depth)}"`)))).toBe(false);
});

test('bytes that are no UTF-8 are refused, and a replacement character that was sent is kept', () => {
  expect(parseJsonBody(Buffer.from([0x22, 0xc3, 0x28, 0x22]))).toMatchObject({ code: 'malformed-json' });
  expect(parseJsonBody(Buffer.from('"\ufffd"'))).toEqual({ value: '\ufffd' });
});
