/** The guest's GHCB bytes as KVM reads them (hardware.md 5.1, 5.2, 5.4), in whole quadwords. */
import type { GhcbRequest, PageStateOperation } from '../../src/core/command.js';
import type { GhcbOutcome } from '../../src/core/outcome.js';
import type { EventLog } from './event-log.js';
import { REGION, slotOfGfn } from './layout.js';
import type { NaiveState } from './naive-state.js';
import { hostAsked } from './page-state-change.js';

const OPERATIONS: Readonly<Record<string, PageStateOperation>> = { '1': 'private', '2': 'shared', '3': 'psmash', '4': 'unsmash' };
const GENERIC = [0x100, 0] as const;
const INVALID_ENTRY = [1, 2] as const;

export function ghcbRequest(state: NaiveState, log: EventLog, c: GhcbRequest): GhcbOutcome {
  if (c.form === 'nae') return nae(state, log, c.content, c.stopAfterPages);
  const value = (BigInt(c.high) << 32n) | BigInt(c.low);
  const answer = msr(state, log, value);
  return { op: 'ghcb-request', form: 'msr', high: Number((answer >> 32n) & 0xffff_ffffn), low: Number(answer & 0xffff_ffffn) };
}

function msr(state: NaiveState, log: EventLog, value: bigint): bigint {
  switch (value & 0xfffn) {
    case 0x002n:
      return (2n << 48n) | (1n << 32n) | (51n << 24n) | 1n;
    case 0x012n:
      return (value & ~0xfffn) | 0x013n;
    case 0x014n: {
      const operation = OPERATIONS[String((value >> 52n) & 15n)];
      const gfn = Number((value >> 12n) & 0xff_ffff_ffffn);
      const possible = operation === 'private' || operation === 'shared';
      return possible && asked(state, log, gfn, 1, 1, operation, 'msr') ? 0x015n : (1n << 63n) | 0x015n;
    }
    case 0x080n:
      return (3n << 12n) | 0x081n;
    default:
      return value;
  }
}

function nae(state: NaiveState, log: EventLog, content: Uint8Array, stopAfterPages: number): GhcbOutcome {
  const bytes = Buffer.from(content);
  const end = (exitInfo2: readonly [number, number], exitInfo1 = 0): GhcbOutcome => ({
    op: 'ghcb-request',
    form: 'nae',
    exitInfo1,
    exitInfo2,
    content: Uint8Array.from(bytes),
  });
  if (bytes.length < 8 || bytes.length > 2032) return end([0, 3], 2);
  const last = bytes.readUInt16LE(2);
  if (last >= 253) return end([1, 1]);
  if (bytes.readUInt16LE(0) <= last && bytes.length < 16 + last * 8) return end([0, 3], 2);
  let budget = stopAfterPages;
  while (bytes.readUInt16LE(0) <= last) {
    const i = bytes.readUInt16LE(0);
    const at = 8 + i * 8;
    const quad = bytes.readBigUInt64LE(at);
    const done = Number(quad & 0xfffn);
    const gfn = Number((quad >> 12n) & 0xff_ffff_ffffn);
    const operation = OPERATIONS[String((quad >> 52n) & 15n)];
    const unit = (quad >> 56n) & 1n ? REGION : 1;
    if (done > unit || gfn % unit !== 0) return end(INVALID_ENTRY);
    if (done < unit) {
      if (operation === undefined) return end(INVALID_ENTRY);
      const pages = Math.min(unit - done, budget);
      if (pages === 0) break;
      const whole = pages === unit && unit === REGION;
      if (!asked(state, log, gfn + done, whole ? 1 : pages, whole ? 2 : 1, operation, `entry ${i}`)) return end(GENERIC);
      budget -= pages;
      bytes.writeBigUInt64LE((quad & ~0xfffn) | BigInt(done + pages), at);
      if (done + pages < unit) break;
    }
    bytes.writeUInt16LE(i + 1, 0);
  }
  return end([0, 0]);
}

function asked(
  state: NaiveState,
  log: EventLog,
  gfn: number,
  pages: number,
  pageSize: 1 | 2,
  operation: PageStateOperation,
  group: string,
): boolean {
  const count = pageSize === 2 ? REGION : pages;
  for (let i = 0; i < count; i++) if (slotOfGfn(state.config, gfn + i) === null) return false;
  log.group = group;
  const done = hostAsked(state, log, gfn, pages, pageSize, operation);
  log.group = '';
  return done;
}
