/**
 * What durability costs: faults a second of `node dist/main.js` with its store in mode `always` beside the same in memory, by rounds in turn.
 * Each client waits for an answer before it sends the next store; every store meets an RMP fault, so each is a record.
 *
 *     npx tsx bench/durable.ts [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { type Server, startServer } from '../load/processes.js';
import { pairedRatios, spreadOf, spreadText } from './statistics.js';

const ROUNDS = Number(process.argv[2] ?? 9);
const SECONDS = 2;
const CONNECTIONS = 64;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

async function post(url: string, body: object): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/json' };
  return (await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json()) as Readonly<Record<string, unknown>>;
}

/** Where every store of the VMM ends in SIGBUS, which is reported. */
async function privateVm({ url }: Server): Promise<string> {
  const { id } = await post(`${url}/v1/vms`, { onSigbus: 'report', memory: { size: '64MiB', initialState: 'private' } });
  return `${url}/v1/vms/${String(id)}/hypervisor-writes`;
}

async function rate(url: string): Promise<number> {
  const body = JSON.stringify({ gpa: '0x200000', size: 64 });
  const headers = { 'content-type': 'application/json' };
  const { requests, non2xx, errors } = await autocannon({
    url,
    connections: CONNECTIONS,
    duration: SECONDS,
    method: 'POST',
    headers,
    body,
  });
  if (non2xx > 0 || errors > 0) throw new Error(`${non2xx} answers were no success, ${errors} errors`);
  return requests.total / SECONDS;
}

const folder = mkdtempSync(join(tmpdir(), 'rampart-durable-'));
const services = [await startServer([MAIN], { RAMPART_MEMORY: '1' }), await startServer([MAIN], { RAMPART_DATA_DIR: folder })] as const;
try {
  const [memory, durable] = [await privateVm(services[0]), await privateVm(services[1])];
  await rate(memory);
  await rate(durable);
  const rounds: { readonly memory: number; readonly durable: number }[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const order = i % 2 === 0 ? [memory, durable] : [durable, memory];
    const [first, second] = [await rate(order[0]), await rate(order[1])];
    rounds.push(i % 2 === 0 ? { memory: first, durable: second } : { memory: second, durable: first });
  }
  const of = (name: 'memory' | 'durable'): number[] => rounds.map((round) => round[name]);
  console.log(`in memory   ${spreadText(spreadOf(of('memory')), 0)} faults/s`);
  console.log(`durable     ${spreadText(spreadOf(of('durable')), 0)} faults/s`);
  console.log(`ratio       ${spreadText(spreadOf(pairedRatios(of('durable'), of('memory'))), 2)}, ${ROUNDS} rounds in turn`);
} finally {
  for (const service of services) await service.stop();
  rmSync(folder, { recursive: true, force: true });
}
