/** An expectation against an answer: where they differ. */

export interface Difference {
  /** JSON pointer into the answer. */
  readonly field: string;
  readonly expected: unknown;
  /** null where there is none. */
  readonly actual: unknown;
}

/** Differences of one step that are listed. */
export const DIFFERENCES_MAX = 16;

/** Characters of an actual value that are shown. */
const SHOWN_CHARACTERS_MAX = 1000;
/** Objects and lists inside of one another in an expectation. */
export const EXPECT_DEPTH_MAX = 16;

type Fields = Readonly<Record<string, unknown>>;

/** At most DIFFERENCES_MAX; none: it holds. */
export function differencesOf(expected: Fields, answer: Fields): readonly Difference[] {
  const found: Difference[] = [];
  const { bytes, ...fields } = expected;
  if (bytes !== undefined) compareBytes(bytes, answer['data'], found);
  compare(fields, answer, '', found);
  return found.slice(0, DIFFERENCES_MAX);
}

function compare(expected: unknown, actual: unknown, field: string, found: Difference[]): void {
  if (found.length >= DIFFERENCES_MAX || same(expected, actual)) return;
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    for (const [i, one] of expected.entries()) compare(one, actual[i], `${field}/${i}`, found);
  } else if (isObject(expected) && isObject(actual)) {
    for (const [key, one] of Object.entries(expected))
      compare(one, Object.hasOwn(actual, key) ? actual[key] : undefined, `${field}/${key}`, found);
  } else {
    found.push({ field, expected, actual: shown(actual ?? null) });
  }
}

function shown(actual: unknown): unknown {
  const text = JSON.stringify(actual);
  return text.length <= SHOWN_CHARACTERS_MAX ? actual : `${text.slice(0, SHOWN_CHARACTERS_MAX)}…`;
}

/** Whether so much is inside of one another that no answer could have it. It does not recurse: the value may be as deep as a body is long. */
export function isTooDeep(expected: unknown): boolean {
  const open: (readonly [value: unknown, depth: number])[] = [[expected, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > EXPECT_DEPTH_MAX) return true;
    for (const inner of Object.values(value)) open.push([inner, depth + 1]);
  }
  return false;
}

/** Addresses are text in answers, and may be numbers in an expectation. */
function same(expected: unknown, actual: unknown): boolean {
  return (
    expected === actual ||
    (typeof expected === 'number' && typeof actual === 'string' && /^0x[0-9a-f]+$/.test(actual) && Number(actual) === expected)
  );
}

function compareBytes(expected: unknown, data: unknown, found: Difference[]): void {
  const read = typeof data === 'string' ? Buffer.from(data, 'base64') : Buffer.alloc(0);
  const at = read.findIndex((byte) => byte !== expected);
  if (at >= 0 || read.length === 0) found.push({ field: '/data', expected, actual: at < 0 ? null : `byte ${at} is ${read[at]}` });
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
