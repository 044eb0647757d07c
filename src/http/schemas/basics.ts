/** The words that all resources share: addresses, sizes, levels. Schemas have no transforms: what validates is what is documented. */
import { z } from 'zod';

const ADDRESS_WORDS = { error: 'an address: lower-case hex text such as "0x7f0000200000", or a non-negative integer' };

/** What a request may give for an address: also a number, as far as numbers are exact. */
export const AddressIn = z
  .union([z.string().regex(/^0x[0-9a-f]{1,16}$/, ADDRESS_WORDS), z.int(ADDRESS_WORDS).min(0, ADDRESS_WORDS)], ADDRESS_WORDS)
  .meta({ id: 'AddressIn', description: 'A byte address, or a frame number: lower-case hex text, or a safe non-negative integer.' });

const SIZE_WORDS = { error: 'a size: an integer number of bytes, or text such as "4K", "2MiB" or "1TiB"' };

export const SizeIn = z
  .union([z.string().regex(/^[1-9][0-9]{0,12}[KMGT](iB)?$/, SIZE_WORDS), z.int(SIZE_WORDS).min(0, SIZE_WORDS)], SIZE_WORDS)
  .meta({ id: 'SizeIn', description: 'A number of bytes: an integer, or text such as "4K", "2MiB", "1TiB" (powers of 1024).' });

/** An address or frame number in an answer. */
export const Hex = z
  .string()
  .regex(/^0x[0-9a-f]+$/)
  .meta({ id: 'Hex', description: 'Lower-case hex text, the last three digits of an address being the offset in its page.' });

export const Count = z.int().min(0);

export const LevelName = z.enum(['4K', '2M', '1G']).meta({ id: 'Level' });
/** The sizes that an RMP entry and an instruction know. */
export const PageSizeName = z.enum(['4K', '2M']).meta({ id: 'PageSize' });

export const Vmpl = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)], { error: 'a VMPL: 0, 1, 2 or 3' });

/** A place in the JSON documents of the API where nothing is expected. */
export const NoParams = z.strictObject({});

export const VmParams = z.strictObject({
  vm: z.string().meta({ description: 'Id of the VM, as its creation answered it.', example: 'vm-0k3r8w2m5q' }),
});

/** Counts in a query come as text. */
export const LimitParam = z
  .string()
  .regex(/^([1-9][0-9]{0,2}|1000)$/, { error: 'a number from 1 to 1000' })
  .optional()
  .meta({ description: 'How many at most, 1 to 1000; 100 where it is left out.' });

export const LIMIT_DEFAULT = 100;

export function limitOf(limit: string | undefined): number {
  return limit === undefined ? LIMIT_DEFAULT : Number(limit);
}

/** An address in a path or query: text, so a number in it is decimal. */
export const AddressText = z
  .string()
  .regex(/^(0x[0-9a-f]{1,16}|0|[1-9][0-9]{0,15})$/, { error: 'an address: lower-case hex text such as 0x200000, or a decimal number' })
  .meta({ description: 'Lower-case hex text such as 0x200000, or a decimal number.', example: '0x200000' });
