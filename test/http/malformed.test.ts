/** 10,000 requests, each of which makes no sense: each is answered by a problem document of 4xx, and nothing has changed. */
import { expect, test } from 'vitest';
import { PROBLEM_CODES, type ProblemCode } from '../../src/http/problem.js';
import { askedOperation } from '../simulator/choice.js';
import { below, oneOf, type Random } from '../simulator/op.js';
import { randomFrom } from '../store/support/random.js';
import { TestApp } from './support/test-app.js';

const REQUESTS = 10_000;

const app = new TestApp();

interface Malformed {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly payload?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

const JSON_TYPE = { 'content-type': 'application/json' };
/** No value that any field takes. */
const NONSENSE = [null, [], {}, [[1]], '', 'nonsense', -1, 1.5, 1e308, '0X10', '0x', ' 0x0', '0x10000000000000000', { gpa: '0x0' }];

/** Takes a request that makes sense, and spoils it in one way. */
function spoil(random: Random, vm: string): Malformed {
  let asked = askedOperation(random);
  while (asked.body === undefined) asked = askedOperation(random);
  const url = `${vm}${asked.path}`;
  const text = JSON.stringify(asked.body);
  const post = (payload: string | Buffer, headers: Readonly<Record<string, string>> = {}): Malformed => ({
    method: 'POST',
    url,
    payload,
    headers: { ...JSON_TYPE, ...headers },
  });
  switch (below(random, 14)) {
    case 0:
      return post(text.slice(0, below(random, text.length)));
    case 1:
      return post(`${text.slice(0, -1)},"${oneOf(random, ['__proto__', 'constructor', 'x', 'Gpa', 'size '])}":1}`);
    case 2: {
      const field = oneOf(random, Object.keys(asked.body));
      return post(`{"${field}":1,${text.slice(1)}`);
    }
    case 3: {
      const field = oneOf(
        random,
        ['gpa', 'pfn', 'entries', 'size', 'validate', 'assigned', 'data'].filter((name) => name in (asked.body as object)),
      );
      return post(
        JSON.stringify({ ...asked.body, [field]: field === 'data' ? oneOf(random, [1, '%', null, 'a']) : oneOf(random, NONSENSE) }),
      );
    }
    case 4: {
      const bytes = Buffer.from(text);
      const at = 1 + below(random, bytes.length - 1);
      return post(Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff, 0xfe]), bytes.subarray(at)]));
    }
    case 5:
      return {
        method: 'POST',
        url,
        payload: text,
        headers: {
          'content-type': oneOf(random, ['text/plain', 'application/jsonp', 'multipart/form-data', 'application/x-www-form-urlencoded']),
        },
      };
    case 6:
      return post(text, { 'if-match': `"${100 + below(random, 1000)}"` });
    case 7:
      return post(text, { 'idempotency-key': oneOf(random, ['', ' ', 'a b', 'ü', 'x'.repeat(256), '\t']) });
    case 8:
      return { ...post(text), method: oneOf(random, ['PUT', 'PATCH', 'DELETE']) };
    case 9:
      return { ...post(text), url: `/v1/vms/${oneOf(random, ['vm-none', '%ff', '..%2f', 'x'.repeat(250), ' '])}${asked.path}` };
    case 10:
      return {
        method: 'GET',
        url: `${vm}/${oneOf(random, ['map?cells=0', 'map?from=x', 'rmp?limit=1001', 'events?after=-1', 'pages/0x1', 'page-table', 'rmp?x=1', 'events?types=none', 'map?from=0x0&from=0x1', '?digest=no'])}`,
      };
    case 11:
      return post(`${'['.repeat(1 + below(random, 5000))}`);
    case 12:
      return post(JSON.stringify(oneOf<unknown>(random, [[], 'x', 1, null, true, [asked.body]])));
    default:
      return post(
        JSON.stringify({
          ...asked.body,
          inject: oneOf<unknown>(random, [
            { splitFailure: {} },
            { nth: 1 },
            { rmpupdate: { nth: 1, code: 9 } },
            { between: { nth: 1, change: 'none' } },
          ]),
        }),
      );
  }
}

test(`${REQUESTS} requests that make no sense`, { timeout: 300_000 }, async () => {
  const random = randomFrom(4);
  const vm = await app.vm({ onSigbus: 'report', memory: { size: '8MiB' } });
  for (let i = 0; i < 20; i++) {
    const { path, body } = askedOperation(random);
    await app.post(`${vm}${path}`, body);
  }
  const before = await app.get(vm);
  const { head } = (await app.get('/v1/events')).body;
  const codes = new Set<string>();
  for (let i = 0; i < REQUESTS; i++) {
    const request = spoil(random, vm);
    const reply = await app.call(request);
    const what = `request ${i}: ${JSON.stringify(request).slice(0, 400)}: ${reply.status} ${reply.text.slice(0, 300)}`;
    expect(reply.status, what).toBeGreaterThanOrEqual(400);
    expect(reply.status, what).toBeLessThan(500);
    expect(reply.headers['content-type'], what).toMatch(/^application\/problem\+json/);
    expect(PROBLEM_CODES, what).toContain(reply.body.code as ProblemCode);
    codes.add(reply.body.code);
  }
  expect((await app.get(vm)).text).toBe(before.text);
  expect((await app.get('/v1/events')).body.head).toBe(head);
  // Spoilt in many ways indeed.
  expect(codes.size).toBeGreaterThanOrEqual(10);
});
