/** The states of a page and the levels of a mapping, in the order in which maps count and draw them. */
import type { Schemas } from '../../../src/client/browser.js';

export type PageState = Schemas['PageState'];

/** Bottom of a cell first: what a guest owns stands on what the hypervisor owns. */
export const STATES = [
  'guest-valid',
  'guest-invalid',
  'pre-guest',
  'pre-swap',
  'reclaim',
  'firmware',
  'firmware-iommu',
  'context',
  'metadata',
  'invalid',
  'hv-fixed',
  'hypervisor',
  'default',
] as const satisfies readonly PageState[];

export const LEVELS = ['1G', '2M', '4K', 'none'] as const;

export const STATE_WORDS: Readonly<Record<PageState, string>> = {
  'guest-valid': 'private, validated',
  'guest-invalid': 'private, not validated',
  'pre-guest': 'on its way to the guest',
  'pre-swap': 'on its way out',
  reclaim: 'to be reclaimed',
  firmware: 'the firmware’s',
  'firmware-iommu': 'the IOMMU’s',
  context: 'guest context',
  metadata: 'swap metadata',
  invalid: 'no state of the table',
  'hv-fixed': 'the host’s for ever',
  hypervisor: 'shared, hypervisor-owned',
  default: 'not covered by the RMP',
};
