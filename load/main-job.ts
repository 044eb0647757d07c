/** The main job as a request: a hypervisor write of 64 bytes that meets no fault, to a VM made for it. */

export const WRITE_BODY = JSON.stringify({ gpa: '0x200000', size: 64 });

/** What the contract says such a write answers, for a VM whose only event is its creation. */
export const WRITE_REPLY = { outcome: 'completed', bytesWritten: 64, seq: 1, faults: [] };

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every reply must be this text. */
  readonly expected: string;
}

/** The target at `/v1/vms/{vm}/hypervisor-writes`, after one write that was looked at closely. */
export async function targetOf(name: string, base: string, vm: string, headers: Readonly<Record<string, string>>): Promise<Target> {
  const url = `${base}/v1/vms/${vm}/hypervisor-writes`;
  const sent = { ...headers, 'content-type': 'application/json' };
  const reply = await fetch(url, { method: 'POST', headers: sent, body: WRITE_BODY });
  const expected = await reply.text();
  if (reply.status !== 200) throw new Error(`${name}: a write answers ${reply.status}: ${expected}`);
  const differs = differences(JSON.parse(expected));
  if (differs.length > 0) throw new Error(`${name}: a write answers ${expected}: ${differs.join(', ')}`);
  return { name, url, headers: sent, expected };
}

function differences(reply: unknown): string[] {
  const got: Readonly<Record<string, unknown>> = typeof reply === 'object' && reply !== null ? { ...reply } : {};
  const names = new Set([...Object.keys(WRITE_REPLY), ...Object.keys(got)]);
  const wanted: Readonly<Record<string, unknown>> = WRITE_REPLY;
  return [...names]
    .filter((key) => JSON.stringify(got[key]) !== JSON.stringify(wanted[key]))
    .map((key) => `${key} is not ${JSON.stringify(wanted[key])}`);
}

export async function createVm(base: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const sent = { ...headers, 'content-type': 'application/json' };
  const reply = await fetch(`${base}/v1/vms`, { method: 'POST', headers: sent, body: JSON.stringify({ name: 'load' }) });
  const vm: unknown = await reply.json();
  if (reply.status !== 201 || typeof vm !== 'object' || vm === null || !('id' in vm) || typeof vm.id !== 'string') {
    throw new Error(`creating a VM answers ${reply.status}: ${JSON.stringify(vm)}`);
  }
  return vm.id;
}

export async function deleteVm(base: string, vm: string, headers: Readonly<Record<string, string>>): Promise<void> {
  await fetch(`${base}/v1/vms/${vm}`, { method: 'DELETE', headers });
}
