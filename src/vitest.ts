/**
 * `rampart/vitest`: VMs that live as long as a test, and assertions about faults.
 *
 *     test('a store to a private neighbour', () =>
 *       withVm({ onSigbus: 'report' }, async (vm) => {
 *         await vm.private('0x200000', { pageSize: '2M' });
 *         await vm.share('0x207000');
 *         expectFault(await vm.write({ gpa: '0x208000', size: 64 }), { decision: 'KILL', action: 'sigbus' });
 *       }));
 */
import { env } from 'node:process';
import { expect } from 'vitest';
import { Rampart, type Schemas, type Vm } from './client/index.js';

type Fault = Schemas['Fault'];
type DeepPartial<T> = T extends readonly unknown[] ? T : T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

/** The service that RAMPART_URL and RAMPART_TOKEN name, or the one at the default address. */
export function rampartFromEnvironment(): Rampart {
  const { RAMPART_URL: url, RAMPART_TOKEN: token } = env;
  return new Rampart({ ...(url === undefined ? {} : { url }), ...(token === undefined ? {} : { token }) });
}

/** Makes a VM, lends it, and deletes it whatever happens. */
export async function withVm<T>(
  body: Schemas['CreateRequest'],
  use: (vm: Vm) => Promise<T>,
  rampart = rampartFromEnvironment(),
): Promise<T> {
  const vm = await rampart.createVm(body);
  try {
    return await use(vm);
  } finally {
    await vm.delete();
  }
}

/** Asserts that an answer has a fault like this, the fields that are named being compared, and returns the first one. */
export function expectFault(answer: { readonly faults: readonly Fault[] }, expected: DeepPartial<Fault>): Fault {
  const found = answer.faults.find((fault) => matches(fault, expected));
  if (found !== undefined) return found;
  // Fails, and shows what is there.
  const [only, ...others] = answer.faults;
  if (only !== undefined && others.length === 0) expect(only).toMatchObject(expected);
  else expect(answer.faults).toContainEqual(expect.objectContaining(expected));
  throw new Error('unreachable: the assertion above fails');
}

/** Asserts that an access met no fault at all, or none of the RMP. */
export function expectNoFault(answer: { readonly faults: readonly Fault[] }, kind?: Fault['kind']): void {
  expect(answer.faults.filter((fault) => kind === undefined || fault.kind === kind)).toEqual([]);
}

function matches(fault: Fault, expected: DeepPartial<Fault>): boolean {
  try {
    expect(fault).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
}
