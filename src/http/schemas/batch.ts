/** Lists of operations. */
import { z } from 'zod';
import { Count } from './basics.js';

/** Operations of one JSON list, or of one list that is done whole or not at all. */
export const OPERATIONS_MAX = 10_000;

const Mode = z
  .enum(['continue', 'stop', 'atomic'])
  .optional()
  .meta({ description: 'At a failure: go on (the default), stop, or leave the VM as it was before the list.' });

const Reply = z
  .enum(['full', 'summary', 'problems'])
  .optional()
  .meta({ description: 'Results of all operations (the default), of none, or of those that failed.' });

export const BatchRequest = z
  .strictObject({
    operations: z
      .array(z.looseObject({ op: z.string().meta({ description: 'The name of the operation, as events have it.' }) }))
      .min(1)
      .max(OPERATIONS_MAX)
      .meta({ description: 'Each with the members that its own route takes.' }),
    mode: Mode,
    reply: Reply,
  })
  .meta({ id: 'BatchRequest' });

export const BatchQuery = z.strictObject({ mode: Mode, reply: Reply });

const BatchSummary = z
  .strictObject({
    operations: Count,
    done: Count,
    failed: Count.meta({ description: 'Refused, or with an expectation that did not hold.' }),
    notAttempted: Count,
    outcomes: z.record(z.string(), Count).meta({ description: 'How often each outcome, status or problem code.' }),
    faults: Count,
    events: Count,
  })
  .meta({ id: 'BatchSummary' });

export const BatchAnswer = z
  .strictObject({
    seq: Count.meta({ description: "The VM's last event." }),
    results: z.array(z.looseObject({ index: Count })).meta({
      description: 'What the own route of each answers, with its index; or `problem`, the problem document.',
    }),
    summary: BatchSummary,
    ended: z
      .enum(['all', 'stopped', 'undone'])
      .meta({ description: 'stopped: at the first failure. undone: there was one, and the VM is as before.' }),
  })
  .meta({ id: 'BatchAnswer' });
