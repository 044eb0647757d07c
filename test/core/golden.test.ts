/**
 * Golden traces: one recorded list of commands, and for each generation what it came to, command by command, with the events and the digest at
 * the end. A change of a rule shows as a change of `golden/<generation>.txt`.
 */
import { describe, expect, it } from 'vitest';
import {
  apply,
  asGfn,
  asPfn,
  type Command,
  digestOf,
  FRAME_BASE,
  GENERATION_NAMES,
  isRejection,
  type Result,
} from '../../src/core/index.js';
import { between, Workbench, writeTo } from './workbench.js';

const change = (operation: 'private' | 'shared', gfn: number, pageSize: 1 | 2 = 1, pages = 1): Command => ({
  op: 'page-state-change',
  entries: [{ gfn: asGfn(gfn), pages, pageSize, operation }],
  validate: true,
  strictGuest: false,
});
const read = (gfn: number, via: 'user' | 'direct-map'): Command => ({
  op: 'hypervisor-read',
  target: { space: 'gpa', page: asGfn(gfn), offset: 0 },
  size: 8,
  via,
});

const COMMANDS: readonly Command[] = [
  change('private', 512, 2),
  change('shared', 519),
  writeTo(519, { content: 7 }),
  writeTo(520),
  writeTo(519, { via: 'copy-to-user' }),
  writeTo(520, { via: 'kvm' }),
  { op: 'kernel-map', gfn: asGfn(1030) },
  change('private', 1030),
  { op: 'kernel-unmap', map: 1 },
  change('private', 1030),
  writeTo(1031, { inject: between('swapped') }),
  writeTo(1031, { inject: between('unmapped') }),
  writeTo(1030, { inject: between('shared') }),
  { op: 'pvalidate', gfn: asGfn(1540), offset: 0, pageSize: 1, validate: true, vmpl: 0 },
  writeTo(1541, { inject: { splitFailure: { nth: 1 } } }),
  change('private', 1600, 1, 3),
  { ...change('shared', 1600, 1, 3), inject: { rmpupdate: { nth: 2, code: 2 } } } as Command,
  {
    op: 'rmpupdate',
    pfn: asPfn(FRAME_BASE + 1700),
    assigned: true,
    gfn: 1700,
    gpaOffset: 0,
    asid: 1,
    pageSize: 1,
    immutable: false,
    directMap: true,
  },
  writeTo(1701),
  change('shared', 512, 2),
  writeTo(520),
  read(1030, 'user'),
  read(1030, 'direct-map'),
  writeTo(1601, { via: 'direct-map' }),
];

function line(command: Command, result: Result): string {
  if (isRejection(result)) return `${command.op}: refused, ${result.code}`;
  const { outcome, events } = result;
  const came = 'status' in outcome ? outcome.status : 'outcome' in outcome ? outcome.outcome : 'done';
  const faults =
    'faults' in outcome ? outcome.faults.map((f) => ('decision' in f ? `${f.decision ?? f.kind}/${f.action}` : `npf/${f.action}`)) : [];
  const types = new Map<string, number>();
  for (const { type } of events) if (type !== 'fault') types.set(type, (types.get(type) ?? 0) + 1);
  const made = [...types].map(([type, count]) => (count === 1 ? type : `${count}×${type}`)).join(' ');
  return `${command.op}: ${[came, ...faults].join(' ')}${made === '' ? '' : ` [${made}]`}`;
}

describe.each(['thp', 'shmem-thp'] as const)('the recorded list on %s', (backing) => {
  it.each(GENERATION_NAMES)('%s', async (generation) => {
    const w = new Workbench({ generation, backing, pages: 2048 });
    const lines = COMMANDS.map((command) => line(command, apply(w.m, command)));
    await expect(`${[...lines, `digest: ${digestOf(w.m)}`].join('\n')}\n`).toMatchFileSnapshot(`golden/${backing}/${generation}.txt`);
  });
});
