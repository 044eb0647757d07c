/** Maps of guest pages that KVM holds for writing. */
import { z } from 'zod';
import { AddressIn, Count, Hex, VmParams } from './basics.js';
import { Dmesg, Numbering } from './operation.js';

const MAP_OUTCOMES = ['completed', 'ebusy', 'efault', 'oops'] as const;

export const KernelMapRequest = z
  .strictObject({
    gpa: AddressIn.meta({ description: 'The guest page that KVM maps for writing.' }),
    expect: z
      .strictObject({ outcome: z.enum(MAP_OUTCOMES).optional() })
      .optional()
      .meta({ description: 'What the caller expects.' }),
  })
  .meta({ id: 'KernelMapRequest' });

export const KernelMapAnswer = z
  .strictObject({
    outcome: z.enum(MAP_OUTCOMES).meta({ description: 'ebusy and efault: the generation refuses the map of a private page.' }),
    map: z.int().min(1).nullable().meta({ description: 'Number of the map, for its DELETE; null where there is none.' }),
    dmesg: Dmesg,
    ...Numbering,
  })
  .meta({ id: 'KernelMapAnswer' });

/** In a list of operations; the own route has the number in its path. */
export const KernelUnmapRequest = z
  .strictObject({ map: z.int().min(1).meta({ description: 'Number of the map.' }), expect: z.strictObject({}).optional() })
  .meta({ id: 'KernelUnmapRequest' });

export const KernelMapParams = VmParams.extend({
  map: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/, { error: 'the number of a kernel map' })
    .meta({ description: 'Number of the map.' }),
});

export const KernelMapView = z.strictObject({ map: Count, gpa: Hex });
