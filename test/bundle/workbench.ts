/** VMs with a story, forked and taken from one service to another. */
import { createHash } from 'node:crypto';
import { type Reply, type TestApp } from '../http/support/test-app.js';

export const BUNDLE_TYPE = 'application/vnd.rampart.bundle';

/** Splits, smashes, faults and contents: path of the VM. */
export async function vmWithStory(app: TestApp, body: object = {}): Promise<string> {
  const vm = await app.vm({ name: 'original', labels: { suite: 'a' }, memory: { size: '8MiB' }, onSigbus: 'report', ...body });
  await step(app, vm, 0);
  return vm;
}

export async function step(app: TestApp, vm: string, n: number): Promise<readonly Reply[]> {
  const page = (i: number): string => `0x${(0x200000 + ((n * 7 + i) % 512) * 4096).toString(16)}`;
  const data = Buffer.from(`story ${n}`).toString('base64');
  return [
    await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: '0x200000', pageSize: '2M', operation: 'private' }] }),
    await app.post(`${vm}/page-state-changes`, { entries: [{ gpa: page(7), operation: 'shared' }] }),
    await app.post(`${vm}/hypervisor-writes`, { gpa: page(7), data }),
    await app.post(`${vm}/hypervisor-writes`, { gpa: page(8), size: 64 }),
    await app.post(`${vm}/psmash`, { pfn: '0x100200' }),
  ];
}

/** What is the same in two machines that do the same: everything but names and numbers. */
export function told(replies: readonly Reply[]): readonly unknown[] {
  return replies.map(({ status, body: { seq: _seq, firstSeq: _firstSeq, ...body } }) => [status, body]);
}

export function importBundle(app: TestApp, bundle: string | Buffer, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
  return app.call({
    method: 'POST',
    url: '/v1/vms/import',
    payload: Buffer.from(bundle),
    headers: { 'content-type': BUNDLE_TYPE, ...headers },
  });
}

export async function exportOf(app: TestApp, vm: string, query = ''): Promise<string> {
  const { status, text } = await app.get(`${vm}/export${query}`);
  if (status !== 200) throw new Error(text);
  return text;
}

/** The lines of a bundle, changed and with a checksum that fits again: what somebody with an editor and time makes. */
export function forged(bundle: string, change: (lines: unknown[]) => unknown[] | void): string {
  const lines = bundle
    .trimEnd()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
  return sealed((change(lines) ?? lines).map((line) => `${JSON.stringify(line)}\n`).join(''));
}

export function sealed(text: string): string {
  return `${text}{"checksum":"${createHash('sha256').update(text).digest('hex')}"}\n`;
}
