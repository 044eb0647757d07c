/** `POST /v1/decode`: both forms of the body, the limit, and misuse. */
import { describe, expect, test } from 'vitest';
import { DECODE_BYTES_MAX, decodeLog } from '../../src/decode/index.js';
import { Decoded } from '../../src/http/schemas/decode.js';
import { HV_FIXED, LAUNCH_AFTER_FINISH, OVERLAP } from '../decode/logs.js';
import { TestApp } from './support/test-app.js';

const app = new TestApp({ bodyBytesMax: 1024 });
const text = (payload: string | Buffer, headers = {}) => app.postText('/v1/decode', payload, { 'content-type': 'text/plain', ...headers });

describe('a log', () => {
  const log = LAUNCH_AFTER_FINISH + HV_FIXED + OVERLAP;

  test('is decoded as JSON and as text, beyond the general body limit', async () => {
    const asJson = await app.post('/v1/decode', { text: log });
    const asText = await text(log, { 'content-type': 'text/plain; charset=utf-8' });
    expect(asJson.status).toBe(200);
    expect(asJson.body).toEqual(decodeLog(log));
    expect(asText.body).toEqual(asJson.body);
    expect(Decoded.safeParse(asJson.body).error).toBeUndefined();
    expect(asJson.body.incidents.map(({ scenario }: { scenario: string }) => scenario)).toEqual([
      'launch-after-finish',
      'hv-fixed-page',
      'overlap-at-destroy',
    ]);
  });

  test('that is longer than a slice is decoded whole', async () => {
    const long = `${'systemd[1]: Started something.\n'.repeat(20_000)}${log}`;
    const { body } = await text(long);
    expect(body).toEqual(decodeLog(long));
    expect(body.incidents[0].lines).toEqual([20_001, 20_008]);
  });

  test('with bytes that are no UTF-8 is decoded all the same', async () => {
    const { body } = await text(Buffer.concat([Buffer.from([0xff, 0xfe, 0x0a]), Buffer.from(LAUNCH_AFTER_FINISH)]));
    expect(body.incidents).toHaveLength(1);
  });

  test('of nonsense has a clear answer', async () => {
    const { status, body } = await text('hello\n');
    expect(status).toBe(200);
    expect(body).toMatchObject({ incidents: [], unknownLines: 1, summary: expect.stringContaining('nothing about SEV-SNP memory') });
  });
});

describe('misuse', () => {
  test('the longest log is taken, a longer one is refused by its own problem', async () => {
    expect(await text('\n'.repeat(DECODE_BYTES_MAX))).toMatchObject({ status: 200, body: { totalLines: DECODE_BYTES_MAX } });
    const { status, body } = await text('\n'.repeat(DECODE_BYTES_MAX + 1));
    expect([status, body.code]).toEqual([413, 'log-too-large']);
    expect(body.hint).toContain('rampart decode');
    expect((await app.get('/v1/about')).body.limits.decodeBytesMax).toBe(DECODE_BYTES_MAX);
  });

  test.each([
    ['nothing', {}, '/text'],
    ['an empty log', { text: '' }, '/text'],
    ['a number', { text: 7 }, '/text'],
  ])('%s', async (_, body, pointer) => {
    expect((await app.post('/v1/decode', body)).body).toMatchObject({ status: 400, code: 'invalid-field', pointer });
  });

  test('an empty text, another type, another encoding, a key', async () => {
    expect((await text('')).body).toMatchObject({ code: 'invalid-field', pointer: '/text' });
    expect((await text('x', { 'content-type': 'text/html' })).body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect((await text('x', { 'content-encoding': 'gzip' })).body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    expect((await app.post('/v1/decode', { text: 'x', lines: 1 })).body).toMatchObject({ code: 'unknown-field', pointer: '/lines' });
  });

  test('no other route takes text', async () => {
    const { body } = await app.postText('/v1/vms', '{}', { 'content-type': 'text/plain' });
    expect(body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });
});
