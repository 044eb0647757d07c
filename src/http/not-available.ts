/**
 * Names and values of the interface that this version does not build yet. They are refused by name, never ignored: a caller who
 * asks for `launch: "none"` must not get a running VM without hearing of it.
 */

interface NotBuilt {
  /** JSON pointer of the field. */
  readonly at: RegExp;
  /** The values that are not built; left out: the field itself. */
  readonly values?: readonly unknown[];
  readonly instead: string;
}

const NOT_BUILT: readonly NotBuilt[] = [
  { at: /^\/doubts\/D1[014]$/, instead: 'D10 and D11 follow from the generation, D14 from how contents are kept' },
];

/** What to use instead, where the field or its value is one that a later version builds; null otherwise. */
export function notAvailable(pointer: string, value: unknown): string | null {
  const found = NOT_BUILT.find((one) => one.at.test(pointer) && (one.values === undefined || one.values.includes(value)));
  return found?.instead ?? null;
}
