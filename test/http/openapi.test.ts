/** The OpenAPI document: valid, committed as it is, and saying what the service does. */
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { PROBLEM_CODES, PROBLEMS } from '../../src/http/problem.js';
import { type Loose, TestApp } from './support/test-app.js';

const app = new TestApp();
const document: Loose = JSON.parse(app.app.openApiText());

test('the committed document is the one that the schemas give: `npm run openapi` writes it', () => {
  expect(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')).toBe(app.app.openApiText());
});

test('it is served as it is committed', async () => {
  const { text, headers } = await app.get('/openapi.json');
  expect(text).toBe(app.app.openApiText());
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
});

test('it is valid OpenAPI 3.1, and every reference leads somewhere', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  for (const [, name] of JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
    expect(Object.keys(document.components.schemas)).toContain(name);
  }
});

test('every route is in it, and nothing else', () => {
  const documented = Object.entries<Loose>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = app.app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect(documented.toSorted()).toEqual(registered.toSorted());
});

test('operation ids are unique', () => {
  const ids = app.app.routes.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('problem codes', () => {
  test('the documented list is the list of the program, both ways', () => {
    expect(document.components.schemas.ProblemCode.enum).toEqual(PROBLEM_CODES);
    const described = [...document.components.schemas.ProblemCode.description.matchAll(/^- `([a-z-]+)` \((\d+)\)/gm)].map(
      ([, code, status]) => [code, Number(status)],
    );
    expect(described).toEqual(PROBLEM_CODES.map((code) => [code, PROBLEMS[code].status]));
  });

  test('each stands under its status in some operation', () => {
    const found = new Set<string>();
    for (const methods of Object.values<Loose>(document.paths)) {
      for (const operation of Object.values<Loose>(methods)) {
        for (const [status, response] of Object.entries<Loose>(operation.responses)) {
          if (response.content?.['application/problem+json'] === undefined) continue;
          for (const code of response.description.split(', ')) {
            expect(PROBLEMS[code as keyof typeof PROBLEMS].status).toBe(Number(status));
            found.add(code);
          }
        }
      }
    }
    // Told to those who ask an operation that is not there.
    expect(PROBLEM_CODES.filter((code) => !found.has(code))).toEqual(['method-not-allowed']);
  });

  test('the page lists them all', async () => {
    const { text } = await app.get('/docs/problems');
    const listed = [...text.matchAll(/<tr id="([a-z-]+)"><td><code>[a-z-]+<\/code><\/td><td>(\d+)<\/td>/g)].map(([, code, status]) => [
      code,
      Number(status),
    ]);
    expect(listed).toEqual(PROBLEM_CODES.map((code) => [code, PROBLEMS[code].status]));
  });
});

/** The page that the examples of a vCPU name has to be a VMSA. */
async function makeVmsa(vm: string): Promise<void> {
  await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x7000', operation: 'private' }] });
  await app.post(`${vm}/rmpadjust`, { gpa: '0x7000', pageSize: '4K', targetVmpl: 1, permissions: [], vmsa: true });
}

test('every example in it is accepted by the service', async () => {
  const vm = await app.vm({ memory: { size: '8MiB' }, onSigbus: 'report' });
  for (const { method, path, example } of app.app.routes) {
    if (example === undefined) continue;
    if (path.endsWith('/enter')) await makeVmsa(vm);
    const { status, text } = await app.call({
      method,
      url: path.replace('/v1/vms/:vm', vm).replace(':n', '0').replace(':start', '0x7f0000200000'),
      payload: JSON.stringify(example),
      headers: { 'content-type': 'application/json' },
    });
    expect([200, 201], `${path}: ${text}`).toContain(status);
  }
});
