/** What all operations on a VM share: `expect` and `inject` in the request, `seq` and the expectation in the answer. */
import { z } from 'zod';
import { AddressIn, Count } from './basics.js';
import { AccessOutcome, Decision } from './entry.js';

export const STATUSES = [
  'SUCCESS',
  'FAIL_INPUT',
  'FAIL_PERMISSION',
  'FAIL_INUSE',
  'FAIL_OVERLAP',
  'FAIL_SIZEMISMATCH',
  'FAIL_BADADDR',
  'LIVELOCK',
  'EBUSY',
  'EAGAIN',
  'WAITS',
  'NESTED_FAULT',
  'VC_EXCEPTION',
  'GUEST_TERMINATED',
  'GENERAL_PROTECTION',
  'NOT_ATTEMPTED',
] as const;

export const Status = z
  .enum(STATUSES)
  .meta({ id: 'Status', description: "An instruction's return code by the manual's name, or what kept it from one." });

const Nth = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);

export const Inject = z
  .strictObject({
    splitFailure: z.strictObject({ nth: Nth }).optional(),
    rmpupdate: z.strictObject({ nth: Nth, code: z.int().min(1).max(7) }).optional(),
    lookupFailure: z.strictObject({ pfn: AddressIn }).optional(),
    between: z
      .strictObject({
        nth: Nth,
        change: z.enum(['shared', 'private', 'region-shared', 'unmapped', 'swapped', 'migrating', 'numa-hint', 'split', 'collapsed']),
        gpa: AddressIn.optional(),
      })
      .optional(),
  })
  .meta({ id: 'Inject', description: 'Faults on demand. `nth` counts from 1; each fires once, `lookupFailure` as long as it is set.' });

export const AccessExpect = z
  .strictObject({ outcome: AccessOutcome.optional(), decisions: z.array(Decision).max(64).optional() })
  .meta({ description: 'What the caller expects; `decisions` is the whole list of RMP decisions.' });

export const StatusExpect = z.strictObject({ status: Status.optional() }).meta({ description: 'What the caller expects.' });

export const PvalidateExpect = z
  .strictObject({
    outcome: z.enum(['completed', 'nested-fault', 'exception']).optional(),
    status: Status.optional(),
    carry: z.boolean().optional(),
  })
  .meta({ description: 'What the caller expects.' });

export const OperationQuery = z.strictObject({
  failOnExpectation: z.enum(['true', 'false']).optional().meta({
    description: 'true: an expectation that does not hold is answered by 409 expectation-failed, with the result under `result`.',
  }),
});

const Seen = z.union([z.string(), z.boolean(), z.array(z.string()), z.null()]);

export const Expectation = z
  .strictObject({
    held: z.boolean(),
    differences: z.array(z.strictObject({ field: z.string(), expected: Seen, actual: Seen })),
  })
  .meta({ id: 'Expectation', description: 'Whether what the request expects did happen; there only where it expects something.' });

/** Lines of the kernel log that belong to no fault. */
export const Dmesg = z
  .array(z.string())
  .optional()
  .meta({ description: 'What the kernel prints beside its faults; absent where it prints nothing.' });

/** Members that every operation's answer ends with. */
export const Numbering = {
  firstSeq: Count.optional().meta({ description: 'The first event of the operation; absent where it made none.' }),
  seq: Count.meta({ description: "The VM's last event after the operation." }),
  expectation: Expectation.optional(),
};
