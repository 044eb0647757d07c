/** Documents and pages: the API for programs and for people, and the metrics. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { BuiltPage } from '../pages/built-page.js';
import { docsPage, problemsPage } from '../pages/docs-page.js';
import { ASSET_HEADERS, BUILT_PAGE_HEADERS, PAGE_HEADERS } from '../pages/page-headers.js';
import { refuse } from '../problem.js';
import type { OpenApiDocument } from '../openapi.js';
import { ANSWERED, defineRoute, type Route } from '../route.js';

export interface Documents {
  openApi(): OpenApiDocument;
  /** JSON text. */
  openApiText(): string;
  asyncApiText(): string;
  /** null where it was not built. */
  readonly page: BuiltPage | null;
  /** What stands at `/` then, for the address that the caller used. */
  indexPage(host: string): string;
  metrics(): Promise<string>;
}

export function documentRoutes(documents: Documents): readonly Route[] {
  return [
    frontRoute(documents),
    assetRoute(documents.page),
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

const INDEX = { path: '/', operationId: 'index', summary: 'The page of the service' } as const;

function frontRoute({ page, indexPage }: Documents): Route {
  if (page === null) return pageRoute(INDEX.path, INDEX.operationId, INDEX.summary, ({ host }) => indexPage(host));
  return defineRoute({
    ...INDEX,
    method: 'GET',
    tag: 'documents',
    access: 'open',
    answer: { status: 200, description: 'HTML', types: ['text/html'] },
    problems: [],
    handle: ({ reply }) => sent(reply.headers(BUILT_PAGE_HEADERS), 'text/html; charset=utf-8', page.html),
  });
}

const AssetParams = z.strictObject({
  file: z.string().meta({ description: 'Name of the file, as the page names it.', example: 'index.js' }),
});

function assetRoute(page: BuiltPage | null): Route {
  return defineRoute({
    method: 'GET',
    path: '/assets/:file',
    operationId: 'asset',
    tag: 'documents',
    summary: 'What the page is made of',
    access: 'open',
    params: AssetParams,
    answer: { status: 200, description: 'A script, a style, a font or a picture', types: ['application/octet-stream'] },
    problems: ['unknown-route'],
    handle({ params: { file }, reply }) {
      const asset = page?.assets.get(file);
      if (asset === undefined)
        return refuse('unknown-route', '', 'the page has no such file', 'load the page again: a newer one may be there');
      return sent(reply.headers(ASSET_HEADERS), asset.type, asset.bytes);
    },
  });
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

function sent(reply: FastifyReply, type: string, text: string | Buffer): typeof ANSWERED {
  reply.header('content-type', type).send(text);
  return ANSWERED;
}
