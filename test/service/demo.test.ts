/** The story of the demo, with its real numbers. */
import { expect, test } from 'vitest';
import { playDemo } from '../../src/service/demo.js';
import { createServices } from '../../src/service/services.js';
import { systemClock } from '../../src/service/clock.js';

test('splits on thp, a SIGBUS beside it, and on hugetlb a SIGBUS for both', () => {
  let count = 0;
  const world = { clock: systemClock, ids: { next: () => `n${++count}` } };
  const services = createServices(
    { host: '127.0.0.1', token: null, allowedHosts: [], allowedOrigins: [], vmsMax: 10, eventLog: {} },
    world,
  );
  const lines: string[] = [];
  playDemo(services.executor, (line) => lines.push(line));
  expect(lines).toEqual([
    'vm-n2 "demo": 64 MiB of thp under rfc-v1-reply',
    '  guest makes the 2M page at 0x200000 private: SUCCESS (direct-map-split, rmp-updated, pvalidated)',
    '  guest shares page 7 of it: SUCCESS (nested-fault, psmashed, pvalidated, rmp-updated)',
    '  VMM writes page 7, shared: #PF 0x80000007 at 0x7f0000207000 (2M mapping), PAGE_SPLIT, split -> completed, 64 bytes',
    '  VMM writes page 8, private: #PF 0x80000007 at 0x7f0000208000 (4K mapping), KILL, sigbus, SIGBUS BUS_ADRERR at 0x7f0000208000 -> sigbus, 0 bytes',
    'vm-n3 "demo-hugetlb": 64 MiB of hugetlb-2M under rfc-v1-reply',
    '  guest makes the 2M page at 0x200000 private: SUCCESS (direct-map-split, rmp-updated, pvalidated)',
    '  guest shares page 7 of it: SUCCESS (nested-fault, psmashed, pvalidated, rmp-updated)',
    '  VMM writes page 7, shared: #PF 0x80000007 at 0x7f0000207000 (2M mapping), PAGE_SPLIT, split-failed, SIGBUS BUS_ADRERR at 0x7f0000207000 -> sigbus, 0 bytes',
    '  VMM writes page 8, private: #PF 0x80000007 at 0x7f0000208000 (2M mapping), KILL, sigbus, SIGBUS BUS_ADRERR at 0x7f0000208000 -> sigbus, 0 bytes',
  ]);
});
