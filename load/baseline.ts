/**
 * What the service is measured against: a bare fastify with the same body, checked by an ajv schema, and the same reply, written by
 * fast-json-stringify, and nothing between them. A process of its own.
 */
import { fastify } from 'fastify';
import { WRITE_REPLY } from './main-job.js';

const address = {
  anyOf: [
    { type: 'string', pattern: '^0x[0-9a-f]{1,16}$' },
    { type: 'integer', minimum: 0 },
  ],
};
const body = {
  type: 'object',
  additionalProperties: false,
  required: ['size'],
  properties: {
    gpa: address,
    hva: address,
    pfn: address,
    size: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^[0-9]+([KMGT]i?B?)?$' },
      ],
    },
    fill: { type: 'integer', minimum: 0, maximum: 255 },
    data: { type: 'string' },
    via: { enum: ['user', 'copy-to-user', 'kvm', 'direct-map'] },
    pagefaultDisabled: { type: 'boolean' },
  },
};
const reply = {
  type: 'object',
  additionalProperties: false,
  required: ['outcome', 'bytesWritten', 'seq', 'faults'],
  properties: {
    outcome: { type: 'string' },
    bytesWritten: { type: 'integer' },
    firstSeq: { type: 'integer' },
    seq: { type: 'integer' },
    faults: { type: 'array', items: { type: 'object', properties: { kind: { type: 'string' } } } },
  },
};

const app = fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } });
app.get('/healthz', () => ({ ok: true }));
app.post('/v1/vms/:vm/hypervisor-writes', { schema: { body, response: { 200: reply } } }, (_request, answer) => {
  answer.send(WRITE_REPLY);
});
process.once('SIGTERM', () => process.exit(0));
await app.listen({ host: '127.0.0.1', port: Number(process.env.RAMPART_PORT) });
