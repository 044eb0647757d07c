/** Settings: where they come from, what they may be, and what is said of those that make no sense. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { baseUrl, type Config, defaultConfig, type Environment, helpText, readConfig, settingRows } from '../../src/config.js';
import { VERSION } from '../../src/config/version.js';

function configOf(env: Environment, argv: readonly string[] = []): Config {
  const parsed = readConfig(env, argv);
  if (parsed.kind !== 'run') throw new Error(JSON.stringify(parsed));
  return parsed.config;
}

const messageOf = (env: Environment, argv: readonly string[] = []): string => {
  const parsed = readConfig(env, argv);
  return parsed.kind === 'refused' ? parsed.message : parsed.kind;
};

test('without a word: loopback, port 7670, in memory, no token', () => {
  expect(configOf({})).toEqual(defaultConfig());
  expect(configOf({})).toMatchObject({
    host: '127.0.0.1',
    port: 7670,
    token: null,
    demo: false,
    bodyBytesMax: 2 * 2 ** 20,
    vmsMax: 10_000,
  });
});

test('a flag wins over the variable, and an empty variable is none', () => {
  expect(configOf({ RAMPART_PORT: '1' }, ['--port', '2']).port).toBe(2);
  expect(configOf({ RAMPART_PORT: '1' }, ['--port=3']).port).toBe(3);
  expect(configOf({ RAMPART_PORT: '', RAMPART_TOKEN: '' })).toMatchObject({ port: 7670, token: null });
});

test('lists have commas between', () => {
  expect(configOf({ RAMPART_ALLOWED_HOSTS: 'a.example, b', RAMPART_ALLOWED_ORIGINS: 'http://localhost:5173' })).toMatchObject({
    allowedHosts: ['a.example', 'b'],
    allowedOrigins: ['http://localhost:5173'],
  });
});

test('--help and --version come before everything else', () => {
  expect(readConfig({ RAMPART_PORT: 'x' }, ['--port', '--help'])).toMatchObject({ kind: 'refused' });
  expect(readConfig({ RAMPART_PORT: 'x' }, ['--help'])).toEqual({ kind: 'help' });
  expect(readConfig({}, ['--version'])).toEqual({ kind: 'version' });
});

describe('refused, with a message that names the setting', () => {
  test.each<[Environment, readonly string[], RegExp]>([
    [{ RAMPART_PORT: '70000' }, [], /^RAMPART_PORT: "70000" is no whole number of port from 0 to 65535$/],
    [{ RAMPART_PORT: 'http' }, [], /^RAMPART_PORT/],
    [{ RAMPART_PORT: 'tcp://10.0.0.1:7670' }, [], /^RAMPART_PORT/],
    [{ RAMPART_PORT: '-1' }, [], /^RAMPART_PORT/],
    [{ RAMPART_PORT: '1e3' }, [], /^RAMPART_PORT/],
    [{}, ['--port'], /^--port: a value is missing/],
    [{}, ['--prot', '1'], /^--prot: there is no such option/],
    [{}, ['serve'], /^serve: there is no such option/],
    [{}, ['--token', 'x'], /^--token: .*RAMPART_TOKEN/],
    [{ RAMPART_LOG_LEVEL: 'loud' }, [], /^RAMPART_LOG_LEVEL: "loud" is no one of fatal, error/],
    [{ RAMPART_MEMORY: 'perhaps' }, [], /^RAMPART_MEMORY/],
    [{ RAMPART_BODY_BYTES_MAX: '10' }, [], /^RAMPART_BODY_BYTES_MAX: .* bytes from 1024 to/],
    [{ RAMPART_ALLOWED_HOSTS: 'http://a' }, [], /^RAMPART_ALLOWED_HOSTS/],
    [{ RAMPART_ALLOWED_ORIGINS: 'a.example' }, [], /^RAMPART_ALLOWED_ORIGINS/],
    [{ RAMPART_SYNC: 'sometimes' }, [], /^RAMPART_SYNC: .*always/],
    [{ RAMPART_HOST: '0.0.0.0' }, [], /^RAMPART_HOST: 0\.0\.0\.0 can be reached from other computers.*RAMPART_TOKEN/],
    [{ RAMPART_HOST: '::' }, [], /^RAMPART_HOST/],
    [{ RAMPART_HOST: '192.0.2.1' }, [], /^RAMPART_HOST/],
    [{ RAMPART_HOST: 'example.com' }, [], /^RAMPART_HOST/],
  ])('%j %j', (env, argv, message) => {
    expect(messageOf(env, argv)).toMatch(message);
  });

  test('the token itself is in no message', () => {
    expect(messageOf({ RAMPART_TOKEN: 'my secret' })).toBe('RAMPART_TOKEN: the value is no token: 1 to 512 visible ASCII characters');
  });
});

test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s needs no token', (host) => {
  expect(configOf({ RAMPART_HOST: host }).host).toBe(host);
});

test('another address is fine with a token', () => {
  expect(configOf({ RAMPART_HOST: '0.0.0.0', RAMPART_TOKEN: 'x' })).toMatchObject({ host: '0.0.0.0', token: 'x' });
});

test('a misspelt variable is said, not passed over', () => {
  const parsed = readConfig({ RAMPART_TOKN: 'x', PATH: '/bin' }, []);
  expect(parsed).toMatchObject({ kind: 'run', warnings: ['RAMPART_TOKN is no setting of this service and is ignored'] });
});

test('the help names every setting with its default', () => {
  const help = helpText('1.2.3');
  for (const { env, flag, fallback, meaning } of settingRows())
    for (const part of [env, flag, fallback, meaning]) expect(help).toContain(part);
});

test('an IPv6 address stands in brackets in a URL', () => {
  expect([baseUrl('::1', 80), baseUrl('127.0.0.1', 7670)]).toEqual(['http://[::1]:80', 'http://127.0.0.1:7670']);
});

test('the version is that of the package', () => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(manifest).toMatchObject({ version: VERSION });
});
