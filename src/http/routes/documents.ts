/** Documents and pages: the API for programs and for people, and the metrics. */
import type { FastifyReply } from 'fastify';
import { PAGE_HEADERS } from '../pages/page-headers.js';
import { docsPage, problemsPage } from '../pages/docs-page.js';
import type { OpenApiDocument } from '../openapi.js';
import { ANSWERED, defineRoute, type Route } from '../route.js';

export interface Documents {
  openApi(): OpenApiDocument;
  /** JSON text. */
  openApiText(): string;
  asyncApiText(): string;
  /** The page at `/`, for the address that the caller used. */
  indexPage(host: string): string;
  metrics(): Promise<string>;
}

export function documentRoutes(documents: Documents): readonly Route[] {
  return [
    pageRoute('/', 'index', 'The page of the service', ({ host }) => documents.indexPage(host)),
    pageRoute('/docs', 'docs', 'The API, for reading', () => docsPage(documents.openApi())),
    pageRoute('/docs/problems', 'problems', 'Every problem code', () => problemsPage()),
    jsonRoute('/openapi.json', 'openapi', 'The OpenAPI 3.1 document', () => documents.openApiText()),
    jsonRoute('/asyncapi.json', 'asyncapi', 'The AsyncAPI 3 document, of the stream', () => documents.asyncApiText()),
    defineRoute({
      method: 'GET',
      path: '/metrics',
      operationId: 'metrics',
      tag: 'service',
      summary: 'Metrics for Prometheus',
      answer: { status: 200, description: 'Text', types: [METRICS_TYPE] },
      problems: [],
      async handle({ reply }) {
        return sent(reply, METRICS_TYPE, await documents.metrics());
      },
    }),
  ];
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function pageRoute(path: string, operationId: string, summary: string, render: (caller: { readonly host: string }) => string): Route {
  return defineRoute({
    method: 'GET',
    path,
    operationId,
    tag: 'documents',
    summary,
    access: 'open',
    answer: { status: 200, description: 'HTML', types: ['text/html'] },
    problems: [],
    handle({ request, reply }) {
      reply.headers(PAGE_HEADERS);
      return sent(reply, 'text/html; charset=utf-8', render({ host: request.headers.host ?? 'localhost' }));
    },
  });
}

export function jsonRoute(path: string, operationId: string, summary: string, text: () => string): Route {
  return defineRoute({
    method: 'GET',
    path,
    operationId,
    tag: 'documents',
    summary,
    answer: { status: 200, description: 'The document', types: ['application/json'] },
    problems: [],
    handle: ({ reply }) => sent(reply, 'application/json; charset=utf-8', text()),
  });
}

function sent(reply: FastifyReply, type: string, text: string): typeof ANSWERED {
  reply.header('content-type', type).send(text);
  return ANSWERED;
}
