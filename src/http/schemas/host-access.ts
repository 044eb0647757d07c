/** Hypervisor writes and reads. */
import { z } from 'zod';
import { AddressIn, Count, SizeIn } from './basics.js';
import { AccessOutcome, Fault } from './entry.js';
import { AccessExpect, Dmesg, Inject, Numbering } from './operation.js';

const Where = {
  hva: AddressIn.optional().meta({ description: 'Exactly one of hva, gpa and pfn.' }),
  gpa: AddressIn.optional(),
  pfn: AddressIn.optional().meta({ description: 'A frame number; only with via "direct-map".' }),
};

export const Base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/]*={0,2}$/, { error: 'base64 in the standard alphabet, with padding' })
  .meta({ description: 'The bytes, in base64.' });

export const WriteRequest = z
  .strictObject({
    ...Where,
    size: SizeIn.optional().meta({ description: 'Bytes, at least 1; may be left out where `data` is given.' }),
    fill: z.int().min(0).max(255).optional().meta({ description: 'A byte that is stored `size` times.' }),
    data: Base64.optional(),
    via: z.enum(['user', 'copy-to-user', 'kvm', 'direct-map']).optional().meta({
      description:
        'user, the default: a store of the VMM; the others are the kernel’s. kvm: KVM writes guest memory, after what its generation does before such a write.',
    }),
    pagefaultDisabled: z.boolean().optional().meta({ description: 'With copy-to-user: where a fault may not sleep.' }),
    inject: Inject.optional(),
    expect: AccessExpect.optional(),
  })
  .meta({ id: 'WriteRequest' });

export const WriteAnswer = z
  .strictObject({
    outcome: AccessOutcome,
    bytesWritten: Count,
    ...Numbering,
    faults: z.array(Fault).meta({ description: 'In order, at most 64.' }),
    dmesg: Dmesg,
  })
  .meta({ id: 'WriteAnswer' });

export const ReadRequest = z
  .strictObject({
    ...Where,
    size: SizeIn,
    via: z.enum(['user', 'direct-map']).optional(),
    expect: AccessExpect.optional(),
  })
  .meta({ id: 'ReadRequest' });

export const ReadAnswer = z
  .strictObject({ outcome: AccessOutcome, bytesRead: Count, data: Base64, ...Numbering, faults: z.array(Fault) })
  .meta({ id: 'ReadAnswer' });
