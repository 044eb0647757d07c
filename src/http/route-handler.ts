/** A route's specification → the handler that Fastify calls: read the request, let the route decide, write the answer. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ParsedBody } from './json-body.js';
import { type Acted, answerOnce, type Gate, headersOf, type Prepared, preparedProblem, whenKept } from './gate.js';
import { isRefusal, refuse, type Refusal, sendProblem, unsupportedMediaType } from './problem.js';
import { type Serialize, serializerOf } from './reply.js';
import { type Answer, ANSWERED, Later, type ObjectSchema, type Route, type StreamedBody } from './route.js';
import { NoParams, VmParams } from './schemas/basics.js';
import { TickReplies } from './tick-replies.js';
import { type Accepted, type Read, reads, readsFast } from './validate.js';

export function handlerOf(route: Route, gate: Gate): (request: FastifyRequest, reply: FastifyReply) => void {
  const readParams = paramsReader(route.params ?? NoParams);
  const readQuery = queryReader(route.query ?? NoParams);
  const readBody = bodyReader(route);
  const write = writerOf(route);
  const prepare = preparer(route);
  const keyed = route.method === 'POST' && route.effect !== 'none';
  const answer = (reply: FastifyReply, result: Answer): void => {
    if (result === ANSWERED) return;
    whenKept(gate, reply, () => write(reply, result));
  };
  const { matches } = route;
  const handle = (request: FastifyRequest, reply: FastifyReply): void => {
    if (matches === undefined && request.headers['if-match'] !== undefined) return void sendProblem(reply, NO_ETAG);
    const params = readParams(request.params);
    if (isRefusal(params)) return void sendProblem(reply, params);
    const busy = route.busy?.(params.value) ?? null;
    if (busy !== null) return void busy.then(() => handle(request, reply)).catch((error: unknown) => void reply.send(error));
    const query = readQuery(request.query);
    if (isRefusal(query)) return void sendProblem(reply, query);
    const body = readBody(request.body as ParsedBody | RawBody | StreamedBody | undefined);
    if (isRefusal(body)) return void sendProblem(reply, body);
    const run = (): Answer | Later | Promise<Answer> =>
      route.handle({ params: params.value, query: query.value, body: body.value, requestId: request.id, request, reply });
    const key = keyed ? request.headers['idempotency-key'] : undefined;
    if (key !== undefined && isStreamed(body.value)) return void sendProblem(reply, KEY_OF_STREAM);
    if (key !== undefined) {
      const acted = (result: object): Acted => {
        if (!isRefusal(result)) return { prepared: prepare(reply, result), effect: true };
        return { prepared: preparedProblem(result, request.id), effect: result.code === 'expectation-failed' };
      };
      return answerOnce(gate, request, reply, String(key), () => {
        const result = run() as object;
        return result instanceof Later ? result.ready.then((finish) => () => acted(finish())) : acted(result);
      });
    }
    const begun = run();
    const result: Answer | Promise<Answer> = begun instanceof Later ? begun.ready.then((finish) => finish()) : begun;
    if (result instanceof Promise) {
      void result.then((late: Answer) => answer(reply, late)).catch((error: unknown) => void reply.send(error));
      return undefined;
    }
    return answer(reply, result);
  };
  return handle;
}

/** A condition that was not looked at would be a promise that was not kept. */
const NO_ETAG = refuse(
  'invalid-field',
  'If-Match',
  'what this route is about has no ETag',
  'leave the header out, or name a VM in the path',
);

/** Compilers take milliseconds, so each waits for the first request that needs it. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function paramsReader(schema: ObjectSchema): Read<unknown> {
  if (schema === NoParams || schema === VmParams) return (value) => ({ value });
  return reads(schema, 'path');
}

function queryReader(schema: ObjectSchema): Read<unknown> {
  const read = reads(schema, 'query');
  const nothing: Accepted<unknown> | null = schema.safeParse({}).success ? { value: {} } : null;
  return (value) => {
    if (nothing === null) return read(value);
    for (const _ in value as object) return read(value);
    return nothing;
  };
}

const NO_BODY: Accepted<undefined> = { value: undefined };

/** Bytes of a type that is no JSON. */
export interface RawBody {
  readonly raw: Buffer;
  readonly type: string;
}

type ReadBody = (body: ParsedBody | RawBody | StreamedBody | undefined) => Accepted<unknown> | Refusal;

export function isStreamed(body: unknown): body is StreamedBody {
  return typeof body === 'object' && body !== null && 'stream' in body && body.stream instanceof Readable;
}

const KEY_OF_STREAM = refuse(
  'invalid-field',
  'Idempotency-Key',
  'what is carried out as it arrives cannot be answered twice',
  'leave the key out, or send a JSON list',
);

function bodyReader(route: Route): ReadBody {
  const { bytes, streamed = [] } = route;
  if (bytes !== undefined) {
    return (body) => {
      if (body === undefined) return { value: Buffer.alloc(0) };
      if (isRefusal(body)) return body;
      if ('raw' in body && body.type === bytes.type) return { value: body.raw };
      return unsupportedMediaType('type' in body ? body.type : 'application/json', bytes.type);
    };
  }
  const read = jsonReader(route);
  return (body) => {
    if (body !== undefined && 'stream' in body) {
      return streamed.includes(body.type) ? { value: body } : unsupportedMediaType(body.type, 'application/json');
    }
    return body !== undefined && 'raw' in body ? unsupportedMediaType(body.type, 'application/json') : read(body);
  };
}

function jsonReader(route: Route): (body: ParsedBody | undefined) => Accepted<unknown> | Refusal {
  const { body: schema } = route;
  if (schema === undefined) {
    return (body) => (body === undefined ? NO_BODY : refuse('invalid-field', '', 'this route takes no body', 'send none'));
  }
  const read = once(() => (route.pace === 'hot' ? readsFast(schema) : reads(schema, 'body')));
  return (body) => {
    if (body === undefined && route.bodyOptional === true) return NO_BODY;
    if (body === undefined)
      return refuse('malformed-json', '', 'the body is missing', 'send a JSON object with Content-Type: application/json');
    return isRefusal(body) ? body : read()(body.value);
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

const TICK_REPLIES = new TickReplies();

/** Result → the reply. */
function writerOf(route: Route): (reply: FastifyReply, result: object) => void {
  const { status } = route.answer;
  const serialize = serializerFor(route);
  return (reply, result) => {
    if (isRefusal(result)) sendProblem(reply, result);
    else if (status === 204) reply.code(204).send();
    else {
      reply.code(status).header('content-type', JSON_TYPE);
      if (route.pace === 'hot') TICK_REPLIES.send(reply, serialize()(result));
      else reply.send(serialize()(result));
    }
  };
}

/** Result → what can be sent now and again later. */
function preparer(route: Route): (reply: FastifyReply, result: object) => Prepared {
  const { status } = route.answer;
  const serialize = serializerFor(route);
  return (reply, result) => {
    if (status === 204) return { status, headers: {}, body: '' };
    reply.header('content-type', JSON_TYPE);
    return { status, headers: headersOf(reply), body: serialize()(result) };
  };
}

function serializerFor({ answer: { schema } }: Route): () => Serialize {
  return once<Serialize>(() => (schema === undefined ? JSON.stringify : serializerOf(schema)));
}
