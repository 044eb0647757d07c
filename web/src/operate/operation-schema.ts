/** The operations as forms: made from the service's own JSON Schema, so that every operation it has can be filled in here. */

export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

export type FieldKind = 'address' | 'size' | 'choice' | 'flag' | 'number' | 'many' | 'json' | 'words';

export interface Field {
  /** Where its value goes in the request: a name, or list, 0 and name for what is in the first element of a list. */
  readonly path: readonly string[];
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly hint: string | null;
}

export interface OperationForm {
  readonly op: string;
  readonly fields: readonly Field[];
}

/** What belongs to scenarios alone. */
const NOT_ASKED = ['op', 'text', 'expect', 'under'];

export function operationForms(scenario: JsonSchema): OperationForm[] {
  const defs = scenario.$defs ?? {};
  const steps = scenario.properties?.['steps']?.items;
  return (steps?.oneOf ?? steps?.anyOf ?? []).flatMap((step) => {
    const op = step.properties?.['op']?.const;
    if (typeof op !== 'string' || op === 'repeat' || op === 'read-page') return [];
    return [{ op, fields: fieldsOf(step, defs, []) }];
  });
}

function fieldsOf(
  { properties = {}, required = [] }: JsonSchema,
  defs: NonNullable<JsonSchema['$defs']>,
  path: readonly string[],
): Field[] {
  return Object.entries(properties)
    .filter(([name]) => path.length > 0 || !NOT_ASKED.includes(name))
    .flatMap(([name, given]) => {
      const schema = resolved(given, defs);
      const here = [...path, name];
      const elements = schema.type === 'array' ? resolved(schema.items ?? {}, defs) : null;
      if (elements?.properties !== undefined) return fieldsOf(elements, defs, [...here, '0']);
      const hint = given.description ?? null;
      return [{ path: here, name, required: required.includes(name), hint, ...kindOf(given, schema, elements) }];
    });
}

function resolved(schema: JsonSchema, defs: NonNullable<JsonSchema['$defs']>): JsonSchema {
  const name = schema.$ref?.split('/').at(-1);
  return (name === undefined ? undefined : defs[name]) ?? schema;
}

function kindOf(given: JsonSchema, schema: JsonSchema, elements: JsonSchema | null): Pick<Field, 'kind' | 'choices'> {
  const named =
    given.$ref?.split('/').at(-1) ?? (given.anyOf?.some(({ $ref }) => $ref?.endsWith('/AddressIn') === true) === true ? 'AddressIn' : '');
  if (named === 'AddressIn') return { kind: 'address', choices: [] };
  if (named === 'SizeIn') return { kind: 'size', choices: [] };
  if (elements?.enum !== undefined) return { kind: 'many', choices: elements.enum.map(String) };
  const choices = schema.enum ?? schema.anyOf?.flatMap((one) => (one.const === undefined ? (one.enum ?? []) : [one.const])) ?? [];
  if (choices.length > 0) return { kind: 'choice', choices: choices.map(String) };
  if (schema.type === 'boolean') return { kind: 'flag', choices: [] };
  if (schema.type === 'integer' || schema.type === 'number') return { kind: 'number', choices: [] };
  return { kind: schema.type === 'string' ? 'words' : 'json', choices: [] };
}

export type Values = Readonly<Record<string, string>>;

/** What stands in the fields → the operation. Fields that are empty are left out; a value that is no JSON where JSON is wanted is thrown. */
export function operationOf({ op, fields }: OperationForm, values: Values): Record<string, unknown> {
  const operation: Record<string, unknown> = { op };
  for (const { path, kind, name } of fields) {
    const text = (values[path.join('.')] ?? '').trim();
    if (text === '') continue;
    const [first = name, index, inner] = path;
    if (index === undefined || inner === undefined) operation[first] = valueOf(kind, text, name);
    else operation[first] = [{ ...(operation[first] as readonly object[] | undefined)?.[0], [inner]: valueOf(kind, text, name) }];
  }
  return operation;
}

function valueOf(kind: FieldKind, text: string, name: string): unknown {
  switch (kind) {
    case 'flag':
      return text === 'true';
    case 'number':
      return Number(text);
    case 'size':
      return /^\d+$/.test(text) ? Number(text) : text;
    case 'choice':
      return /^\d+$/.test(text) ? Number(text) : text;
    case 'many':
      return text.split(' ');
    case 'json':
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new Error(`${name} is no JSON`);
      }
    case 'address':
    case 'words':
      return text;
  }
}
