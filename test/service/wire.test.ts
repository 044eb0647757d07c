/** The machine's numbers as callers see them: every event has its fixed order of members, and no number where text belongs. */
import { describe, expect, test } from 'vitest';
import { asGfn, asPfn, asVpn, type Event, type EventBody, type Fault, type RmpEntry } from '../../src/core/index.js';
import { entryObject, eventJson, faultObject } from '../../src/service/wire.js';

const META = { vm: 'vm-1', position: 812, op: 'hypervisor-write', operation: 7, requestId: null, at: '2026-01-02T03:04:05.678Z' } as const;

const ENTRY: RmpEntry = {
  pfn: asPfn(0x100208),
  assigned: true,
  pageSize: 1,
  level: 1,
  immutable: false,
  gfn: 0x208,
  asid: 1,
  vmsa: false,
  validated: true,
  vmpl: 0x1f | (0xff << 24),
  subPageCount: 0,
  state: 'guest-valid',
};

const FAULT: Fault = {
  kind: 'rmp',
  origin: 'kernel',
  access: 'write',
  space: 'direct-map',
  page: 0x100208,
  offset: 0x10,
  gfn: null,
  pfn: asPfn(0x100208),
  errorCode: -0x8000_0000 | 3,
  level: 3,
  lookedUp: { pfn: 2 ** 40 - 1, assigned: false, level: 2 },
  rmp: null,
  reason: null,
  decision: null,
  faultFlags: null,
  action: 'oops',
  signal: null,
  dmesg: ['a line'],
  repeats: 3,
};

test('an entry has its masks one by one, the highest too', () => {
  expect(entryObject(ENTRY)).toMatchObject({
    pfn: '0x100208',
    pageSize: '4K',
    gpa: '0x208000',
    vmpl: [31, 0, 0, 255],
    state: 'guest-valid',
  });
});

test('a fault in the direct map has a kernel address, and an error code without sign', () => {
  expect(faultObject(FAULT)).toEqual({
    kind: 'rmp',
    origin: 'kernel',
    access: 'write',
    hva: '0xffff888100208010',
    gpa: null,
    pfn: '0x100208',
    errorCode: '0x80000003',
    errorCodeBits: ['P', 'W', 'RMP'],
    level: '1G',
    lookedUp: { pfn: '0xffffffffff', assigned: false, level: '2M' },
    rmp: null,
    reason: null,
    decision: null,
    faultFlags: null,
    action: 'oops',
    signal: null,
    dmesg: ['a line'],
    repeats: 3,
  });
});

const gfn = asGfn(0x200);
const vpn = asVpn(0x7f000_0200);
const pfn = asPfn(0x100200);
const cause = 'fault';

describe('events', () => {
  test.each<[EventBody, string]>([
    [{ type: 'vm-created' }, ''],
    [{ type: 'vm-reset' }, ''],
    [{ type: 'vm-killed', cause: 'sigbus' }, ',"cause":"sigbus"'],
    [{ type: 'vm-deleted', cause: 'ttl', unassigned: 512, leaked: 1 }, ',"cause":"ttl","unassigned":512,"leaked":1'],
    [
      { type: 'mapping-installed', gfn, vpn, pages: 512, level: 2, cause },
      ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"level":"2M","cause":"fault"',
    ],
    [
      { type: 'mapping-split', gfn, vpn, pages: 512, from: 2, level: 1, cause },
      ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"from":"2M","level":"4K","cause":"fault"',
    ],
    [
      { type: 'mapping-collapsed', gfn, vpn, pages: 512, level: 2, cause: 'khugepaged', pfn, copied: true },
      ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"pfn":"0x100200","level":"2M","copied":true,"cause":"khugepaged"',
    ],
    [
      { type: 'vma-mapped', gfn, vpn, pages: 512, memslot: 0, backing: 'thp', protection: 'read-only' },
      ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"memslot":0,"backing":"thp","protection":"read-only"',
    ],
    [{ type: 'vma-unmapped', gfn, vpn, pages: 512, memslot: 0 }, ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"memslot":0'],
    [
      { type: 'vma-protected', gfn, vpn, pages: 512, memslot: 0, protection: 'read-write', hugePages: 'nohugepage' },
      ',"gpa":"0x200000","hva":"0x7f0000200000","pages":512,"memslot":0,"protection":"read-write","hugePages":"nohugepage"',
    ],
    [
      { type: 'page-leaked', gfn, pfn, pages: 1, cause: 'teardown', code: 4, dmesg: ['lost'] },
      ',"gpa":"0x200000","pfn":"0x100200","pages":1,"cause":"teardown","code":4,"dmesg":["lost"]',
    ],
    [
      { type: 'mapping-removed', gfn: null, vpn, pages: 1, level: 1, cause, leaf: 'swap' },
      ',"gpa":null,"hva":"0x7f0000200000","pages":1,"level":"4K","leaf":"swap","cause":"fault"',
    ],
    [{ type: 'direct-map-split', gfn, pfn, pages: 512 }, ',"gpa":"0x200000","pfn":"0x100200","pages":512'],
    [{ type: 'psmashed', gfn: null, pfn, pages: 512 }, ',"gpa":null,"pfn":"0x100200","pages":512'],
    [
      { type: 'rmp-updated', gfn, pfn, pages: 512, pageSize: 2, assigned: true, immutable: false, asid: 1, entryGfn: 0x200 },
      ',"gpa":"0x200000","pfn":"0x100200","pages":512,"pageSize":"2M","assigned":true,"entryGpa":"0x200000","asid":1,"immutable":false',
    ],
    [
      { type: 'pvalidated', gfn, pfn, pages: 1, pageSize: 1, validate: true, carry: false },
      ',"gpa":"0x200000","pfn":"0x100200","pages":1,"pageSize":"4K","validate":true,"carry":false',
    ],
    [
      { type: 'page-state-changed', gfn, pfn, pages: 1, pageSize: 1, operation: 'shared', status: 'SUCCESS', rmpPages: 1 },
      ',"gpa":"0x200000","pfn":"0x100200","pages":1,"pageSize":"4K","change":"shared","status":"SUCCESS","rmpPages":1',
    ],
    [{ type: 'fault', fault: FAULT, outcome: 'oops' }, `,"outcome":"oops","fault":${JSON.stringify(faultObject(FAULT))}`],
  ])('%j', (body, rest) => {
    const event: Event = { ...body, seq: 12 };
    expect(eventJson(event, META)).toBe(
      `{"vm":"vm-1","seq":12,"position":812,"type":"${body.type}","op":"hypervisor-write","operation":7,"requestId":null,"at":"2026-01-02T03:04:05.678Z"${rest}}`,
    );
  });

  test('no member of a body is called like one that all events have', () => {
    for (const type of ['page-state-changed', 'pvalidated'] as const) {
      const event = {
        type,
        seq: 1,
        gfn,
        pfn,
        pages: 1,
        pageSize: 1,
        operation: 'shared',
        status: 'SUCCESS',
        rmpPages: 1,
        validate: true,
        carry: false,
      } as Event;
      expect(JSON.parse(eventJson(event, META))).toMatchObject({ ...META, type, seq: 1 });
    }
  });
});
