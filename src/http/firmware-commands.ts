/** The body of a firmware command → the command: each has the fields of this table and no others. */
import type { z } from 'zod';
import { asPfn, type FirmwareCommand, type FirmwareCommandName, type FirmwareRequest, OWN_CONTEXT } from '../core/index.js';
import { pageSizeOf } from './commands.js';
import { maskOf } from './guest-commands.js';
import { frameNumber } from './numbers.js';
import { refuse, type Refusal } from './problem.js';
import { type FirmwareRequest as FirmwareSchema, PAGE_TYPES } from './schemas/firmware.js';

type Body = z.infer<typeof FirmwareSchema>;
type Field = Exclude<keyof Body, 'command' | 'expect'>;

interface Fields {
  readonly needed: readonly Field[];
  readonly allowed: readonly Field[];
}

const SWAP: Fields = { needed: ['source', 'destination'], allowed: ['gctx', 'pageSize', 'metadata', 'slot'] };

const FIELDS: Readonly<Record<FirmwareCommandName, Fields>> = {
  SNP_GCTX_CREATE: { needed: ['gctx'], allowed: [] },
  SNP_LAUNCH_START: { needed: ['gctx'], allowed: ['policy'] },
  SNP_ACTIVATE: { needed: ['gctx', 'asid'], allowed: [] },
  SNP_LAUNCH_UPDATE: { needed: ['page'], allowed: ['gctx', 'pageSize', 'pageType', 'vmpl1', 'vmpl2', 'vmpl3'] },
  SNP_LAUNCH_FINISH: { needed: ['gctx'], allowed: [] },
  SNP_DF_FLUSH: { needed: [], allowed: [] },
  SNP_DECOMMISSION: { needed: [], allowed: ['gctx'] },
  SNP_PAGE_RECLAIM: { needed: ['page'], allowed: ['pageSize'] },
  SNP_PAGE_UNSMASH: { needed: ['page'], allowed: [] },
  SNP_PAGE_MOVE: { needed: ['source', 'destination'], allowed: ['gctx', 'pageSize'] },
  SNP_PAGE_MD_INIT: { needed: ['page'], allowed: ['gctx'] },
  SNP_PAGE_SWAP_OUT: SWAP,
  SNP_PAGE_SWAP_IN: SWAP,
  SNP_PAGE_SET_STATE: { needed: ['pages'], allowed: [] },
  SNP_GUEST_REQUEST: { needed: ['request', 'response'], allowed: ['gctx'] },
};

/** Bit 17 is reserved and one; bit 16 allows SMT. */
const POLICY_DEFAULT = 0x3_0000;

export function firmwareCommand(body: Body): FirmwareCommand | Refusal {
  const { needed, allowed } = FIELDS[body.command];
  for (const field of needed) {
    if (body[field] === undefined) return refuse('invalid-field', `/${field}`, `/${field} is missing`, `${body.command} needs it`);
  }
  for (const [field, value] of Object.entries(body)) {
    if (value === undefined || field === 'command' || field === 'expect') continue;
    if ([...needed, ...allowed].some((one) => one === field)) continue;
    return refuse('invalid-field', `/${field}`, `${body.command} has no ${field}`, 'leave it out');
  }
  return { op: 'firmware-command', request: requestOf(body) };
}

function requestOf(body: Body): FirmwareRequest {
  const { command } = body;
  const frame = (given: string | number | undefined) => asPfn(frameNumber(given ?? 0));
  const gctx = body.gctx === undefined ? OWN_CONTEXT : frameNumber(body.gctx);
  const page = frame(body.page);
  const pageSize = pageSizeOf(body.pageSize ?? '4K');
  const moved = { source: frame(body.source), destination: frame(body.destination), pageSize, gctx };
  switch (command) {
    case 'SNP_GCTX_CREATE':
    case 'SNP_LAUNCH_FINISH':
    case 'SNP_DECOMMISSION':
      return { command, gctx };
    case 'SNP_DF_FLUSH':
      return { command };
    case 'SNP_LAUNCH_START':
      return { command, gctx, policy: body.policy ?? POLICY_DEFAULT };
    case 'SNP_ACTIVATE':
      return { command, gctx, asid: body.asid ?? 0 };
    case 'SNP_LAUNCH_UPDATE':
      return { command, gctx, page, pageSize, pageType: pageTypeOf(body.pageType), vmpl: masksOf(body) };
    case 'SNP_PAGE_RECLAIM':
      return { command, page, pageSize };
    case 'SNP_PAGE_UNSMASH':
      return { command, page };
    case 'SNP_PAGE_MOVE':
      return { command, ...moved };
    case 'SNP_PAGE_MD_INIT':
      return { command, gctx, page };
    case 'SNP_PAGE_SWAP_OUT':
    case 'SNP_PAGE_SWAP_IN':
      return { command, ...moved, metadata: body.metadata === undefined ? null : frame(body.metadata), slot: body.slot ?? 0 };
    case 'SNP_PAGE_SET_STATE':
      return { command, pages: (body.pages ?? []).map(frame) };
    case 'SNP_GUEST_REQUEST':
      return { command, gctx, request: frame(body.request), response: frame(body.response) };
  }
}

/** Names are numbered from 1. */
function pageTypeOf(given: Body['pageType']): number {
  return typeof given === 'number' ? given : PAGE_TYPES.indexOf(given ?? 'normal') + 1;
}

function masksOf({ vmpl1, vmpl2, vmpl3 }: Body): number {
  return maskOf(vmpl1 ?? []) | (maskOf(vmpl2 ?? []) << 8) | (maskOf(vmpl3 ?? []) << 16);
}
