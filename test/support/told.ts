/** Whether an answer of the service says what an outcome of the core says, as far as the two have the same members. */

/** Members that say something else. */
export function toldOtherwise(outcome: object, body: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(outcome).flatMap(([field, expected]) =>
    field !== 'op' && field in body && !isTold(body[field], expected) ? [field] : [],
  );
}

/** Frames are told as hexadecimal text, an exception as an object that has its page, bytes in base64. Lists are not looked at. */
function isTold(told: unknown, expected: unknown): boolean {
  if (expected instanceof Uint8Array) return told === Buffer.from(expected).toString('base64');
  if (!['string', 'number', 'boolean'].includes(typeof expected)) return true;
  if (typeof told === 'string' && typeof expected === 'number') return Number(told) === expected;
  if (typeof told === 'object' && told !== null && 'gpa' in told) return Number(told.gpa) === Number(expected) * 4096;
  return told === expected;
}
