/** Answers → JSON text through fast-json-stringify, compiled from the zod schema that documents the answer. */
import fastJsonStringify from 'fast-json-stringify';
import type { z } from 'zod';
import { bareJsonSchema } from './validate.js';

export type Serialize = (body: object) => string;

/** Compiling takes milliseconds and gives the same for all servers of a process. */
const serializers = new WeakMap<z.ZodType, Serialize>();

export function serializerOf(schema: z.ZodType): Serialize {
  const known = serializers.get(schema);
  if (known !== undefined) return known;
  const made = fastJsonStringify(plain(bareJsonSchema(schema, 'output')) as fastJsonStringify.Schema) as Serialize;
  serializers.set(schema, made);
  return made;
}

/**
 * Two things that the serialiser wants otherwise. `T or null` is `anyOf: [T, null]` in JSON Schema, for which it would validate
 * at run time; `nullable` says the same to it and costs nothing. And it writes required members first, which would tear apart
 * what belongs together.
 */
function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { anyOf, required: _required, ...rest } = schema as { readonly anyOf?: readonly unknown[]; readonly required?: unknown };
  if (anyOf !== undefined) {
    const others = anyOf.filter((one) => (one as { readonly type?: unknown }).type !== 'null');
    if (others.length === 1 && anyOf.length === 2) return { ...(plain(others[0]) as object), nullable: true };
  }
  const mapped = Object.entries(anyOf === undefined ? rest : { ...rest, anyOf }).map(([key, value]) => [key, plain(value)]);
  return Object.fromEntries(mapped) as unknown;
}
