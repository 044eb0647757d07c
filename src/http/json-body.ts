/**
 * JSON text → value, stricter than JSON.parse: no key twice in an object, and no `__proto__`. JSON.parse keeps the last of two
 * equal keys, so a proxy that keeps the first would see another request than this service.
 *
 * Clean text costs little: after JSON.parse has accepted it, every colon outside a string belongs to one member, so as many
 * colons as members in the value means that none was lost. Only where the counts differ, the slow walk finds out which key.
 * Nothing here recurses: nesting may be as deep as the body is long.
 */
import { isUtf8 } from 'node:buffer';
import { refuse, type Refusal } from './problem.js';

export type ParsedBody = { readonly value: unknown } | Refusal;

export function parseJsonBody(body: Buffer): ParsedBody {
  if (body.length === 0)
    return refuse('malformed-json', '', 'the body is empty', 'send a JSON object; {} where every field may be left out');
  const text = body.toString('utf8');
  if (text.includes('\ufffd') && !isUtf8(body)) return refuse('malformed-json', '', 'the body is not valid UTF-8', 'send JSON in UTF-8');
  return parseJsonText(text);
}

export function parseJsonText(text: string): ParsedBody {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const detail = error instanceof SyntaxError ? error.message : 'no JSON';
    return refuse('malformed-json', '', `the body is no JSON: ${detail.slice(0, 200)}`, 'check quotes, commas and braces');
  }
  return countMembers(value) === countColons(text) ? { value } : refusalOf(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Colons outside strings, in text that JSON.parse has accepted. */
function countColons(text: string): number {
  let colons = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === COLON) colons++;
    else if (c === QUOTE) i = endOfString(text, i);
  }
  return colons;
}

/** Index of the quote that ends the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (let c = text.charCodeAt(i); c !== QUOTE; c = text.charCodeAt(i)) i += c === BACKSLASH ? 2 : 1;
  return i;
}

/** Members of all objects in the value; -1, which no count of colons equals, where one is called `__proto__`. */
function countMembers(root: unknown): number {
  let members = 0;
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object') open.push(item);
      continue;
    }
    const object = value as Readonly<Record<string, unknown>>;
    for (const key of Object.keys(object)) {
      if (key === '__proto__') return -1;
      members++;
      if (typeof object[key] === 'object') open.push(object[key]);
    }
  }
  return members;
}

interface OpenContainer {
  /** Keys seen so far; null in an array. */
  readonly keys: Set<string> | null;
  /** The key or index of the value that is being read. */
  at: string | number;
}

/** Walks the text again and names the first key that is there twice or is forbidden. */
function refusalOf(text: string): Refusal {
  const open: OpenContainer[] = [];
  const pointer = (): string => open.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  for (let i = 0; i < text.length; i++) {
    const container = open.at(-1);
    switch (text[i]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        break;
      case '[':
        open.push({ keys: null, at: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof container?.at === 'number') container.at++;
        break;
      case '"': {
        const end = endOfString(text, i);
        const keyed = container?.keys != null && isKey(text, end + 1);
        if (keyed && container !== undefined) {
          const key = JSON.parse(text.slice(i, end + 1)) as string;
          container.at = key;
          if (key === '__proto__') {
            return refuse('forbidden-key', pointer(), 'the key __proto__ is not allowed', 'leave the field out');
          }
          if (container.keys?.has(key)) {
            return refuse(
              'duplicate-key',
              pointer(),
              `the key ${JSON.stringify(key.slice(0, 100))} stands twice in one object`,
              'give each field once',
            );
          }
          container.keys?.add(key);
        }
        i = end;
        break;
      }
      default:
    }
  }
  return refuse('malformed-json', '', 'the body has a repeated key', 'give each field once');
}

/** A string followed by a colon is a key. */
function isKey(text: string, from: number): boolean {
  let i = from;
  while (text.charCodeAt(i) <= 0x20) i++;
  return text.charCodeAt(i) === COLON;
}
