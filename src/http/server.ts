/**
 * The HTTP server, and what all requests share: who may call, bodies, problems, request ids, logging. From whatever layer an
 * answer comes, one that is no success has a body that says what is wrong.
 */
import type { Readable } from 'node:stream';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyRequest, type RouteOptions } from 'fastify';
import type { Logger } from 'pino';
import { type AccessPolicy, contestsHost, decideAccess, foreignOrigin } from '../service/access.js';
import { answerMalformedHttp, type BodyLimit, refusalOfError, refuseTunnel } from './client-error.js';
import { ConnectionLimit } from './connection-limit.js';
import { corsHeaders, isPreflight, preflightHeaders } from './cors.js';
import type { Gate } from './gate.js';
import { parseJsonBody, type ParsedBody } from './json-body.js';
import { refuse, type Refusal, sendProblem, unsupportedMediaType } from './problem.js';
import { requestIds } from './request-id.js';
import type { RequestTimes } from './request-times.js';
import { handlerOf, type RawBody } from './route-handler.js';
import type { Route, StreamedBody } from './route.js';
import { allowedMethods } from './route-methods.js';

export interface HttpSettings {
  readonly bodyBytesMax: number;
  readonly headerBytesMax: number;
  readonly connectionsMax: number;
  /** Also of the handshake of a WebSocket; more than `requestTimeoutMs` means as much as that. */
  readonly headerTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly slowRequestMs: number;
  /** One request in so many is logged; 0: none. */
  readonly accessLog: number;
}

export interface HttpParts {
  readonly settings: HttpSettings;
  readonly access: AccessPolicy;
  readonly gate: Gate;
  readonly logger: Logger;
  readonly times: RequestTimes;
  /** Called for an error that is nobody's fault but the program's: its books may be wrong, so it must not go on. */
  onBug(error: Error): void;
}

/** How often connections are looked at for late requests, at most. */
const TIMEOUT_CHECK_MS = 5000;

/** Answers are data and never a document, whatever a browser makes of them. */
const ANSWER_HEADERS = { 'x-content-type-options': 'nosniff' };

/** What can be asked for by an element of a page: nothing may run in it, no page of another origin may embed it. */
const EMBEDDABLE_HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

export function createServer(parts: HttpParts, routes: readonly Route[]): FastifyInstance {
  const { settings } = parts;
  const headersTimeout = Math.min(settings.headerTimeoutMs, settings.requestTimeoutMs);
  const app = Fastify({
    logger: false,
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: settings.requestTimeoutMs,
    keepAliveTimeout: settings.keepAliveMs,
    requestIdHeader: false,
    genReqId: requestIds(),
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    http: {
      maxHeaderSize: settings.headerBytesMax,
      headersTimeout,
      // Here too: Node compares the two when the server is made, which is before Fastify sets its own.
      requestTimeout: settings.requestTimeoutMs,
      connectionsCheckingInterval: Math.min(headersTimeout, TIMEOUT_CHECK_MS),
      requireHostHeader: false,
    },
    clientErrorHandler: answerMalformedHttp,
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, refusalOfError(error, jsonLimitOf(settings)) ?? malformedUrl),
  });
  app.decorate('connections', new ConnectionLimit(app.server, settings.connectionsMax));
  app.server.on('checkExpectation', (request, response) => app.routing(request, response));
  app.server.on('connect', (_request, socket) => refuseTunnel(socket));
  app.decorateRequest('startedAt', 0);
  app.decorateRequest('rawBody');
  acceptJsonOnly(app);
  acceptBytes(app, routes);
  acceptStreams(app, routes);
  guard(app, parts.access, routes);
  answerErrors(app, parts);
  observe(app, parts);
  for (const route of routes) {
    const add = (scope: FastifyInstance): void => void scope.route(optionsOf(route, parts.gate));
    const { textField } = route;
    if (textField === undefined) add(app);
    else void app.register((scope) => (acceptText(scope, textField), add(scope), Promise.resolve()));
  }
  return app;
}

function optionsOf(route: Route, gate: Gate): RouteOptions {
  const { method, path: url, bytes, bodyMax } = route;
  const bodyLimit = bytes?.bytesMax ?? bodyMax?.bytes;
  return {
    method,
    url,
    config: { open: route.access === 'open', bytes, tooLarge: bodyMax?.refusal },
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    handler: handlerOf(route, gate),
  };
}

const malformedUrl = refuse('malformed-url', '', 'the path cannot be decoded', 'write a percent sign as %25');

/** `application/json`, and nothing that looks like it: a form of another site must not pass for JSON. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (request.headers['idempotency-key'] !== undefined) request.rawBody = body;
    const parsed: ParsedBody | undefined = mediaTypeObjection(request) ?? (body.length === 0 ? undefined : parseJsonBody(body));
    done(null, parsed);
  });
}

/** Types that are no JSON, each at its own routes. */
function acceptBytes(app: FastifyInstance, routes: readonly Route[]): void {
  for (const type of new Set(routes.flatMap(({ bytes }) => (bytes === undefined ? [] : [bytes.type])))) {
    app.addContentTypeParser(type, { parseAs: 'buffer' }, (request, raw: Buffer, done) => {
      if (request.headers['idempotency-key'] !== undefined) request.rawBody = raw;
      const body: RawBody | Refusal = encodingObjection(request) ?? { raw, type };
      done(null, body);
    });
  }
}

/** Types whose bodies are carried out as they arrive, at the routes that say so. */
function acceptStreams(app: FastifyInstance, routes: readonly Route[]): void {
  for (const type of new Set(routes.flatMap(({ streamed }) => streamed ?? []))) {
    app.addContentTypeParser(type, (request, stream: Readable, done) => {
      const body: StreamedBody | Refusal = encodingObjection(request) ?? { stream, type };
      done(null, body);
    });
  }
}

/** Text as the one field of an object. Bytes that are no UTF-8 are replaced: logs have such. */
function acceptText(app: FastifyInstance, field: string): void {
  app.addContentTypeParser('text/plain', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    const parsed: ParsedBody = encodingObjection(request) ?? { value: { [field]: body.toString('utf8') } };
    done(null, parsed);
  });
}

function mediaTypeObjection(request: FastifyRequest): Refusal | null {
  const { 'content-type': type = '' } = request.headers;
  if (type !== 'application/json' && !/^application\/json *(; *charset="?utf-8"? *)?$/i.test(type)) return unsupportedMediaType(type);
  return encodingObjection(request);
}

function encodingObjection({ headers: { 'content-encoding': encoding } }: FastifyRequest): Refusal | null {
  if (encoding === undefined || encoding === 'identity') return null;
  return refuse(
    'unsupported-media-type',
    'Content-Encoding',
    `a body with the encoding ${encoding.slice(0, 100)} is not read here`,
    'send the body as it is',
  );
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no token. */
    open?: boolean;
    /** Takes bytes instead of JSON. */
    bytes?: Route['bytes'];
    /** What a body that is too long is told, where it is not what most are told. */
    tooLarge?: Refusal | undefined;
  }
  interface FastifyRequest {
    /** By the clock of `performance`, in milliseconds. */
    startedAt: number;
    /** Only where the request has an idempotency key. */
    rawBody?: Buffer;
  }
  interface FastifyInstance {
    readonly connections: ConnectionLimit;
  }
}

function guard(app: FastifyInstance, access: AccessPolicy, routes: readonly Route[]): void {
  const methods = ['HEAD', ...new Set<string>(routes.map(({ method }) => method))];
  app.addHook('onRequest', (request, reply, done) => {
    request.startedAt = performance.now();
    reply.header('x-request-id', request.id).headers(ANSWER_HEADERS);
    if (request.method === 'GET') reply.headers(EMBEDDABLE_HEADERS);
    const { host, origin, authorization, expect } = request.headers;
    const foreign = foreignOrigin(access, origin);
    if (foreign !== null) reply.headers(corsHeaders(foreign));
    const isOpen = request.routeOptions.config.open === true;
    // A browser asks first, without the token, whether it may send it.
    const asksFirst = foreign !== null && isPreflight(request);
    const hostContested = contestsHost(request.raw);
    const refusal = decideAccess(access, { host, hostContested, origin, authorization, needsToken: !(isOpen || asksFirst) });
    const crowded = isOpen ? null : app.connections.objectionTo(request.raw.socket);
    if (crowded !== null) {
      sendProblem(reply, crowded);
    } else if (refusal !== null) {
      const asks: Readonly<Record<string, string>> = refusal.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
      const { code, pointer, detail, hint } = refusal;
      sendProblem(reply, { rejected: true, code, pointer, detail, hint, headers: asks });
    } else if (asksFirst) {
      reply.headers(preflightHeaders(request, methods)).code(204).send();
    } else if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
      sendProblem(
        reply,
        refuse('expect-not-supported', 'Expect', `the expectation ${expect.slice(0, 100)} cannot be met`, 'leave the header Expect out'),
      );
    } else if (request.is404) {
      // Here, before a body of whatever type is looked at.
      sendProblem(reply, notFound(request, routes));
    } else {
      done();
    }
  });
}

function answerErrors(app: FastifyInstance, parts: HttpParts): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal =
      (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? request.routeOptions.config.tooLarge : undefined) ??
      refusalOfError(error, bodyLimitOf(request, parts.settings)) ??
      (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
        ? unsupportedMediaType(request.headers['content-type'] ?? '', request.routeOptions.config.bytes?.type)
        : null);
    if (refusal !== null) return sendProblem(reply, refusal);
    reply.hijack();
    request.raw.socket.destroy();
    parts.logger.fatal({ requestId: request.id, err: error }, 'an invariant does not hold');
    parts.onBug(error);
    return reply;
  });
}

function bodyLimitOf({ routeOptions }: FastifyRequest, settings: HttpSettings): BodyLimit {
  const { bytes } = routeOptions.config;
  return bytes ?? jsonLimitOf(settings);
}

const jsonLimitOf = ({ bodyBytesMax }: HttpSettings): BodyLimit => ({ bytesMax: bodyBytesMax, setting: 'RAMPART_BODY_BYTES_MAX' });

function notFound(request: FastifyRequest, routes: readonly Route[]): Refusal {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods = allowedMethods(routes, path);
  if (methods.length === 0) {
    return refuse(
      'unknown-route',
      '',
      `there is nothing at ${path.slice(0, 200)}`,
      'GET /docs lists every route; those of later versions are not there',
    );
  }
  const allow = methods.join(', ');
  return {
    ...refuse('method-not-allowed', '', `${request.method} is not possible at ${path.slice(0, 200)}`, `use ${allow}`),
    headers: { allow },
  };
}

/** At the moment an answer goes to its socket: a listener for the moment it has gone would cost every request more than this. */
function observe(app: FastifyInstance, { settings, logger, times }: HttpParts): void {
  let requests = 0;
  app.addHook('onSend', (request, reply, _payload, done) => {
    const ms = performance.now() - request.startedAt;
    const { url: route = 'none' } = request.routeOptions;
    times.note(request.method, route, reply.statusCode, ms);
    if (ms > settings.slowRequestMs) {
      logger.warn({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms }, 'slow request');
    } else if (settings.accessLog > 0 && ++requests % settings.accessLog === 0) {
      logger.info({ requestId: request.id, method: request.method, route, status: reply.statusCode, ms }, 'request');
    }
    done();
  });
}
