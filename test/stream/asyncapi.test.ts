/** The AsyncAPI document is one, and says what the stream does: kinds of messages, codes, limits, and every frame that was sent. */
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../src/service/event-index.js';
import { STREAM_LIMITS } from '../../src/service/stream-limits.js';
import { checkClientMessage, clientMessageSchema, CLOSE, ERROR_CODES } from '../../src/ws/messages.js';
import { FakeVm, tellStory } from './support/fake-vms.js';
import { startService, type TestService } from './support/test-service.js';
import { WsClient } from './support/ws-client.js';

const text = readFileSync(new URL('../../openapi/asyncapi.json', import.meta.url), 'utf8');

interface Schema {
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly properties: Readonly<Record<string, Schema & { readonly maximum?: number; readonly description?: string }>>;
}

interface Document {
  readonly info: { readonly description: string };
  readonly channels: Readonly<Record<string, { readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly examples?: readonly { readonly payload: object }[] }>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
}

const document = JSON.parse(text) as Document;
const { schemas, messages } = document.components;

const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'asyncapi');

const schemaName = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);

function fits(message: string, value: unknown): boolean {
  return ajv.getSchema(`asyncapi#/components/schemas/${schemaName(message)}`)?.(value) === true;
}

const CLIENT = ['subscribe', 'credit', 'unsubscribe'] as const;

describe('the document', () => {
  test('is a valid one', async () => {
    const { diagnostics } = await new Parser().parse(text);
    // Severity 0 is an error, 1 a warning; licences, tags and contacts are matters of taste.
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([]);
  });

  test('names every type of event, every error, every close code and the limits', () => {
    expect(schemas['Event']?.properties['type']?.enum).toEqual(EVENT_TYPES);
    expect(schemas['Error']?.properties['code']?.enum).toEqual(ERROR_CODES);
    for (const code of Object.values(CLOSE)) expect(document.info.description).toContain(String(code));
    expect(schemas['Credit']?.properties['n']?.maximum).toBe(STREAM_LIMITS.creditMax);
    expect(schemas['Subscribe']?.properties['batch']?.properties['max']?.maximum).toBe(STREAM_LIMITS.batchEventsMax);
    expect(schemas['Subscribe']?.properties['batch']?.properties['ms']?.maximum).toBe(STREAM_LIMITS.batchMsMax);
  });

  test.each(Object.entries(messages).flatMap(([name, { examples = [] }]) => examples.map(({ payload }) => [name, payload] as const)))(
    'the example of %s fits its schema',
    (name, payload) => {
      expect(fits(name, payload)).toBe(true);
    },
  );
});

describe('what a client may send', () => {
  const schema = clientMessageSchema(STREAM_LIMITS);
  const bases: readonly Readonly<Record<string, unknown>>[] = CLIENT.map(
    (name) => messages[name]?.examples?.[0]?.payload as Readonly<Record<string, unknown>>,
  );
  const values = [
    undefined,
    null,
    true,
    -1,
    0,
    1,
    1.5,
    1000,
    1001,
    2 ** 31,
    1_000_000_001,
    '',
    'head',
    'e1.5',
    'gap',
    [],
    ['a'],
    ['0x0', 1],
    [0, 1, 2],
    {},
    { max: 0 },
    { ms: 5 },
    { max: 5, min: 1 },
  ];

  /** Every field, one that does not exist and none, with every value. */
  const variants = bases.flatMap((base) =>
    [...Object.keys(base), 'other'].flatMap((field) => values.map((value) => ({ ...base, [field]: value }))),
  );

  test('the document and the service agree about all of them', () => {
    const disagreements = variants.filter((variant) => {
      const message = JSON.parse(JSON.stringify(variant)) as { t?: unknown };
      const byService = !('rejected' in checkClientMessage(schema, message));
      const byDocument = CLIENT.some((name) => fits(name, message));
      return byService !== byDocument;
    });
    expect(disagreements).toEqual([]);
    expect(variants.length).toBeGreaterThan(200);
  });
});

describe('what a client is sent', () => {
  let service: TestService;

  afterEach(async () => {
    await service.close();
  });

  test('every kind of message is sent here, and fits its schema', async () => {
    service = await startService({ log: { limits: { segmentEventsMax: 16, logBytesMax: 1 } } });
    tellStory(service.log, 100, 1);
    const client = await WsClient.talk(service.url);
    client.send({ t: 'subscribe', id: 1, after: 'e1.1' });
    client.send({ t: 'subscribe', id: 2, after: 'oldest', types: ['vm-killed'] });
    client.send({ t: 'subscribe', id: 3, after: 'e0.1' });
    await client.untilTold(1, service.log.head);
    await client.untilTold(2, service.log.head);
    await service.stream.close();
    await client.ended;
    const sent = new Set(client.messages.map(({ t }) => t ?? ''));
    const documented = Object.keys(document.channels['protocol']?.messages ?? {}).filter(
      (name) => !(CLIENT as readonly string[]).includes(name),
    );
    expect([...sent].toSorted()).toEqual(documented.toSorted());
    for (const message of client.messages) expect([message, fits(message.t ?? '', message)]).toEqual([message, true]);
  });

  test('without protocol every message is an event', async () => {
    service = await startService();
    const vm = new FakeVm('vm-a', service.log);
    vm.write(1);
    vm.delete();
    const client = await WsClient.open(`${service.url}/v1/stream?after=oldest`);
    await client.count(4);
    for (const message of client.messages) expect(fits('event', message)).toBe(true);
  });
});
