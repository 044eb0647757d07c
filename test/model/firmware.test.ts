/** Stories of firmware commands alone, so that the core's firmware and the model's meet in all of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asGfn, asVpn } from '../../src/core/address.js';
import type { Command } from '../../src/core/command.js';
import { HVA_BASE_VPN } from '../../src/core/config.js';
import type { MachineConfig } from '../../src/core/config.js';
import { DEFAULT_DOUBTS } from '../../src/core/doubts.js';
import { isRejection } from '../../src/core/error.js';
import { firstDifference } from './compare.js';
import { createNaive } from './naive-machine.js';
import { REGION } from './layout.js';
import { firmware, launchOf, readyToSwap } from './random-firmware.js';
import { coreSubject } from './subject.js';
import type { MakeSubject } from './subject.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const STORIES = LONG ? 5000 : 100;
const COMMANDS_MAX = 60;

const told = fc
  .record({
    launch: fc.constantFrom('finished' as const, 'none' as const),
    finishes: fc.boolean(),
    swaps: fc.constantFrom('none' as const, 'ready' as const, 'back' as const),
    D3: fc.constantFrom('keep' as const, 'keep' as const, 'clear' as const),
    D5: fc.constantFrom('assigned-only' as const, 'mirror' as const),
    aeadLimit: fc.constantFrom(0, 1, 100),
    refs: fc.array(firmware, { maxLength: COMMANDS_MAX, size: 'max' }),
    restoreAt: fc.nat(COMMANDS_MAX),
  })
  .map(({ launch, finishes, swaps, D3, D5, aeadLimit, refs, restoreAt }) => {
    const config: MachineConfig = {
      generation: 'rfc-v1',
      memslots: [{ gfn: asGfn(0), pages: 2 * REGION, vpn: asVpn(HVA_BASE_VPN), backing: 'thp', initialState: 'shared' }],
      asid: 7,
      seed: 1,
      onSigbus: 'report',
      doubts: { ...DEFAULT_DOUBTS, D3, D5 },
      launch,
      aeadLimit,
    };
    const commands: Command[] = [
      ...launchOf(config, finishes),
      ...(swaps === 'none' ? [] : readyToSwap(config, swaps === 'back')),
      ...refs.map((ref) => ref(config)),
    ];
    return { config, commands, restoreAt };
  });

test('the core and the model agree on every status, every event and every page', { timeout: 600_000 }, () => {
  const statuses = new Map<string, number>();
  fc.assert(
    fc.property(told, (one) => {
      const difference = firstDifference(one, coreSubject);
      if (difference !== null) throw new Error(difference);
      const naive = createNaive(one.config);
      for (const command of one.commands) {
        const result = naive.apply(command);
        if (isRejection(result) || result.outcome.op !== 'firmware-command') continue;
        statuses.set(result.outcome.status, (statuses.get(result.outcome.status) ?? 0) + 1);
        const name = command.op === 'firmware-command' ? command.request.command : '';
        if (result.outcome.status === 'SUCCESS') statuses.set(name, (statuses.get(name) ?? 0) + 1);
      }
    }),
    { numRuns: STORIES },
  );
  // Agreeing was no accident of what was asked: each command but one has succeeded, and each status has been given.
  for (const reached of [
    ...[
      'SNP_GCTX_CREATE',
      'SNP_LAUNCH_START',
      'SNP_ACTIVATE',
      'SNP_LAUNCH_UPDATE',
      'SNP_LAUNCH_FINISH',
      'SNP_DF_FLUSH',
      'SNP_DECOMMISSION',
    ],
    ...['SNP_PAGE_RECLAIM', 'SNP_PAGE_MOVE', 'SNP_PAGE_MD_INIT', 'SNP_PAGE_SWAP_OUT', 'SNP_PAGE_SWAP_IN', 'SNP_PAGE_SET_STATE'],
    ...['INVALID_PAGE_STATE', 'INVALID_PAGE_SIZE', 'INVALID_PARAM', 'INVALID_ADDRESS', 'INVALID_GUEST', 'INVALID_GUEST_STATE'],
    ...['INVALID_PAGE_OWNER', 'INVALID_MDATA_ENTRY', 'AEAD_OFLOW'],
  ])
    expect(statuses.get(reached) ?? 0, reached).toBeGreaterThan(0);
});

/** A core whose firmware gives another status than the manual's, or forgets what it did. */
const WRONG: readonly (readonly [fault: string, make: MakeSubject])[] = [
  ['takes any page for a context', wrong((status) => (status === 'INVALID_PAGE_STATE' ? 'SUCCESS' : status))],
  ['confuses owner and state', wrong((status) => (status === 'INVALID_PAGE_OWNER' ? 'INVALID_PAGE_STATE' : status))],
  ['lets the AEAD counter overflow', wrong((status) => (status === 'AEAD_OFLOW' ? 'SUCCESS' : status))],
];

function wrong(turn: (status: string) => string): MakeSubject {
  return (config) => {
    const core = coreSubject(config);
    if (isRejection(core)) return core;
    return {
      ...core,
      apply: (command) => {
        const result = core.apply(command);
        if (isRejection(result) || result.outcome.op !== 'firmware-command') return result;
        return { ...result, outcome: { ...result.outcome, status: turn(result.outcome.status) as 'SUCCESS' } };
      },
    };
  };
}

test.each(WRONG)('a core that %s is caught', { timeout: 600_000 }, (_fault, make) => {
  const property = fc.property(told, (one) => {
    const difference = firstDifference(one, make);
    if (difference !== null) throw new Error(difference);
  });
  expect(fc.check(property, { numRuns: STORIES, endOnFailure: true }).failed).toBe(true);
});
