/** A route's specification → the handler that Fastify calls: read the request, let the route decide, write the answer. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ParsedBody } from './json-body.js';
import { answerOnce, type Gate, headersOf, type Prepared, preparedProblem, whenKept } from './gate.js';
import { isRefusal, refuse, type Refusal, sendProblem } from './problem.js';
import { type Serialize, serializerOf } from './reply.js';
import { ANSWERED, type ObjectSchema, type Route } from './route.js';
import { NoParams, VmParams } from './schemas/basics.js';
import { type Accepted, type Read, reads, readsFast } from './validate.js';

type Result = object | Refusal | typeof ANSWERED;

export function handlerOf(route: Route, gate: Gate): (request: FastifyRequest, reply: FastifyReply) => void {
  const readParams = paramsReader(route.params ?? NoParams);
  const readQuery = queryReader(route.query ?? NoParams);
  const readBody = bodyReader(route);
  const write = writerOf(route);
  const prepare = preparer(route);
  const keyed = route.method === 'POST' && route.effect !== 'none';
  const answer = (reply: FastifyReply, result: Result): void => {
    if (result === ANSWERED) return;
    whenKept(gate, reply, () => write(reply, result));
  };
  const { matches } = route;
  return (request, reply) => {
    if (matches === undefined && request.headers['if-match'] !== undefined) return void sendProblem(reply, NO_ETAG);
    const params = readParams(request.params);
    if (isRefusal(params)) return void sendProblem(reply, params);
    const query = readQuery(request.query);
    if (isRefusal(query)) return void sendProblem(reply, query);
    const body = readBody(request.body as ParsedBody | undefined);
    if (isRefusal(body)) return void sendProblem(reply, body);
    const run = (): Result | Promise<Result> =>
      route.handle({ params: params.value, query: query.value, body: body.value, requestId: request.id, request, reply });
    const key = keyed ? request.headers['idempotency-key'] : undefined;
    if (key !== undefined) {
      return answerOnce(gate, request, reply, String(key), () => {
        const result = run() as object;
        if (!isRefusal(result)) return { prepared: prepare(reply, result), effect: true };
        return { prepared: preparedProblem(result, request.id), effect: result.code === 'expectation-failed' };
      });
    }
    const result = run();
    if (result instanceof Promise) {
      void result.then((late) => answer(reply, late)).catch((error: unknown) => void reply.send(error));
      return undefined;
    }
    return answer(reply, result);
  };
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

function bodyReader(route: Route): (body: ParsedBody | undefined) => Accepted<unknown> | Refusal {
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

/** Result → the reply at once. */
function writerOf(route: Route): (reply: FastifyReply, result: object) => void {
  const { status } = route.answer;
  const serialize = serializerFor(route);
  return (reply, result) => {
    if (isRefusal(result)) sendProblem(reply, result);
    else if (status === 204) reply.code(204).send();
    else reply.code(status).header('content-type', JSON_TYPE).send(serialize()(result));
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
