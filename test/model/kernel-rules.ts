/** The knob table of generations.md 10 and the deltas of 3 and 4, as the model reads them: a row for each kernel. */
import type { MachineConfig } from '../../src/core/config.js';
import type { GenerationName } from '../../src/core/generations/generation.js';

export interface KernelRules {
  /** Without one, the ordinary fault path runs and finds nothing to do. */
  readonly handler: boolean;
  /** A leaf that is gone, or is a swap or migration entry, when the handler looks. */
  readonly goneLeaf: 'kill' | 'retry';
  /** Whether the frame under a 1G leaf is right. */
  readonly frame1G: 'wrong' | 'right';
  readonly splitFlag: number;
  /** A page table is put in place of what the split left. */
  readonly table: boolean;
  readonly failedSplit: 'again' | 'signal';
  /** Lines: at a failed look-up, before the signal, at a failed RMPUPDATE (the first time, or when it is given up). */
  readonly alert: boolean;
  readonly killLine: boolean;
  readonly retryLine: 'none' | 'first' | 'given-up';
  readonly strayBits: 'both' | 'hwpoison' | 'none';
  readonly kernelStore: 'oops' | 'force-shared';
  readonly kvmStore: 'unguarded' | 'force-shared' | 'ebusy' | 'efault';
  readonly heldPage: 'allowed' | 'EBUSY' | 'WAITS' | 'refused';
  readonly directMap: 'split' | 'remove' | 'split-4k' | 'nothing';
  /** Codes on which RMPUPDATE is tried again, and how often for each CPU; null: without end. */
  readonly retryOn: (code: number) => boolean;
  readonly triesPerCpu: number | null;
  readonly exits: boolean;
}

const never = (): boolean => false;
const any = (): boolean => true;

const V1: KernelRules = {
  handler: true,
  goneLeaf: 'kill',
  frame1G: 'wrong',
  splitFlag: 0x400,
  table: false,
  failedSplit: 'again',
  alert: true,
  killLine: false,
  retryLine: 'none',
  strayBits: 'both',
  kernelStore: 'oops',
  kvmStore: 'unguarded',
  heldPage: 'allowed',
  directMap: 'split',
  retryOn: (code) => code === 3,
  triesPerCpu: null,
  exits: false,
};
const V2: KernelRules = { ...V1, alert: false, strayBits: 'hwpoison', kernelStore: 'force-shared' };
const V3: KernelRules = { ...V2, kernelStore: 'oops', kvmStore: 'force-shared', heldPage: 'EBUSY' };
const V5: KernelRules = { ...V3, goneLeaf: 'retry', strayBits: 'none', kvmStore: 'ebusy', heldPage: 'WAITS', directMap: 'remove' };
const V6: KernelRules = { ...V5, splitFlag: 0x1000, retryOn: any, triesPerCpu: 2, retryLine: 'first' };
const V7: KernelRules = { ...V6, frame1G: 'right', table: true, killLine: true, retryLine: 'none', exits: true };
const V8: KernelRules = { ...V7, kvmStore: 'unguarded', heldPage: 'allowed', triesPerCpu: 4 };
const UPSTREAM: KernelRules = {
  ...V8,
  handler: false,
  killLine: false,
  retryLine: 'given-up',
  directMap: 'split-4k',
  retryOn: (code) => code === 4,
  triesPerCpu: null,
};

const RULES: Readonly<Record<GenerationName, KernelRules>> = {
  'rfc-v1': V1,
  'rfc-v1-reply': { ...V1, failedSplit: 'signal' },
  v2: V2,
  v3: V3,
  v4: V3,
  v5: V5,
  v6: V6,
  v7: V7,
  v8: V8,
  upstream: UPSTREAM,
  inplace: { ...UPSTREAM, kvmStore: 'efault', heldPage: 'refused' },
  'no-snp': { ...V1, handler: false, alert: false, directMap: 'nothing', retryOn: never, strayBits: 'none' },
};

/** By doubt G5 v3 may have tracked nothing. */
export function rulesOf({ generation, doubts }: MachineConfig): KernelRules {
  const untracked = generation === 'v3' && doubts.G5 === 'untracked';
  return untracked ? { ...V3, kvmStore: 'unguarded', heldPage: 'allowed' } : RULES[generation];
}
