/**
 * Names and values of the interface that this version does not build yet. They are refused by name, never ignored: a caller who
 * asks for `generation: "v7"` must not get another kernel without hearing of it.
 */

interface NotBuilt {
  /** JSON pointer of the field. */
  readonly at: RegExp;
  /** The values that are not built; left out: the field itself. */
  readonly values?: readonly unknown[];
  readonly instead: string;
}

const LATER_GENERATIONS = ['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'upstream', 'inplace'];

const NOT_BUILT: readonly NotBuilt[] = [
  { at: /^\/generation$/, values: LATER_GENERATIONS, instead: 'GET /v1/generations lists those that are built' },
  { at: /^\/privateBacking$/, values: ['separate'], instead: 'leave it out, or say "same"' },
  { at: /^\/hostCpus$/, instead: 'leave it out: no generation of this version bounds its retries by it' },
  { at: /^\/doubts\/(D1[014]|G([1-9]|1[0-2]))$/, instead: 'D1 to D9, D12, D13, D15 and D16 can be chosen' },
  { at: /^\/via$/, values: ['kvm'], instead: 'use "user" or "direct-map"; a write also has "copy-to-user"' },
];

/** What to use instead, where the field or its value is one that a later version builds; null otherwise. */
export function notAvailable(pointer: string, value: unknown): string | null {
  const found = NOT_BUILT.find((one) => one.at.test(pointer) && (one.values === undefined || one.values.includes(value)));
  return found?.instead ?? null;
}
