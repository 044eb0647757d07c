/**
 * The OpenAPI 3.1 document, made from the routes themselves: the schemas that validate are the schemas that are documented. What
 * it says is committed as `openapi/openapi.json`, and a test fails where the two differ.
 */
import { z } from 'zod';
import { type ProblemCode, PROBLEM_CODES, PROBLEM_TYPE, PROBLEMS } from './problem.js';
import type { ObjectSchema, Route } from './route.js';

type Json = Readonly<Record<string, unknown>>;

export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly info: Json;
  readonly servers: readonly Json[];
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly security: readonly Json[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>>; readonly securitySchemes: Json };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly description?: unknown;
  readonly example?: unknown;
  readonly schema: Json;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly Json[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

const TAGS = {
  service: 'The service itself',
  vms: 'VMs: each is a host of its own, with its RMP and one VMM process',
  operations: 'What guest, VMM and kernel do to memory; an emulated fault is a result, not an error',
  views: 'Looking at a VM without changing it',
  events: 'The log of everything that happened',
  generations: 'Versions of the host kernel',
  scenarios: 'Stories with their expected results',
  decoder: 'Kernel logs, decoded',
  documents: 'Documents and pages',
} as const satisfies Readonly<Record<Route['tag'], string>>;

const ProblemCodeName = z.enum(PROBLEM_CODES as readonly [ProblemCode, ...ProblemCode[]]).meta({
  id: 'ProblemCode',
  description: `The closed list of codes.\n\n${PROBLEM_CODES.map((code) => `- \`${code}\` (${PROBLEMS[code].status}): ${PROBLEMS[code].when}`).join('\n')}`,
});

const Problem = z
  .object({
    type: z.string().meta({ format: 'uri-reference' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong with this request.' }),
    code: ProblemCodeName,
    pointer: z
      .string()
      .meta({ description: 'JSON pointer into the body, or the name of a parameter or header; empty where no one of them is to blame.' }),
    hint: z.string().meta({ description: 'What to do about it.' }),
    requestId: z.string(),
  })
  .meta({ id: 'Problem', description: 'What is said instead of an answer (RFC 9457).' });

export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas = new Components();
  const problem = schemas.reference(Problem);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, schemas, problem);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Rampart',
      version,
      summary: "An emulator of a hypervisor's memory under AMD SEV-SNP",
      description:
        'Page tables, the Reverse Map Table, page-state changes and RMP faults as a service. Addresses and frame numbers are lower-case hex strings; requests may also give numbers. Every answer that is no success is a problem document.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:7670', description: 'The default address' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{}, { bearer: [] }],
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'Needed where the service has a RAMPART_TOKEN.' } },
    },
  };
}

/** Problems that a route can answer because of what it takes. */
export function problemsOf(route: Route): readonly ProblemCode[] {
  const codes: ProblemCode[] = [
    ...route.problems,
    'host-not-allowed',
    'origin-not-allowed',
    'malformed-http',
    'headers-too-large',
    'request-timeout',
    'expect-not-supported',
  ];
  if (route.path.startsWith('/v1/vms')) codes.push('store-failed');
  if (route.method === 'POST' && route.effect !== 'none') codes.push('idempotency-running', 'idempotency-mismatch');
  if (route.access !== 'open') codes.push('unauthorized', 'too-many-connections');
  codes.push('unknown-field', 'invalid-field');
  if (route.body !== undefined) {
    const tooLarge = route.bodyMax?.refusal.code ?? 'body-too-large';
    codes.push('malformed-json', 'duplicate-key', 'forbidden-key', tooLarge, 'unsupported-media-type');
  }
  if (route.bytes !== undefined) codes.push('body-too-large', 'unsupported-media-type');
  if (route.params !== undefined) codes.push('malformed-url');
  return PROBLEM_CODES.filter((code) => codes.includes(code));
}

function operationOf(route: Route, schemas: Components, problem: Json): Operation {
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.access === 'open' ? { security: [] } : {}),
    parameters: [...parameters('path', route.params, schemas), ...parameters('query', route.query, schemas)],
    ...(route.bytes === undefined
      ? {}
      : { requestBody: { required: true, content: { [route.bytes.type]: { schema: { type: 'string' } } } } }),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: {
            required: route.bodyOptional !== true,
            content: {
              'application/json': { schema: schemas.reference(route.body), ...exampleOf(route) },
              ...(route.textField === undefined ? {} : { 'text/plain': { schema: { type: 'string' } } }),
              ...streamedOf(route),
            },
          },
        }),
    responses: { ...success(route, schemas), ...problemResponses(route, problem) },
  };
}

/** Bodies of other types: bytes, which no schema describes. */
const streamedOf = ({ streamed = [] }: Route): Json => Object.fromEntries(streamed.map((type) => [type, { schema: { type: 'string' } }]));

const exampleOf = (route: Route): Json => (route.example === undefined ? {} : { example: route.example });

function parameters(place: 'path' | 'query', schema: ObjectSchema | undefined, schemas: Components): readonly Parameter[] {
  return Object.entries(schema?.shape ?? {}).map(([name, part]) => {
    const { description, example, ...bare } = schemas.reference(part as z.ZodType);
    return {
      name,
      in: place,
      required: !(part as z.ZodType).safeParse(undefined).success,
      ...(description === undefined ? {} : { description }),
      ...(example === undefined ? {} : { example }),
      schema: bare,
    };
  });
}

function success(route: Route, schemas: Components): Readonly<Record<string, Json>> {
  const { status, description, schema, types, headers } = route.answer;
  const content = [
    ...(schema === undefined ? [] : [['application/json', { schema: schemas.reference(schema) }]]),
    ...(types ?? []).map((type) => [type, { schema: { type: 'string' } }]),
  ];
  const named = Object.entries({ 'x-request-id': "The request's id", ...headers }).map(([name, text]) => [
    name,
    { description: text, schema: { type: 'string' } },
  ]);
  return {
    [String(status)]: {
      description,
      headers: Object.fromEntries(named),
      ...(content.length === 0 ? {} : { content: Object.fromEntries(content) as Json }),
    },
  };
}

function problemResponses(route: Route, problem: Json): Readonly<Record<string, Json>> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problemsOf(route)) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const entries = [...byStatus]
    .toSorted(([a], [b]) => a - b)
    .map(([status, codes]) => [String(status), { description: codes.join(', '), content: { [PROBLEM_TYPE]: { schema: problem } } }]);
  return Object.fromEntries(entries) as Readonly<Record<string, Json>>;
}

/** Schemas with an id, each once; where they are used stands a reference. */
class Components {
  private readonly byId: Record<string, Json> = {};

  reference(schema: z.ZodType): Json {
    const wrapped = z.toJSONSchema(z.object({ it: schema }), { io: 'output', target: 'draft-2020-12' });
    for (const [id, definition] of Object.entries(wrapped.$defs ?? {})) this.byId[id] = cleaned(definition);
    return cleaned(wrapped.properties?.['it']);
  }

  all(): Readonly<Record<string, Json>> {
    return Object.fromEntries(Object.entries(this.byId).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** References point into the components, and the ids that made them are gone. */
function cleaned(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as Json;
}
