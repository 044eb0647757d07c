/** Stories in which the core and the naive model once differed: random runs found them, rarely. */
import { expect, test } from 'vitest';
import { asGfn, asVpn, type Command, DEFAULT_DOUBTS, type MachineConfig } from '../../src/core/index.js';
import { firstDifference } from './compare.js';
import type { Story } from './random-commands.js';
import { coreSubject } from './subject.js';

const VPN = 0x7_f000_0000;

function told(
  slot: { readonly gfn: number; readonly pages: number; readonly initialState: 'private' | 'shared' },
  commands: readonly Command[],
): Story {
  const memslot = {
    gfn: asGfn(slot.gfn),
    pages: slot.pages,
    vpn: asVpn(VPN + slot.gfn),
    backing: 'thp',
    initialState: slot.initialState,
  } as const;
  const config: MachineConfig = {
    generation: 'rfc-v1',
    memslots: [memslot],
    asid: 1,
    seed: 1,
    onSigbus: 'report',
    doubts: DEFAULT_DOUBTS,
  };
  return { config, commands, restoreAt: 0 } as Story;
}

const store = (gfn: number, inject: object): Command => ({
  op: 'hypervisor-write',
  target: { space: 'gpa', page: asGfn(gfn), offset: 0 },
  size: 1,
  via: 'copy-to-user',
  pagefaultDisabled: false,
  inject,
});

const change = (gfn: number, pages: number, operation: 'private' | 'shared'): Command => ({
  op: 'page-state-change',
  entries: [{ gfn: asGfn(gfn), pages, pageSize: 1, operation }],
  validate: true,
  strictGuest: false,
});

test.each<{ what: string; story: Story }>([
  {
    what: 'another thread shares a region of frames whose guest pages lie in two',
    story: told({ gfn: 1, pages: 1023, initialState: 'private' }, [
      { op: 'madvise', range: { space: 'hva', page: VPN + 1, pages: 512 }, advice: 'DONTNEED' },
      change(1, 1, 'shared'),
      change(510, 255, 'private'),
      store(510, { between: { nth: 1, change: 'region-shared' } }),
    ]),
  },
])('$what', ({ story }) => {
  expect(firstDifference(story, coreSubject)).toBeNull();
});
