/** So many faults a second: lists of writes to private pages, each of which the handler answers with KILL. */
import type { Rampart, Vm } from '../../src/client/index.js';

const LIST = 500;

/** How many it made; ends at the time it was given. */
export async function flood(rampart: Rampart, vm: Vm, perSecond: number, forMs: number): Promise<number> {
  const operations = Array.from({ length: LIST }, (_, i) => ({
    op: 'hypervisor-write' as const,
    gpa: 0x200000 + (i % 512) * 4096,
    size: 8,
  }));
  const begun = performance.now();
  let made = 0;
  while (performance.now() - begun < forMs) {
    const due = ((performance.now() - begun) / 1000) * perSecond - made;
    if (due < LIST) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    const { response } = await rampart.api.POST('/v1/vms/{vm}/operations', {
      params: { path: { vm: vm.id } },
      body: { operations, reply: 'summary' },
    });
    if (!response.ok) throw new Error(`the service answers ${response.status}`);
    made += LIST;
  }
  return made;
}
