/** The client's requests: what is repeated and what is not, problems as errors, and the whole service. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Rampart, RampartProblem, RampartUnreachable } from '../../src/client/index.js';
import { Rampart as BrowserRampart } from '../../src/client/browser.js';
import { expectFault, expectNoFault, withVm } from '../../src/vitest.js';
import { LAUNCH_AFTER_FINISH } from '../decode/logs.js';
import { type RealService, startRealService } from './real-service.js';

const RETRY = { baseMs: 1, capMs: 5 };

let service: RealService;
let rampart: Rampart;

beforeAll(async () => {
  service = await startRealService();
  rampart = new Rampart({ url: service.url, retry: RETRY });
});

afterAll(async () => {
  await service.close();
});

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly key: string | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const json =
  (status: number, body: object): Answer =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
const cut: Answer = (request) => request.socket.destroy();
const problem = (status: number, code: string): Answer =>
  json(status, { status, code, detail: 'so it is', title: '', type: '', pointer: '/x', hint: 'h', requestId: 'r' });

/** A server that gives these answers, one a request; the last one again and again. */
async function scripted(...answers: readonly Answer[]): Promise<{ rampart: Rampart; seen: Seen[]; url: string; close(): Promise<void> }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = answers[Math.min(seen.length, answers.length - 1)];
      seen.push({ method: request.method ?? '', url: request.url ?? '', key: request.headers['idempotency-key'] as string | undefined });
      answer?.(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    rampart: new Rampart({ url, retry: RETRY }),
    seen,
    url,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('repeating', () => {
  test('a change is repeated with one key, until it is answered', async () => {
    const {
      rampart: client,
      seen,
      close,
    } = await scripted(cut, problem(503, 'shutting-down'), problem(409, 'idempotency-running'), json(201, { id: 'vm-1' }));
    expect((await client.createVm()).id).toBe('vm-1');
    expect(seen).toHaveLength(4);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.key).toMatch(/^[0-9a-f]{32}$/);
    await client.createVm();
    expect(seen[4]?.key).not.toBe(seen[0]?.key);
    await close();
  });

  test('a key of the caller is used as it is', async () => {
    const { rampart: client, seen, close } = await scripted(json(201, { id: 'vm-1' }));
    await client.createVm({}, { idempotencyKey: 'mine' });
    expect(seen[0]?.key).toBe('mine');
    await close();
  });

  test('a delete whose answer was lost has done its work', async () => {
    const lost = await scripted(cut, problem(404, 'unknown-vm'));
    await lost.rampart.vm('vm-1').delete();
    expect(lost.seen).toHaveLength(2);
    await lost.close();
    const never = await scripted(problem(404, 'unknown-vm'));
    await expect(never.rampart.vm('vm-1').delete()).rejects.toMatchObject({ code: 'unknown-vm', status: 404 });
    await never.close();
  });

  test('what is refused for good is not repeated', async () => {
    const { rampart: client, seen, close } = await scripted(problem(400, 'invalid-field'));
    const error: unknown = await client.createVm().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RampartProblem);
    expect(error).toMatchObject({ code: 'invalid-field', status: 400, pointer: '/x', hint: 'h', requestId: 'r', message: 'so it is' });
    expect(seen).toHaveLength(1);
    await close();
  });

  test('it ends after so many attempts', async () => {
    const { rampart: client, seen, url, close } = await scripted(cut);
    await expect(client.about()).rejects.toBeInstanceOf(RampartUnreachable);
    expect(seen).toHaveLength(5);
    await expect(new Rampart({ url, retry: { ...RETRY, attempts: 2 } }).about()).rejects.toThrow(`no Rampart service answers at ${url}`);
    expect(seen).toHaveLength(7);
    await close();
  });

  test('a POST without a key is not repeated', async () => {
    const { rampart: client, seen, close } = await scripted(cut);
    await expect(client.api.POST('/v1/vms', { body: {} })).rejects.toBeInstanceOf(RampartUnreachable);
    expect(seen).toHaveLength(1);
    await close();
  });

  test('an abort ends the request and the waiting', async () => {
    const reason = new Error('enough');
    const controller = new AbortController();
    const { rampart: client, seen, close } = await scripted(() => controller.abort(reason));
    await expect(client.about({ signal: controller.signal })).rejects.toBe(reason);
    expect(seen).toHaveLength(1);
    await close();
    const slow = await scripted(cut);
    const waiting = new AbortController();
    const patient = new Rampart({ url: slow.url, retry: { baseMs: 1e9, capMs: 1e9 } });
    const asked = patient.about({ signal: waiting.signal });
    while (slow.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    waiting.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await slow.close();
  });

  test('an attempt that is not answered in time counts as failed', async () => {
    const { seen, url, close } = await scripted(() => undefined, json(200, { version: 'x' }));
    expect(await new Rampart({ url, retry: { ...RETRY, attempts: 1000 }, timeoutMs: 100 }).about()).toEqual({ version: 'x' });
    expect(seen.length).toBeGreaterThan(1);
    await close();
  });

  test('something else that answers there is named', async () => {
    const { rampart: client, close } = await scripted((_, response) => void response.writeHead(404).end('<html>'));
    await expect(client.about()).rejects.toThrow('something else answers there, with status 404');
    await close();
  });
});

describe('the service itself', () => {
  test('a VM from creation to deletion, by the helpers for vitest', async () => {
    await withVm(
      { memory: { size: '16MiB' }, onSigbus: 'report', labels: { suite: 'client' } },
      async (vm) => {
        expect((await vm.private('0x200000', { pageSize: '2M' })).status).toBe('SUCCESS');
        expect((await vm.share(0x20_7000)).status).toBe('SUCCESS');
        const completed = await vm.write({ gpa: '0x207000', size: 64 });
        expect(expectFault(completed, { decision: 'PAGE_SPLIT' }).hva).toBe('0x7f0000207000');
        const killed = await vm.write({ gpa: '0x208000', size: 64 });
        expectFault(killed, { decision: 'KILL', signal: { name: 'SIGBUS' } });
        expect(() => expectFault(killed, { decision: 'RETRY' })).toThrow(/RETRY/);
        expect(() => expectFault({ faults: [] }, { decision: 'RETRY' })).toThrow('expected [] to deep equally contain');
        expectNoFault(await vm.write({ gpa: '0x0', size: 1 }));
        expect(() => expectNoFault(killed, 'rmp')).toThrow('to deeply equal []');
        expect(await vm.load({ gpa: '0x0', size: 1 })).toMatchObject({ outcome: 'completed', data: expect.any(String) });
        expect(await vm.page(0x20_8000)).toMatchObject({ gpa: '0x208000', rmp: { assigned: true } });
        expect((await vm.map({ cells: '4' })).cells).toHaveLength(4);
        expect((await vm.vmas()).vmas).toHaveLength(1);
        expect((await vm.pvalidate({ gpa: '0x208000', pageSize: '4K', validate: true })).carry).toBe(true);
        expect((await vm.rmpupdate({ pfn: '0x100300', assigned: false })).status).toBe('SUCCESS');
        expect((await vm.psmash(0x10_0208)).status).toBe('FAIL_INPUT');
        const etag = `"${(await vm.read()).stats.operations}"`;
        await expect(vm.reset({ ifMatch: '"0"' })).rejects.toMatchObject({ code: 'etag-mismatch' });
        expect((await vm.reset({ ifMatch: etag })).seq).toBeGreaterThan(0);
        const listed: string[] = [];
        for await (const { id } of rampart.vms()) listed.push(id);
        expect(listed).toContain(vm.id);
      },
      rampart,
    );
    for await (const { labels } of rampart.vms()) expect(labels['suite']).not.toBe('client');
  });

  test('the VM is deleted also where the test fails', async () => {
    let id = '';
    const failing = withVm(
      {},
      (vm) => {
        id = vm.id;
        return Promise.reject(new Error('red'));
      },
      rampart,
    );
    await expect(failing).rejects.toThrow('red');
    await expect(rampart.vm(id).read()).rejects.toMatchObject({ code: 'unknown-vm' });
  });

  test('events of one VM while it works, and the decoder', async () => {
    await withVm(
      {},
      async (vm) => {
        const events = vm.events({ after: 0, types: ['page-state-changed'] })[Symbol.asyncIterator]();
        const next = events.next();
        await vm.private('0x1000');
        expect((await next).value).toMatchObject({ vm: vm.id, type: 'page-state-changed', gpa: '0x1000' });
        await events.return();
      },
      rampart,
    );
    expect((await rampart.decode(LAUNCH_AFTER_FINISH)).incidents[0]?.scenario).toBe('launch-after-finish');
  });

  test('a token goes with requests and streams, of a page by a ticket; a wrong one is named', async () => {
    const guarded = await startRealService({ token: 'secret' });
    const allowed = new Rampart({ url: guarded.url, token: 'secret', retry: RETRY });
    await allowed.createVm();
    for await (const { type } of allowed.events({ after: 'oldest' })) {
      expect(type).toBe('vm-created');
      break;
    }
    const refused = new Rampart({ url: guarded.url, token: 'other', retry: RETRY });
    await expect(refused.about()).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(refused.events({ after: 'oldest' })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'unauthorized' });
    const page = new BrowserRampart({ url: guarded.url, token: 'secret', retry: RETRY });
    expect((await page.about()).name).toBe('rampart');
    const { WebSocket: own } = globalThis as { WebSocket?: unknown };
    Object.assign(globalThis, { WebSocket });
    for await (const { type } of page.events({ after: 'oldest' })) {
      expect(type).toBe('vm-created');
      break;
    }
    Object.assign(globalThis, { WebSocket: own });
    await guarded.close();
  });
});

test('the types are those of the OpenAPI document: `npm run openapi` writes both', () => {
  const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const hash = createHash('sha256').update(file('openapi/openapi.json')).digest('hex');
  expect(file('src/client/api.ts').split('\n', 1)[0]).toBe(`/** Made by \`npm run openapi\` from openapi/openapi.json, sha256 ${hash}. */`);
});
