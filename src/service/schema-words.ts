/** What a schema takes, in words: for whoever sent something else, over HTTP or over a socket. */
import { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Ends a sentence that begins with "give". */
export function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_type':
      return issue.expected === 'int' ? 'an integer' : `a value of type ${issue.expected}`;
    case 'too_small':
      return `${boundWords(issue.origin)} of at least ${String(issue.minimum)}`;
    case 'too_big':
      return `${boundWords(issue.origin)} of at most ${String(issue.maximum)}`;
    case 'invalid_key':
    case 'invalid_element':
      return issue.issues[0] === undefined ? 'another name' : `a name that is ${expectation(issue.issues[0])}`;
    case 'not_multiple_of':
      return `a multiple of ${String(issue.divisor)}`;
    case 'unrecognized_keys':
      return 'it without them';
    // The schemas say these in their own words.
    case 'invalid_format':
    case 'invalid_union':
    case 'custom':
      return issue.message;
  }
}

function boundWords(origin: string): string {
  switch (origin) {
    case 'string':
      return 'a length';
    case 'array':
    case 'tuple':
      return 'a number of items';
    default:
      return 'a number';
  }
}

export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}

/** The fields of the object at a path of the schema; none where a union leaves it open. */
export function fieldsAt(schema: z.ZodType, path: readonly string[]): readonly string[] {
  let at: unknown = unwrapped(schema);
  for (const part of path) {
    if (at instanceof z.ZodObject) at = unwrapped((at.shape as Readonly<Record<string, unknown>>)[part]);
    else if (at instanceof z.ZodArray) at = unwrapped(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodNullable || at instanceof z.ZodDefault) at = at.unwrap();
  return at;
}
