/** What a caller may say about a VM besides what the machine uses, and where its state came from. */
import { z } from 'zod';
import { Count } from './basics.js';

export const NAME_CHARACTERS_MAX = 128;
export const LABELS_MAX = 32;
export const LABEL_CHARACTERS_MAX = 64;
export const TTL_SECONDS_MAX = 31_536_000;

export const Name = z.string().min(1).max(NAME_CHARACTERS_MAX);
const Label = z.string().regex(/^[\w.-]{1,64}$/, { error: 'text of 1 to 64 letters, digits, underscores, dots and hyphens' });
export const Labels = z.record(Label, Label).meta({ description: `At most ${LABELS_MAX}.` });
export const TtlSeconds = z.int().min(1).max(TTL_SECONDS_MAX);

export const OriginView = z
  .strictObject({
    kind: z.enum(['fork', 'import']),
    vm: z.string().meta({ description: 'Id of the original, where it was.' }),
    seq: Count.meta({ description: "The original's last event at that moment." }),
    operation: Count.meta({ description: "The original's operations at that moment." }),
    rulesVersion: Count.optional().meta({ description: 'Of an import: rules under which the bundle was written.' }),
    check: z.enum(['replayed', 'taken']).optional().meta({
      description:
        'Of an import. replayed: the commands came to the same digest again; taken: the bundle is of other rules, its state was taken as it is.',
    }),
    base: z.enum(['origin', 'snapshot', 'state']).optional().meta({
      description:
        'Of an import, where its commands begin: with the original, at a later snapshot of it, or at the state, so that there are none.',
    }),
    commands: Count.optional().meta({ description: 'Of an import.' }),
    checksum: z.string().optional().meta({ description: 'Of an import: SHA-256 of the bundle.' }),
  })
  .meta({ id: 'Origin', description: "Where a VM's state came from that did not begin as its configuration says." });
