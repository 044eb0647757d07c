/** The steps of a scenario as operations that can be carried out one after the other on a VM that one looks at. */
export interface ScenarioStep {
  readonly op: string;
  readonly text?: string;
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly under?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly times?: number;
  readonly stride?: number;
  readonly steps?: readonly ScenarioStep[];
  readonly [field: string]: unknown;
}

export interface Scenario {
  readonly title: string;
  readonly text?: string;
  readonly sources: readonly string[];
  readonly generations: readonly string[];
  readonly vm?: Readonly<Record<string, unknown>>;
  readonly steps: readonly ScenarioStep[];
}

/** One step as it is played: a repeat is one, whatever is in it. */
export interface Turn {
  /** As a run numbers it: 4, or 4.1 for what is in a repeat. */
  readonly numbers: readonly string[];
  readonly step: ScenarioStep;
  /** What is carried out; none where the step only looks. */
  readonly operations: readonly (Readonly<Record<string, unknown>> & { readonly op: string })[];
  readonly looksAt: string | null;
}

const PAGE_BYTES = 4096n;
/** What belongs to the scenario and not to the operation. */
const NOT_SENT = ['text', 'expect', 'under'];

export function turnsOf({ steps }: Scenario): Turn[] {
  return steps.map((step, i) => {
    const number = `${i + 1}`;
    if (step.op === 'read-page') return { numbers: [number], step, operations: [], looksAt: addressText(step['gpa']) };
    if (step.op !== 'repeat') return { numbers: [number], step, operations: [sent(step, 0n)], looksAt: null };
    const inner = step.steps ?? [];
    const operations = Array.from({ length: step.times ?? 1 }, (_, time) => time).flatMap((time) =>
      inner.filter(({ op }) => op !== 'read-page').map((one) => sent(one, BigInt(step.stride ?? 0) * BigInt(time))),
    );
    return { numbers: inner.map((_, j) => `${number}.${j + 1}`), step, operations, looksAt: null };
  });
}

function sent(step: ScenarioStep, moved: bigint): Turn['operations'][number] {
  const fields = Object.entries(step).filter(([name]) => !NOT_SENT.includes(name));
  return Object.fromEntries(fields.map(([name, value]) => [name, movedOn(name, value, moved)])) as Turn['operations'][number];
}

function movedOn(name: string, value: unknown, moved: bigint): unknown {
  if (moved === 0n) return value;
  if ((name === 'gpa' || name === 'hva') && isAddress(value)) return addressText(BigInt(value) + moved);
  if (name === 'pfn' && isAddress(value)) return addressText(BigInt(value) + moved / PAGE_BYTES);
  if (name === 'entries' && Array.isArray(value))
    return value.map((entry: Readonly<Record<string, unknown>>) => ({ ...entry, gpa: movedOn('gpa', entry['gpa'], moved) }));
  return value;
}

function isAddress(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function addressText(value: unknown): string {
  return typeof value === 'bigint' || typeof value === 'number' ? `0x${value.toString(16)}` : String(value);
}

/** The page that a step is about, to look at it. */
export function placeOf({ operations, looksAt }: Turn): string | null {
  if (looksAt !== null) return looksAt;
  const [operation] = operations;
  if (operation === undefined) return null;
  const { gpa, entries } = operation as { gpa?: unknown; entries?: readonly { readonly gpa?: unknown }[] };
  const address = gpa ?? entries?.[0]?.gpa;
  return address === undefined ? null : `0x${((BigInt(addressText(address)) / PAGE_BYTES) * PAGE_BYTES).toString(16)}`;
}
