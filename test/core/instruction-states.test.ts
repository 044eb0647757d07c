/** Every instruction on a page in every state, at both sizes; and which states a page can change to at all (hardware.md 2.2, 3, 4.3). */
import { describe, expect, test } from 'vitest';
import { asGfn, asPfn, FRAME_BASE, type FirmwareRequest, type PageState } from '../../src/core/index.js';
import { AT, benchIn, HUGE_STATES, PFN, type State, STATES } from './page-states.js';
import type { Workbench } from './workbench.js';

const BOTH: readonly (readonly [State, 1 | 2])[] = STATES.flatMap((state) =>
  HUGE_STATES.includes(state)
    ? ([
        [state, 1],
        [state, 2],
      ] as const)
    : ([[state, 1]] as const),
);

type Codes = Readonly<Record<State, number | string>>;

/** What each answers on a 4K page of the state; `nf` a nested fault that nothing answers, `vc` #VC 0x404. */
const ON_4K: readonly (readonly [name: string, run: (w: Workbench) => number | string | null, codes: Codes])[] = [
  ['RMPUPDATE to the guest, 4K', (w) => w.rmpupdate(AT).code, codes(0, { default: 1, ...immutable(2) })],
  [
    'RMPUPDATE to the host, 4K',
    (w) => w.rmpupdate(AT, { assigned: false, asid: 0, gfn: 0 }).code,
    codes(0, { default: 1, ...immutable(2) }),
  ],
  ['RMPUPDATE to the guest, 2M', (w) => w.rmpupdate(AT, { pageSize: 2 }).code, codes(4, { default: 1, hypervisor: 0, ...immutable(2) })],
  ['PSMASH', (w) => w.psmash(AT).code, codes(7, { default: 1 })],
  ['PVALIDATE, 4K', (w) => codeOf(w.pvalidate(AT)), codes('nf', { hypervisor: 0, 'guest-invalid': 0, 'guest-valid': 0 })],
  ['PVALIDATE, 2M', (w) => codeOf(w.pvalidate(AT, 2)), codes('nf', { hypervisor: 6, 'guest-invalid': 6, 'guest-valid': 6 })],
  ['RMPADJUST, 4K', (w) => codeOf(w.rmpadjust(AT)), codes('nf', { hypervisor: 'vc', 'guest-invalid': 'vc', 'guest-valid': 0 })],
  [
    'RMPADJUST, 2M',
    (w) => codeOf(w.rmpadjust(AT, { pageSize: 2 })),
    codes('nf', { hypervisor: 'vc', 'guest-invalid': 'vc', 'guest-valid': 6 }),
  ],
  ['RMPQUERY', (w) => codeOf(query(w)), codes('nf', { hypervisor: 'vc', 'guest-invalid': 'vc', 'guest-valid': 0 })],
  ['RMPREAD', (w) => read(w), codes(0, { default: 1 })],
  [
    'a store with C=1',
    (w) => w.access(AT).outcome,
    codes('nested-fault', { hypervisor: 'vc-exception', 'guest-invalid': 'vc-exception', 'guest-valid': 'completed' }),
  ],
  ['a store with C=0', (w) => w.access(AT, { cBit: false }).outcome, codes('completed', immutableAssigned('nested-fault'))],
  ['a load with C=0', (w) => w.access(AT, { access: 'read', cBit: false }).outcome, codes('completed', {})],
];

function codes(rest: number | string, others: Partial<Codes>): Codes {
  return { ...(Object.fromEntries(STATES.map((state) => [state, rest])) as Record<State, number | string>), ...others };
}

function immutable(code: number | string): Partial<Codes> {
  return { 'hv-fixed': code, ...immutableAssigned(code) };
}

function immutableAssigned(code: number | string): Partial<Codes> {
  return { firmware: code, 'firmware-iommu': code, context: code, metadata: code, 'pre-guest': code, 'pre-swap': code };
}

function codeOf({ outcome, code }: { readonly outcome: string; readonly code: number | null }): number | string | null {
  return outcome === 'nested-fault' ? 'nf' : outcome === 'vc-exception' ? 'vc' : code;
}

function query(w: Workbench) {
  const result = w.run({ op: 'rmpquery', gfn: asGfn(AT), pageSize: 1, vmpl: 0, targetVmpl: 1 });
  if ('rejected' in result || result.outcome.op !== 'rmpquery') throw new Error('refused');
  return result.outcome;
}

function read(w: Workbench): number | null {
  const result = w.run({ op: 'rmpread', pfn: PFN });
  if ('rejected' in result || result.outcome.op !== 'rmpread') throw new Error('refused');
  return result.outcome.code;
}

describe.each(ON_4K)('%s on a 4K page', (_name, run, expected) => {
  test.each(STATES)('in state %s', (state) => {
    expect(run(benchIn(state, 1))).toBe(expected[state]);
  });
});

describe('on a page of a 2M entry', () => {
  const rows: readonly (readonly [string, (w: Workbench) => number | string | null, Partial<Codes>])[] = [
    [
      'RMPUPDATE 4K',
      (w) => w.rmpupdate(AT + 3).code,
      { 'guest-valid': 4, 'guest-invalid': 4, reclaim: 4, 'pre-guest': 2, 'pre-swap': 2, firmware: 2 },
    ],
    [
      'RMPUPDATE 2M',
      (w) => w.rmpupdate(AT, { pageSize: 2 }).code,
      { 'guest-valid': 0, 'guest-invalid': 0, reclaim: 0, 'pre-guest': 2, firmware: 2 },
    ],
    ['PSMASH', (w) => w.psmash(AT).code, { 'guest-valid': 0, 'guest-invalid': 0, reclaim: 0, 'pre-guest': 2, 'pre-swap': 2, firmware: 2 }],
    [
      'PVALIDATE 2M',
      (w) => codeOf(w.pvalidate(AT, 2)),
      { 'guest-valid': 0, 'guest-invalid': 0, reclaim: 'nf', 'pre-swap': 'nf', firmware: 'nf' },
    ],
    [
      'PVALIDATE 4K, answered by PSMASH',
      (w) => codeOf(w.pvalidate(AT + 3)),
      { 'guest-valid': 0, 'guest-invalid': 0, reclaim: 'nf', 'pre-swap': 'nf' },
    ],
    [
      'RMPADJUST 2M',
      (w) => codeOf(w.rmpadjust(AT, { pageSize: 2 })),
      { 'guest-valid': 0, 'guest-invalid': 'vc', reclaim: 'nf', 'pre-swap': 'nf' },
    ],
    [
      'a store with C=1',
      (w) => w.access(AT + 3).outcome,
      { 'guest-valid': 'completed', 'guest-invalid': 'vc-exception', 'pre-swap': 'nested-fault' },
    ],
    [
      'a store with C=0',
      (w) => w.access(AT + 3, { cBit: false }).outcome,
      { 'guest-valid': 'completed', reclaim: 'completed', 'pre-guest': 'nested-fault' },
    ],
  ];
  test.each(
    rows.flatMap(([name, run, expected]) => Object.entries(expected).map(([state, code]) => [name, state as State, run, code] as const)),
  )('%s in state %s', (_name, state, run, code) => {
    expect(run(benchIn(state, 2))).toBe(code);
  });
});

// --- transitions ---------------------------------------------------------------------------------------------------------------

/** hardware.md 2.2, agent by agent, as far as a page of the VM's own memory can meet it. RMPUPDATE also rewrites what it may change. */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  RMPUPDATE: [
    ...['hypervisor', 'guest-invalid', 'guest-valid', 'reclaim'].flatMap((from) =>
      ['hypervisor', 'guest-invalid', 'pre-guest', 'firmware', 'reclaim'].map((to) => `${from} > ${to}`),
    ),
    'guest-valid > pre-swap',
    'guest-valid > guest-valid',
  ],
  PVALIDATE: ['guest-valid > guest-invalid', 'guest-invalid > guest-valid'],
  SNP_GCTX_CREATE: ['firmware > context'],
  SNP_DECOMMISSION: ['context > firmware'],
  SNP_LAUNCH_UPDATE: ['pre-guest > guest-valid'],
  SNP_PAGE_RECLAIM: ['firmware > reclaim', 'metadata > reclaim', 'pre-guest > guest-invalid', 'pre-swap > guest-valid'],
  SNP_PAGE_MD_INIT: ['firmware > metadata'],
  SNP_PAGE_SET_STATE: ['firmware > hv-fixed'],
  SNP_PAGE_MOVE: [
    'pre-guest > guest-invalid',
    'pre-swap > guest-invalid',
    'pre-guest > guest-valid',
    'metadata > firmware',
    'firmware > metadata',
  ],
  SNP_PAGE_SWAP_OUT: ['pre-swap > pre-guest', 'metadata > firmware'],
  SNP_PAGE_SWAP_IN: ['pre-guest > pre-swap', 'firmware > metadata'],
};

/** Everything that anybody can do to the page, by agent. */
function attempts(): readonly (readonly [agent: string, run: (w: Workbench) => void])[] {
  const updates = [false, true].flatMap((assigned) =>
    [0, 1].flatMap((asid) =>
      [false, true].flatMap((isImmutable) => ([1, 2] as const).map((pageSize) => [assigned, asid, isImmutable, pageSize] as const)),
    ),
  );
  const gctx = FRAME_BASE + 1536;
  const beside = asPfn(PFN + 1);
  const commands: readonly FirmwareRequest[] = [
    { command: 'SNP_GCTX_CREATE', gctx: PFN },
    { command: 'SNP_DECOMMISSION', gctx: PFN },
    { command: 'SNP_LAUNCH_UPDATE', gctx, page: PFN, pageSize: 1, pageType: 1, vmpl: 0 },
    { command: 'SNP_PAGE_RECLAIM', page: PFN, pageSize: 1 },
    { command: 'SNP_PAGE_UNSMASH', page: PFN },
    { command: 'SNP_PAGE_MD_INIT', gctx: -1, page: PFN },
    { command: 'SNP_PAGE_SET_STATE', pages: [PFN] },
    { command: 'SNP_PAGE_MOVE', gctx: -1, source: PFN, destination: beside, pageSize: 1 },
    { command: 'SNP_PAGE_MOVE', gctx: -1, source: beside, destination: PFN, pageSize: 1 },
    { command: 'SNP_GUEST_REQUEST', gctx: -1, request: PFN, response: PFN },
  ];
  return [
    ...updates.map(([assigned, asid, isImmutable, pageSize]) => {
      const over = { assigned, asid, gfn: asid === 0 ? 0 : AT, immutable: isImmutable, pageSize };
      return ['RMPUPDATE', (w: Workbench) => void w.rmpupdate(AT, over)] as const;
    }),
    ['RMPUPDATE', (w) => void w.rmpupdate(AT, { gfn: AT + 7 })],
    ['RMPUPDATE', (w) => void w.rmpupdate(AT, { asid: 9 })],
    ['RMPUPDATE', (w) => void w.rmpupdate(AT, { asid: 9, immutable: true })],
    ['PSMASH', (w) => void w.psmash(AT)],
    ['PVALIDATE', (w) => void (w.state(AT) === 'hypervisor' || w.pvalidate(AT, 1, true))],
    ['PVALIDATE', (w) => void (w.state(AT) === 'hypervisor' || w.pvalidate(AT, 1, false))],
    ['RMPADJUST', (w) => void (w.state(AT) === 'hypervisor' || w.rmpadjust(AT))],
    ...commands.map((request) => [request.command, (w: Workbench) => void w.firmware(request)] as const),
    // With a page of the own guest beside it, to be moved here or moved to.
    ...[false, true].map((validated) => ['SNP_PAGE_MOVE', moving(validated)] as const),
  ];
}

function moving(validated: boolean): (w: Workbench) => void {
  return (w) => {
    if (w.state(AT) === 'default') return;
    w.rmpupdate(AT + 1, { gfn: AT + 1 });
    if (validated) w.pvalidate(AT + 1);
    w.rmpupdate(AT + 1, { gfn: AT + 1, immutable: true });
    w.firmware({ command: 'SNP_PAGE_MOVE', gctx: -1, source: asPfn(PFN + 1), destination: PFN, pageSize: 1 });
    w.firmware({ command: 'SNP_PAGE_MOVE', gctx: -1, source: PFN, destination: asPfn(PFN + 1), pageSize: 1 });
  };
}

test.each(BOTH)('a page in state %s, size %i, changes only as the table says', (from, pageSize) => {
  for (const [agent, run] of attempts()) {
    const w = benchIn(from, pageSize);
    run(w);
    const to: PageState = w.state(AT);
    if (to !== from) expect(LEGAL[agent] ?? [], `${agent} made ${from} ${to}`).toContain(`${from} > ${to}`);
  }
});

test('every change of the table that needs no other page does happen', () => {
  const seen = new Set<string>();
  for (const from of STATES) {
    for (const [agent, run] of attempts()) {
      const w = benchIn(from, 1);
      run(w);
      seen.add(`${agent}: ${from} > ${w.state(AT)}`);
    }
  }
  const alone = [
    'RMPUPDATE',
    'PVALIDATE',
    'SNP_GCTX_CREATE',
    'SNP_DECOMMISSION',
    'SNP_PAGE_RECLAIM',
    'SNP_PAGE_MD_INIT',
    'SNP_PAGE_SET_STATE',
  ];
  const missing = alone.flatMap((agent) => (LEGAL[agent] ?? []).map((change) => `${agent}: ${change}`)).filter((one) => !seen.has(one));
  expect(missing).toEqual([]);
});
