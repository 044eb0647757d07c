/** Who may call: Host, Origin and token, one table each. */
import { describe, expect, test } from 'vitest';
import { type AccessSettings, contestsHost, createAccessPolicy, decideAccess } from '../../src/service/access.js';

const SETTINGS: AccessSettings = { host: '127.0.0.1', token: null, allowedHosts: [], allowedOrigins: [] };

function decided(
  settings: Partial<AccessSettings>,
  caller: { host?: string; hostContested?: boolean; origin?: string; authorization?: string; needsToken?: boolean },
): string {
  const { host, hostContested = false, origin, authorization, needsToken = true } = caller;
  return (
    decideAccess(createAccessPolicy({ ...SETTINGS, ...settings }), { host, hostContested, origin, authorization, needsToken })?.code ?? 'ok'
  );
}

describe('Host', () => {
  test.each([
    ['localhost', 'ok'],
    ['LOCALHOST:7670', 'ok'],
    ['127.0.0.1:7670', 'ok'],
    ['127.8.9.10', 'ok'],
    ['[::1]:7670', 'ok'],
    ['localhost:99999', 'ok'],
    ['evil.example', 'host-not-allowed'],
    ['localhost.evil.example', 'host-not-allowed'],
    ['evil.example:localhost', 'host-not-allowed'],
    ['localhost@evil.example', 'host-not-allowed'],
    ['127.0.0.1.evil.example', 'host-not-allowed'],
    ['128.0.0.1', 'host-not-allowed'],
    ['127.0.0.999', 'host-not-allowed'],
    ['', 'host-not-allowed'],
    ['localhost:', 'host-not-allowed'],
    ['[::1', 'host-not-allowed'],
    ['local host', 'host-not-allowed'],
    ['rampart.internal', 'host-not-allowed'],
  ])('%j on a loopback service: %s', (host, verdict) => {
    expect(decided({}, { host })).toBe(verdict);
  });

  test('none at all is refused, and so are two', () => {
    expect(decided({}, {})).toBe('host-not-allowed');
    expect(decided({}, { host: 'localhost', hostContested: true })).toBe('host-not-allowed');
  });

  test.each([
    ['/v1/vms', ['X', 'host', 'hOst', 'localhost', 'Ghost', 'x'], false],
    ['/v1/vms', ['Host', 'localhost', 'X', 'host', 'HOST', 'localhost'], true],
    ['http://localhost/v1/vms', ['Host', 'localhost'], false],
    ['http://evil.example/v1/vms', ['Host', 'localhost'], true],
    ['HTTP://evil.example?', ['Host', 'localhost'], true],
    ['*', ['Host', 'localhost'], false],
  ])('%j with %j: contested %j', (url, rawHeaders, contested) => {
    expect(contestsHost({ url, headers: { host: 'localhost' }, rawHeaders })).toBe(contested);
  });

  test('the bound address and the allowed names are names of the service, compared whole', () => {
    const settings = { host: '192.0.2.7', token: 's', allowedHosts: ['rampart.internal', '[2001:db8::1]'] };
    const authorization = 'Bearer s';
    expect(decided(settings, { host: '192.0.2.7:7670', authorization })).toBe('ok');
    expect(decided(settings, { host: 'Rampart.Internal:80', authorization })).toBe('ok');
    expect(decided(settings, { host: '[2001:db8::1]:7670', authorization })).toBe('ok');
    expect(decided(settings, { host: 'x.rampart.internal', authorization })).toBe('host-not-allowed');
    expect(decided(settings, { host: '192.0.2.70', authorization })).toBe('host-not-allowed');
  });
});

describe('Origin', () => {
  test.each([
    [undefined, 'ok'],
    ['http://localhost:7670', 'ok'],
    ['https://localhost:7670', 'origin-not-allowed'],
    ['http://localhost:5173', 'origin-not-allowed'],
    ['http://localhost', 'origin-not-allowed'],
    ['http://evil.example', 'origin-not-allowed'],
    ['http://localhost:7670.evil.example', 'origin-not-allowed'],
    ['null', 'origin-not-allowed'],
    ['', 'origin-not-allowed'],
  ])('%j towards localhost:7670: %s', (origin, verdict) => {
    expect(decided({}, { host: 'localhost:7670', ...(origin === undefined ? {} : { origin }) })).toBe(verdict);
  });

  test('an allowed origin is compared whole', () => {
    const settings = { allowedOrigins: ['http://localhost:5173'] };
    expect(decided(settings, { host: 'localhost:7670', origin: 'http://localhost:5173' })).toBe('ok');
    expect(decided(settings, { host: 'localhost:7670', origin: 'http://localhost:51730' })).toBe('origin-not-allowed');
  });

  test('the own origin of a rebound name does not help: its Host is refused', () => {
    expect(decided({}, { host: 'evil.example:7670', origin: 'http://evil.example:7670' })).toBe('host-not-allowed');
  });
});

describe('token', () => {
  test.each([
    ['Bearer secret', 'ok'],
    ['bearer secret', 'ok'],
    ['Bearer  secret', 'ok'],
    ['Bearer secre', 'unauthorized'],
    ['Bearer secrets', 'unauthorized'],
    ['Bearer', 'unauthorized'],
    ['Basic secret', 'unauthorized'],
    ['secret', 'unauthorized'],
    ['Bearer secret extra', 'unauthorized'],
    [undefined, 'unauthorized'],
  ])('%j: %s', (authorization, verdict) => {
    expect(decided({ token: 'secret' }, { host: 'localhost', ...(authorization === undefined ? {} : { authorization }) })).toBe(verdict);
  });

  test('what needs none is open, and without a token everything is', () => {
    expect(decided({ token: 'secret' }, { host: 'localhost', needsToken: false })).toBe('ok');
    expect(decided({}, { host: 'localhost' })).toBe('ok');
  });

  test('no refusal repeats what was sent as a token', () => {
    const refusal = decideAccess(createAccessPolicy({ ...SETTINGS, token: 'secret' }), {
      host: 'localhost',
      hostContested: false,
      origin: undefined,
      authorization: 'Bearer guess',
      needsToken: true,
    });
    expect(JSON.stringify(refusal)).not.toMatch(/guess|secret/);
  });
});
