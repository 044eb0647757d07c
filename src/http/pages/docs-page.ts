/** The pages at `/docs` and `/docs/problems`, rendered from the OpenAPI document and the table of problems. */
import type { OpenApiDocument, Operation, Parameter } from '../openapi.js';
import { PROBLEM_CODES, PROBLEMS } from '../problem.js';
import { type Html, html, page, prose } from './html.js';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>;
}

export function docsPage(document: OpenApiDocument): string {
  return page(
    'Rampart: API',
    html`<h1>API</h1>
<p class="dim">The same as <a href="/openapi.json">openapi.json</a>, for reading.</p>
${document.tags.map((tag) => html`<h2 id="${tag.name}">${tag.name}</h2><p>${tag.description}</p>${operationsOf(document, tag.name)}`)}
<h2 id="schemas">schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) => html`<details id="${name}"><summary><code>${name}</code></summary>${schemaView(schema as Schema)}</details>`,
)}`,
  );
}

export function problemsPage(): string {
  return page(
    'Rampart: problems',
    html`<h1>Problems</h1>
<p>Every answer that is no success is <code>application/problem+json</code> with one of these codes, a detail, a pointer to what is
to blame, and a hint what to do. This list is complete.</p>
<div class="wide"><table>
<tr><th>code</th><th>status</th><th>when</th></tr>
${PROBLEM_CODES.map((code) => html`<tr id="${code}"><td><code>${code}</code></td><td>${PROBLEMS[code].status}</td><td>${PROBLEMS[code].when}</td></tr>`)}
</table></div>`,
  );
}

function operationsOf(document: OpenApiDocument, tag: string): readonly Html[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => operationView(path, method, operation)),
  );
}

function operationView(path: string, method: string, operation: Operation): Html {
  const request = (operation.requestBody as Content | undefined)?.content?.['application/json'];
  return html`<details id="${operation.operationId}"><summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> <span class="dim">${operation.summary}</span></summary>
${operation.description === undefined ? [] : [html`<p>${prose(operation.description)}</p>`]}
${parametersView(operation.parameters)}
${request === undefined ? [] : [html`<p>Body: ${typeWords(request.schema ?? {})}</p>`, exampleView(request.example)]}
<div class="wide"><table><tr><th>answer</th><th></th></tr>
${Object.entries(operation.responses).map(([status, response]) => answerView(status, response as Content))}
</table></div></details>`;
}

function parametersView(parameters: readonly Parameter[]): readonly Html[] {
  if (parameters.length === 0) return [];
  return [
    html`<div class="wide"><table><tr><th>parameter</th><th>in</th><th></th></tr>
${parameters.map(({ name, in: place, required, description, schema }) => html`<tr><td><code>${name}</code></td><td>${place}${required ? '' : ', optional'}</td><td>${typeof description === 'string' ? prose(description) : typeWords(schema)}</td></tr>`)}
</table></div>`,
  ];
}

function exampleView(example: unknown): Html {
  return example === undefined ? html`` : html`<pre>${JSON.stringify(example, null, 2)}</pre>`;
}

function answerView(status: string, response: Content): Html {
  const type = Object.keys(response.content ?? {})[0];
  const schema = type === 'application/json' ? response.content?.[type]?.schema : undefined;
  return html`<tr><td>${status}</td><td>${response.description ?? ''} ${schema === undefined ? '' : typeWords(schema)}</td></tr>`;
}

function schemaView(schema: Schema): Html {
  const { properties, description, required = [] } = schema;
  const text = description === undefined ? [] : [html`<p>${prose(description)}</p>`];
  if (properties === undefined) return html`${text}<p>${typeWords(schema)}</p>`;
  return html`${text}<div class="wide"><table>
${Object.entries(properties).map(([name, property]) => html`<tr><td><code>${name}</code></td><td>${typeWords(property)}${required.includes(name) ? '' : ', optional'}</td><td>${prose(property.description ?? '')}</td></tr>`)}
</table></div>`;
}

/** A schema in a few words, with links to those that have a name. */
function typeWords(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return html`<a href="#${name}">${name}</a>`;
  }
  if (schema.anyOf !== undefined) return joined(schema.anyOf.map(typeWords), ' or ');
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return joined(
      schema.enum.map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ', ',
    );
  if (schema.items !== undefined) return html`list of ${typeWords(schema.items)}${boundWords(schema.minItems, schema.maxItems)}`;
  if (schema.properties !== undefined) {
    return html`{ ${joined(
      Object.entries(schema.properties).map(([name, part]) => html`<code>${name}</code>: ${typeWords(part)}`),
      ', ',
    )} }`;
  }
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false)
    return html`by name: ${typeWords(schema.additionalProperties)}`;
  const maximum = schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum;
  const minimum = schema.minimum === Number.MIN_SAFE_INTEGER ? undefined : schema.minimum;
  return html`${String(schema.type ?? 'anything')}${boundWords(minimum, maximum)}`;
}

function boundWords(least: number | undefined, most: number | undefined): string {
  if (least === undefined && most === undefined) return '';
  return ` (${least === undefined ? '' : `from ${least}`}${most === undefined ? '' : ` to ${most}`})`;
}

function joined(parts: readonly Html[], by: string): Html {
  return { html: parts.map((part) => part.html).join(by) };
}
