/** Decoded kernel logs. */
import { z } from 'zod';
import { PAGE_STATES } from '../../core/index.js';
import { DECODE_INCIDENTS_MAX, INCIDENT_KINDS, NEIGHBOURS_LISTED_MAX, SCENARIO_NAMES, type ScenarioName } from '../../decode/index.js';
import { Count, Hex, PageSizeName } from './basics.js';

export const DecodeBody = z
  .strictObject({ text: z.string().min(1).meta({ description: 'Lines of a kernel log; others may stand between them.' }) })
  .meta({ id: 'DecodeBody' });

/** Scenarios have names that stay; null where none shows the incident. */
const Scenario = z.enum(SCENARIO_NAMES as readonly [ScenarioName, ...ScenarioName[]]).meta({ id: 'ScenarioName' });

const entryShape = {
  pfn: Hex,
  assigned: z.boolean(),
  immutable: z.boolean(),
  pageSize: PageSizeName.meta({ description: "The entry's own bit; a page inside a 2M entry has 4K here." }),
  gpa: Hex,
  asid: Count,
  vmsa: z.boolean(),
  validated: z.boolean(),
  state: z.enum(PAGE_STATES).meta({ description: 'Of this entry alone: a page inside a 2M entry looks like `reclaim`.' }),
  subPageCount: Count.nullable(),
  vmpl: z.array(Count).length(4).nullable(),
  raw: z
    .array(Hex)
    .length(2)
    .nullable()
    .meta({ description: 'The two quadwords, low and high; null where the log has the fields instead.' }),
};

const DecodedEntry = z
  .strictObject(entryShape)
  .meta({ id: 'DecodedEntry', description: 'An RMP entry, in the layout of Milan and Genoa.' });

const EntryRun = z.strictObject({ ...entryShape, pages: z.int().min(1) }).meta({
  id: 'EntryRun',
  description: 'Frames that follow one another and say the same, but for a gpa that counts on; the first one is shown.',
});

const FrameRange = z.strictObject({ from: Hex, to: Hex }).meta({ id: 'FrameRange', description: 'Frames, the last one exclusive.' });

const Incident = z
  .strictObject({
    kind: z.enum(INCIDENT_KINDS),
    title: z.string(),
    cause: z.string().meta({ description: 'Likely cause.' }),
    scenario: Scenario.nullable(),
    lines: z.array(z.int().min(1)).length(2).meta({ description: 'First and last line, counted from 1; other lines may stand between.' }),
    repeats: z.int().min(1).meta({ description: 'How often the log has the same; `lines` are those of the first.' }),
    pfn: Hex.optional(),
    gpa: Hex.optional(),
    address: Hex.optional().meta({ description: 'The address that was touched.' }),
    entry: DecodedEntry.optional(),
    region: FrameRange.optional().meta({ description: 'The 2M region that was dumped because the page itself is unassigned.' }),
    neighbours: z
      .array(EntryRun)
      .max(NEIGHBOURS_LISTED_MAX)
      .optional()
      .meta({ description: 'Entries of the region that are not all zero.' }),
    neighbourPages: Count.optional(),
    errorCode: Hex.optional(),
    errorCodeBits: z.array(z.string()).optional(),
    privilege: z.enum(['user', 'supervisor']).optional(),
    access: z.enum(['read', 'write', 'execute']).optional(),
    function: z.string().optional().meta({ description: 'Function of the kernel in which it happened.' }),
    instruction: z.enum(['RMPUPDATE', 'PSMASH']).optional(),
    status: z.string().optional().meta({ description: 'Name of `code`: the return code of the instruction, or an error of the kernel.' }),
    code: z.int().optional(),
    pageSize: PageSizeName.optional(),
    private: z.boolean().optional().meta({ description: 'How the guest used the page.' }),
    size: Count.optional(),
    exit: z.strictObject({ code: Count, name: z.string().nullable() }).optional(),
    firmware: z
      .strictObject({ command: z.string(), status: z.string().nullable(), code: z.int().nullable(), returned: z.int().nullable() })
      .optional(),
    termination: z.strictObject({ reasonSet: Count, reason: Count, name: z.string().nullable() }).optional(),
    leaked: FrameRange.optional(),
    device: z.string().optional(),
  })
  .meta({ id: 'Incident', description: 'Lines of a log that belong together. Fields that the lines do not give are absent.' });

export const Decoded = z
  .strictObject({
    incidents: z.array(Incident).max(DECODE_INCIDENTS_MAX),
    incidentsLeftOut: Count.meta({ description: 'Different incidents beyond the limit.' }),
    totalLines: Count,
    unknownLines: Count.meta({ description: 'Lines that belong to no incident.' }),
    summary: z.string(),
  })
  .meta({ id: 'Decoded' });
