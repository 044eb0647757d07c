/** Stores of the host near a page that VMRUN holds: Milan and Genoa refuse some that are fine (hardware.md 3.5 and 4.2). */
import { expect, test } from 'vitest';
import { asPfn, FRAME_BASE } from '../../src/core/index.js';
import { Workbench } from './workbench.js';

const VMSA = 9;
const BASE = 512;

/** A vCPU that runs with its VMCB in the 2M-aligned page of the second region, or in the page after it. */
function running(vmcb: number, over: ConstructorParameters<typeof Workbench>[0] = {}): Workbench {
  const w = new Workbench({ pages: 3 * 512, ...over });
  w.vmsa(VMSA);
  expect(w.enter(VMSA, { vmcb: asPfn(FRAME_BASE + vmcb) }).outcome).toBe('entered');
  return w;
}

function story(w: Workbench, gfn: number, via: 'user' | 'direct-map' = 'user'): string {
  const { outcome, faults } = w.write(gfn, { via });
  return [outcome, ...faults.map(({ reason, decision, action }) => `${reason} ${decision}/${action}`)].join(' ');
}

test('a store through a 2M leaf over a 2M-aligned page in use faults, and the split of the leaf ends it', () => {
  const w = running(BASE);
  expect(story(w, BASE + 7)).toBe('completed page-in-use PAGE_SPLIT/split');
  expect(story(w, BASE + 8)).toBe('completed');
});

test('the page in use itself faults through a 4K leaf as well, until the vCPU exits', () => {
  const w = running(BASE, { backing: '4k' });
  expect(story(w, BASE)).toBe('livelock page-in-use RETRY/none');
  expect(story(w, BASE + 1)).toBe('completed');
  w.run({ op: 'vcpu-exit', vcpu: 0 });
  expect(story(w, BASE)).toBe('completed');
});

test('nothing mends it in the direct map', () => {
  expect(story(running(BASE), BASE + 7, 'direct-map')).toBe('oops page-in-use NONE/oops');
});

test.each([
  ['a page in use that is not 2M aligned', BASE + 1],
  ['a page in use in another region', 1024],
])('%s disturbs nobody', (_name, at) => {
  const w = running(at);
  expect(story(w, BASE + 7)).toBe('completed');
  expect(story(w, BASE + 7, 'direct-map')).toBe('completed');
});

test('a load is never refused, and no-snp refuses no store', () => {
  expect(running(BASE).read(BASE + 7).outcome).toBe('completed');
  expect(story(running(BASE, { generation: 'no-snp' }), BASE + 7)).toBe('completed');
});

test('a region with private pages is refused for those', () => {
  const w = running(BASE);
  w.change('private', BASE + 3);
  expect(story(w, BASE + 3)).toBe('sigbus page-assigned KILL/sigbus');
  expect(story(w, BASE + 7)).toBe('completed mapping-overlaps-assigned PAGE_SPLIT/split');
});
