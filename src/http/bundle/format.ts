/**
 * The form of a bundle: one JSON value a line.
 *
 *     {"format":"rampart-bundle","version":1, …}     the header: of what, under which rules, and the digest to come to
 *     ["origin", {…}], ["origin","rmp",[…]] …        what the VM began with, where that is not as its configuration says
 *     ["snapshot", …] …                              where the commands begin, where that is not at its beginning
 *     ["command", {…}] …                             what was asked since then, as the journal has it
 *     ["state", …] …                                 what came of it
 *     {"checksum":"…"}                               SHA-256 of all bytes before this line
 *
 * A state is its small part first, then its tables, some entries a line: nobody has to hold more than a line at a time.
 */
import { z } from 'zod';
import { EARLY_DOUBTS, GENERATION_NAMES, HV_FIXED_RANGES_MAX, type MachineConfig, PRIVATE_BACKINGS } from '../../core/index.js';
import { Doubts, Memory } from '../schemas/vm.js';
import { Labels, Name, TtlSeconds } from '../schemas/vm-words.js';

export const BUNDLE_TYPE = 'application/vnd.rampart.bundle';
export const BUNDLE_FORMAT = 'rampart-bundle';
/** Raised when the form changes; a newer one is refused. */
export const BUNDLE_VERSION = 1;
/** Entries of a table in one line. */
export const ENTRIES_PER_LINE = 256;
/** Bytes of one line: the largest command, a store with its contents in base64, is shorter. */
export const LINE_BYTES_MAX = 96 * 2 ** 20;

export interface BundleLimits {
  /** Bytes. */
  readonly bytesMax: number;
  readonly commandsMax: number;
  readonly regionsMax: number;
  readonly replayMsMax: number;
  /** Imports at a time. */
  readonly importsMax: number;
}

export const BUNDLE_LIMITS: Omit<BundleLimits, 'bytesMax'> = {
  commandsMax: 100_000,
  regionsMax: 65_536,
  replayMsMax: 60_000,
  importsMax: 2,
};

/** The line that ends a bundle. */
export function checksumLine(checksum: string): string {
  return `{"checksum":"${checksum}"}\n`;
}

export const CHECKSUM_LINE_BYTES = checksumLine('0'.repeat(64)).length;

const Count = z.int().min(0);
const Page = Count;
const Nth = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

export const InjectForm = z.strictObject({
  splitFailure: z.strictObject({ nth: Nth }).optional(),
  rmpupdate: z.strictObject({ nth: Nth, code: z.int().min(1).max(7) }).optional(),
  lookupFailure: z.strictObject({ pfn: Page }).optional(),
  between: z
    .strictObject({
      nth: Nth,
      change: z.enum(['shared', 'private', 'region-shared', 'unmapped', 'swapped', 'migrating', 'numa-hint', 'split', 'collapsed']),
      gfn: Page.optional(),
    })
    .optional(),
});

/** The configuration as the machine has it; what its numbers may be, the machine says. */
const ConfigForm = z.strictObject({
  generation: z.enum(GENERATION_NAMES),
  memslots: z
    .array(
      z.strictObject({
        gfn: Page,
        pages: Count,
        vpn: Page,
        backing: Memory.shape.backing.unwrap(),
        initialState: Memory.shape.initialState.unwrap(),
      }),
    )
    .max(64),
  asid: Count,
  seed: Count.max(2 ** 32 - 1),
  onSigbus: z.enum(['kill', 'report']),
  // Those that a bundle of an earlier version has no value for have their default.
  doubts: Doubts.required(
    Object.fromEntries(EARLY_DOUBTS.map((name) => [name, true])) as Readonly<Record<(typeof EARLY_DOUBTS)[number], true>>,
  ),
  privateBacking: z.enum(PRIVATE_BACKINGS).optional(),
  hostCpus: Count.optional(),
  launch: z.enum(['finished', 'none']).optional(),
  rmpCoverage: Count.optional(),
  hvFixed: z
    .array(z.strictObject({ pfn: Count, pages: Count }))
    .max(HV_FIXED_RANGES_MAX)
    .optional(),
  sevFeatures: z.strictObject({ reflectVc: z.boolean().optional(), virtualTom: Count.optional() }).optional(),
  aeadLimit: Count.optional(),
  inject: InjectForm.optional(),
} satisfies Readonly<Record<keyof MachineConfig, z.ZodType>>);

export const Header = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  version: z.literal(BUNDLE_VERSION),
  rulesVersion: Count,
  vm: z.strictObject({
    id: z.string().min(1).max(64),
    name: Name.nullable(),
    labels: Labels,
    ttlSeconds: TtlSeconds.nullable(),
    memory: z
      .strictObject({ size: Count, backing: Memory.shape.backing.unwrap(), initialState: Memory.shape.initialState.unwrap() })
      .nullable(),
    seq: Count,
    operation: Count,
  }),
  config: ConfigForm,
  base: z.enum(['origin', 'snapshot', 'state']),
  commands: Count,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
});

export type Header = z.infer<typeof Header>;
