/** Commands of the host's driver to the firmware. One object with the fields of all; which of them a command has is checked with it. */
import { z } from 'zod';
import { FIRMWARE_STATUS, type FirmwareStatus as StatusName, SET_STATE_PAGES_MAX } from '../../core/index.js';
import { AddressIn, Count, PageSizeName } from './basics.js';
import { Permission } from './guest.js';
import { Numbering } from './operation.js';

export const FIRMWARE_COMMANDS = [
  'SNP_GCTX_CREATE',
  'SNP_LAUNCH_START',
  'SNP_ACTIVATE',
  'SNP_LAUNCH_UPDATE',
  'SNP_LAUNCH_FINISH',
  'SNP_DF_FLUSH',
  'SNP_DECOMMISSION',
  'SNP_PAGE_RECLAIM',
  'SNP_PAGE_UNSMASH',
  'SNP_PAGE_MOVE',
  'SNP_PAGE_MD_INIT',
  'SNP_PAGE_SWAP_OUT',
  'SNP_PAGE_SWAP_IN',
  'SNP_PAGE_SET_STATE',
  'SNP_GUEST_REQUEST',
] as const;

export const FirmwareCommandName = z.enum(FIRMWARE_COMMANDS).meta({ id: 'FirmwareCommandName' });

const STATUSES = Object.keys(FIRMWARE_STATUS) as [StatusName, ...StatusName[]];
export const FirmwareStatus = z.enum(STATUSES).meta({ id: 'FirmwareStatus', description: "The firmware's status by the manual's name." });

export const PAGE_TYPES = ['normal', 'vmsa', 'zero', 'unmeasured', 'secrets', 'cpuid'] as const;

export const FirmwareRequest = z
  .strictObject({
    command: FirmwareCommandName,
    gctx: AddressIn.optional().meta({ description: 'Frame of the context page; left out: the guest that the VM was created with.' }),
    policy: z.int().min(0).optional().meta({ description: 'Of LAUNCH_START; 0x30000 where it is left out.' }),
    asid: z.int().min(0).max(65_535).optional().meta({ description: 'Of ACTIVATE.' }),
    page: AddressIn.optional().meta({ description: 'Frame of the page that the command is about.' }),
    pageSize: PageSizeName.optional().meta({ description: '4K where it is left out.' }),
    pageType: z
      .union([z.enum(PAGE_TYPES), z.int().min(0).max(255)])
      .optional()
      .meta({ description: 'Of LAUNCH_UPDATE, by name or number; normal where it is left out.' }),
    vmpl1: z.array(Permission).optional().meta({ description: 'Of LAUNCH_UPDATE: permissions of VMPL1 on the page; none.' }),
    vmpl2: z.array(Permission).optional(),
    vmpl3: z.array(Permission).optional(),
    pages: z
      .array(AddressIn)
      .min(1)
      .max(SET_STATE_PAGES_MAX)
      .optional()
      .meta({ description: 'Of PAGE_SET_STATE: frames to become HV-Fixed.' }),
    source: AddressIn.optional(),
    destination: AddressIn.optional(),
    metadata: AddressIn.optional().meta({
      description: 'Of SWAP_OUT and SWAP_IN: frame of the metadata page with the entry; left out: the root entry of the context.',
    }),
    slot: z.int().min(0).max(255).optional().meta({ description: 'Which of its 64 entries; 0.' }),
    request: AddressIn.optional().meta({ description: 'Of GUEST_REQUEST: frame of the request, a message as the guest enciphered it.' }),
    response: AddressIn.optional().meta({ description: 'Of GUEST_REQUEST: frame of the response, a Firmware page.' }),
    expect: z.strictObject({ status: FirmwareStatus.optional() }).optional().meta({ description: 'What the caller expects.' }),
  })
  .meta({ id: 'FirmwareRequest' });

export const FirmwareAnswer = z
  .strictObject({
    status: FirmwareStatus,
    code: Count,
    guest: z
      .strictObject({
        state: z.enum(['init', 'launch', 'running']),
        asid: Count.nullable(),
        policy: Count,
        launchDigest: z
          .string()
          .regex(/^[0-9a-f]{96}$/)
          .meta({ description: 'SHA-384 over the pages launched so far, chained as the firmware does.' }),
      })
      .nullable()
      .meta({ description: 'The guest that the command named, afterwards; null where there is none.' }),
    ...Numbering,
  })
  .meta({ id: 'FirmwareAnswer' });
