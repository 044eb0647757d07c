/**
 * Values from outside → typed values, by the zod schemas that are also the documentation. Nothing is stripped, coerced or filled
 * in. On hot routes ajv, compiled from the same schema, says yes or no and zod only explains a refusal.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { expectation, fieldsAt, pointerOf, valueAt } from '../service/schema-words.js';
import { refuse, type Refusal } from './problem.js';

/** Reads a value or says why not. */
export type Read<T> = (value: unknown) => Accepted<T> | Refusal;

export interface Accepted<T> {
  readonly value: T;
}

/** Where a value comes from: a field of the body is named by JSON pointer, a parameter by its name. */
export type Place = 'body' | 'query' | 'path';

export function reads<T>(schema: z.ZodType<T>, place: Place): Read<T> {
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { value: parsed.data };
    const refusal = explain(schema, value, parsed.error.issues[0]);
    return place === 'body' ? refusal : inUrlWords(refusal);
  };
}

function inUrlWords(refusal: Refusal): Refusal {
  const words = (text: string): string =>
    text
      .replace(/^there is no field/, 'there is no parameter')
      .replace(/^the fields are/, 'the parameters are')
      .replace(/^\//, '');
  return { ...refusal, pointer: refusal.pointer.slice(1), detail: words(refusal.detail), hint: words(refusal.hint) };
}

/** The same answers as `reads`, faster; for schemas without transforms or refinements, which JSON Schema cannot say. */
export function readsFast<T>(schema: z.ZodType<T>): Read<T> {
  const explainRefusal = reads(schema, 'body');
  const matches = compiled(schema);
  return (value) => (matches(value) ? { value: value as T } : explainRefusal(value));
}

/** Compiling takes milliseconds and gives the same for all servers of a process. */
const verdicts = new WeakMap<z.ZodType, (value: unknown) => boolean>();

/** ajv's verdict alone; exported for the test that holds it equal to zod's. */
export function compiled(schema: z.ZodType): (value: unknown) => boolean {
  const known = verdicts.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, removeAdditional: false, coerceTypes: false, useDefaults: false });
  const validate = ajv.compile(bareJsonSchema(schema, 'input'));
  const verdict = (value: unknown): boolean => validate(value) === true;
  verdicts.set(schema, verdict);
  return verdict;
}

/** JSON Schema without names: each part stands where it is used, so that compilers need not follow references. */
export function bareJsonSchema(schema: z.ZodType, io: 'input' | 'output'): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, { io, metadata: z.registry<{ id?: string }>(), target: 'draft-2020-12' });
}

type Issue = z.core.$ZodIssue;

function explain(schema: z.ZodType, root: unknown, issue: Issue | undefined): Refusal {
  if (issue === undefined) return refuse('invalid-field', '', 'the body does not fit its schema', 'see /docs');
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? '';
    return unknownField(schema, [...path, key]);
  }
  const pointer = pointerOf(path);
  const value = valueAt(root, path);
  if (value === undefined && path.length > 0) {
    return refuse('invalid-field', pointer, `${pointerName(pointer)} is missing`, `give ${expectation(issue)}`);
  }
  if (issue.code === 'too_big' && (issue.origin === 'array' || issue.origin === 'string')) {
    return refuse('limit-exceeded', pointer, `${pointerName(pointer)} is longer than the limit`, `give ${expectation(issue)}`);
  }
  return refuse('invalid-field', pointer, `${pointerName(pointer)} has a value that it cannot have`, `give ${expectation(issue)}`);
}

function unknownField(schema: z.ZodType, path: readonly string[]): Refusal {
  const pointer = pointerOf(path);
  const known = fieldsAt(schema, path.slice(0, -1));
  return refuse(
    'unknown-field',
    pointer,
    `there is no field ${JSON.stringify(path.at(-1)?.slice(0, 100))} here`,
    known.length === 0 ? 'leave it out' : `the fields are ${known.join(', ')}`,
  );
}

function pointerName(pointer: string): string {
  return pointer === '' ? 'the body' : pointer.slice(0, 200);
}
