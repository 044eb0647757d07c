/** A machine with a page in each of the twelve states, 4K or 2M, made by instructions and firmware commands where they can make it. */
import { asPfn, FRAME_BASE, type PageState } from '../../src/core/index.js';
import { ASSIGNED, IMMUTABLE } from '../../src/core/region-bits.js';
import { Workbench } from './workbench.js';

/** The guest page that has the state: the base of the second region. */
export const AT = 512;
export const PFN = asPfn(FRAME_BASE + AT);
/** A context for states that need one, in the fourth region. */
const CONTEXT = asPfn(FRAME_BASE + 1536);

export const STATES = [
  'default',
  'hypervisor',
  'hv-fixed',
  'firmware',
  'firmware-iommu',
  'reclaim',
  'context',
  'metadata',
  'pre-guest',
  'pre-swap',
  'guest-invalid',
  'guest-valid',
] as const satisfies readonly PageState[];
export type State = (typeof STATES)[number];

/** States that one 2M entry can have. */
export const HUGE_STATES: readonly State[] = ['firmware', 'reclaim', 'pre-guest', 'pre-swap', 'guest-invalid', 'guest-valid'];

export function benchIn(state: State, pageSize: 1 | 2): Workbench {
  const w = new Workbench({
    pages: 4 * 512,
    config: {
      ...(state === 'default' ? { rmpCoverage: FRAME_BASE } : {}),
      ...(state === 'hv-fixed' ? { hvFixed: [{ pfn: PFN, pages: 1 }] } : {}),
    },
  });
  const firmware = (gfn: number): void => void w.rmpupdate(gfn, { gfn: 0, asid: 0, immutable: true, pageSize });
  switch (state) {
    case 'default':
    case 'hypervisor':
    case 'hv-fixed':
      break;
    case 'firmware':
      firmware(AT);
      break;
    case 'firmware-iommu':
      // Only SNP_INIT makes one.
      w.m.rmp.setPage(PFN, ASSIGNED | IMMUTABLE, { gfn: 2 * 2 ** 36 + 1, asid: 0, vmpl: 0 });
      break;
    case 'reclaim':
      w.rmpupdate(AT, { gfn: 0, asid: 0, pageSize });
      break;
    case 'context':
      firmware(AT);
      w.firmware({ command: 'SNP_GCTX_CREATE', gctx: PFN });
      break;
    case 'metadata':
      w.rmpupdate(1536, { gfn: 0, asid: 0, immutable: true });
      w.firmware({ command: 'SNP_GCTX_CREATE', gctx: CONTEXT });
      firmware(AT);
      w.firmware({ command: 'SNP_PAGE_MD_INIT', gctx: CONTEXT, page: PFN });
      break;
    case 'pre-guest':
      w.rmpupdate(AT, { pageSize, immutable: true });
      break;
    case 'guest-invalid':
    case 'guest-valid':
    case 'pre-swap':
      w.rmpupdate(AT, { pageSize });
      if (state !== 'guest-invalid') w.pvalidate(AT, pageSize);
      if (state === 'pre-swap') w.rmpupdate(AT, { pageSize, immutable: true });
      break;
  }
  if (w.state(AT) !== state) throw new Error(`the bench has ${w.state(AT)} for ${state}`);
  return w;
}
