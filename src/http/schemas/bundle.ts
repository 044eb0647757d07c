/** Forking and exporting. */
import { z } from 'zod';
import { Labels, Name, TtlSeconds } from './vm-words.js';

export const ForkRequest = z
  .strictObject({
    name: Name.nullable().optional(),
    labels: Labels.optional(),
    ttlSeconds: TtlSeconds.nullable().optional().meta({ description: 'Counted from the fork.' }),
  })
  .meta({ id: 'ForkRequest', description: 'What is left out is as with the original; null is none.' });

export const ExportQuery = z.strictObject({
  history: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'false leaves the commands out: the bundle is the state alone, and nothing is replayed at its import.' }),
});
