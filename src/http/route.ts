/**
 * What a route is: its place, its schemas, which the OpenAPI document is made of, and its handler. `server.ts` registers routes
 * and does for all of them what they share: validation, problems, answers.
 */
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { OperationKind } from './batch/kind.js';
import type { ProblemCode, Refusal } from './problem.js';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
export type ObjectSchema = z.ZodObject;

/** A request that fits its schemas. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export type Answer = object | Refusal | typeof ANSWERED;

/**
 * Work that takes more than one turn. What it comes to is called when it is done, in one turn with keeping the answer of an idempotency key:
 * there and not before it may change something.
 */
export class Later {
  constructor(readonly ready: Promise<() => object | Refusal>) {}
}

/** A body that is still arriving. */
export interface StreamedBody {
  readonly stream: Readable;
  readonly type: string;
}

/** The handler has answered, or answers later, by itself. */
export const ANSWERED = Symbol('answered');

export interface RouteText {
  readonly operationId: string;
  readonly tag: 'service' | 'vms' | 'operations' | 'views' | 'events' | 'generations' | 'scenarios' | 'decoder' | 'documents';
  /** One line. */
  readonly summary: string;
  readonly description?: string;
}

export interface RouteAnswer {
  readonly status: 101 | 200 | 201 | 204;
  readonly description: string;
  /** Left out: no body, or text of another type than JSON. */
  readonly schema?: z.ZodType;
  readonly types?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RouteSpec<P extends ObjectSchema, Q extends ObjectSchema, B extends z.ZodType> extends RouteText {
  readonly method: Method;
  /** Fastify's form: `/v1/vms/:vm`. */
  readonly path: string;
  readonly params?: P;
  readonly query?: Q;
  /** Left out: the route takes no body. */
  readonly body?: B;
  /** Whether the body may be missing; then it is undefined. */
  readonly bodyOptional?: true;
  /** Instead of JSON: bytes of this type, which the handler gets as they are. */
  readonly bytes?: { readonly type: string; readonly bytesMax: number; readonly setting: string };
  /** Types besides JSON whose body is handed over as it arrives: see `StreamedBody`. */
  readonly streamed?: readonly string[];
  /** Resolves when what the route is about is free; null: it is. */
  busy?(params: z.infer<P>): Promise<unknown> | null;
  /** The body may also be sent as text/plain; it is then an object with this one field. */
  readonly textField?: string;
  /** Longest body in bytes, where it is not the setting, and what a longer one is told. */
  readonly bodyMax?: { readonly bytes: number; readonly refusal: Refusal };
  /** An example for the documentation. */
  readonly example?: unknown;
  readonly answer: RouteAnswer;
  /** Besides those that any request can meet. */
  readonly problems: readonly ProblemCode[];
  /** `hot`: validated by compiled code. */
  readonly pace?: 'hot';
  /** `none`: a POST that changes nothing, so that an Idempotency-Key means nothing to it. */
  readonly effect?: 'none';
  /** Whether what it is about has an ETag, so that If-Match means something; elsewhere the header is refused. */
  readonly matches?: 'etag';
  /** `open`: needs no token. */
  readonly access?: 'open';
  handle(call: Call<z.infer<P>, z.infer<Q>, z.infer<B>>): Answer | Later | Promise<Answer>;
}

/** A route whose schema types are forgotten: what lists of routes hold. */
export type Route = Omit<RouteSpec<ObjectSchema, ObjectSchema, z.ZodType>, 'handle' | 'busy'> & {
  busy?(params: unknown): Promise<unknown> | null;
  /** What a list of operations, or a scenario, may have too. */
  readonly operation?: OperationKind;
  handle(call: Call<unknown, unknown, unknown>): Answer | Later | Promise<Answer>;
};

export function defineRoute<P extends ObjectSchema, Q extends ObjectSchema, B extends z.ZodType>(spec: RouteSpec<P, Q, B>): Route {
  return spec as unknown as Route;
}
