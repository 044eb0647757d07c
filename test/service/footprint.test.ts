/** The books of memory: what each machine holds and all together, and the bounds, each from both sides. */
import { describe, expect, test } from 'vitest';
import { defaultConfig } from '../../src/config.js';
import { createMachine, isRejection, type Machine } from '../../src/core/index.js';
import { Footprint, FOOTPRINT_LIMITS } from '../../src/service/footprint.js';
import { CONFIG_DEFAULTS, oneMemslot } from '../../src/service/layout.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { type Reply, TestApp } from '../http/support/test-app.js';

function machine(initialState: 'shared' | 'private' = 'shared', gib = 1): Machine {
  const made = createMachine({ ...CONFIG_DEFAULTS, memslots: [oneMemslot(gib * 2 ** 30, 'thp', initialState)] }, memoryCipher);
  if (isRejection(made)) throw new Error(made.detail);
  return made.machine;
}

describe('the books', () => {
  test('are the sum over the machines, whatever comes and goes', () => {
    const footprint = new Footprint();
    const machines = [machine(), machine(), machine()];
    for (const one of machines) footprint.weigh(one);
    const sum = (): number => machines.reduce((bytes, one) => bytes + one.tableBytes, 0);
    expect(footprint.touchedBytes).toBe(sum());
    machines[0]?.rmp.isAssigned(0x10_0000);
    machines[1]?.contents.store(0x10_0000, 0, 4096, 7);
    for (const one of machines) footprint.weigh(one);
    expect([footprint.touchedBytes, footprint.contentBytes]).toEqual([sum(), 4096]);
    const [, second] = machines.splice(1, 1);
    expect(second).toBeUndefined();
    footprint.clear();
    for (const one of machines) footprint.weigh(one);
    expect([footprint.touchedBytes, footprint.contentBytes]).toEqual([sum(), 0]);
    for (const one of machines) footprint.drop(one);
    expect([footprint.touchedBytes, footprint.contentBytes]).toEqual([0, 0]);
  });

  test('a machine grows with what is touched, not with what it could have', () => {
    const [small, large] = [machine('shared', 1), machine('shared', 1024)];
    expect(large.tableBytes).toBe(small.tableBytes);
    const before = large.tableBytes;
    large.rmp.ownerAt(0x10_0000);
    expect(large.tableBytes).toBe(before);
    const secret = machine('private', 4);
    const asCreated = secret.tableBytes;
    for (let gib = 0; gib < 4; gib++) secret.rmp.isAssigned(0x10_0000 + gib * 0x4_0000);
    expect(secret.tableBytes).toBe(asCreated + 4 * 512 * 7);
  });
});

function held(app: TestApp): number {
  return app.app.services.machines.footprint.touchedBytes;
}

function convert(app: TestApp, vm: string, gpa: string): Promise<Reply> {
  return app.post(`${vm}/page-state-changes`, { entries: [{ gpa, operation: 'private' }] });
}

/** What a VM of the test holds after its first conversion. */
async function weightOfOne(): Promise<number> {
  const app = new TestApp();
  expect((await convert(app, await app.vm({ memory: { size: '2GiB' } }), '0x0')).status).toBe(200);
  return held(app);
}

describe('touched memory', () => {
  test('of one VM: the operation that crosses the bound is carried out, the next one is refused until the VM is reset', async () => {
    const weight = await weightOfOne();
    for (const [touchedBytesMax, second] of [
      [weight + 1, 200],
      [weight, 507],
    ] as const) {
      const app = new TestApp({ touchedBytesMax });
      const [vm, other] = [await app.vm({ memory: { size: '2GiB' } }), await app.vm()];
      expect((await convert(app, vm, '0x0')).status).toBe(200);
      const { status, body } = await convert(app, vm, '0x40000000');
      expect(status).toBe(second);
      if (second === 200) continue;
      expect(body).toMatchObject({ code: 'touched-limit', hint: expect.stringContaining('RAMPART_TOUCHED_BYTES_MAX') });
      expect((await app.get(vm)).body.stats.operations).toBe(1);
      expect((await app.post(`${vm}/hypervisor-reads`, { gpa: '0x1000', size: 1 })).status).toBe(200);
      expect((await convert(app, other, '0x0')).status).toBe(200);
      expect((await app.call({ method: 'POST', url: `${vm}/reset` })).status).toBe(200);
      expect((await convert(app, vm, '0x40000000')).status).toBe(200);
    }
  });

  test('of all VMs: neither an operation nor a creation is begun at the bound, and deleting makes room', async () => {
    const app = new TestApp({ touchedBytesTotalMax: (await weightOfOne()) + 1 });
    const vm = await app.vm({ memory: { size: '2GiB' } });
    expect((await convert(app, vm, '0x0')).status).toBe(200);
    const second = await app.vm();
    expect((await convert(app, second, '0x0')).body).toMatchObject({ status: 507, code: 'touched-total-limit' });
    expect((await app.post('/v1/vms', {})).body).toMatchObject({ status: 507, code: 'touched-total-limit' });
    expect((await app.delete(vm)).status).toBe(204);
    expect((await convert(app, second, '0x0')).status).toBe(200);
  });

  test('a look at memory that starts as private is counted', async () => {
    const app = new TestApp();
    const vm = await app.vm({ memory: { size: '2GiB', initialState: 'private' } });
    const before = held(app);
    await app.get(`${vm}/pages/0x40000000`);
    expect(held(app)).toBeGreaterThan(before);
  });
});

describe('contents of all VMs', () => {
  const fill = (app: TestApp, vm: string, size: number) => app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size, fill: 1 });

  test('are kept up to the bound and not beyond it; a store without contents goes on', async () => {
    const app = new TestApp({ contentBytesTotalMax: 3 * 4096 });
    const [first, second] = [await app.vm(), await app.vm()];
    expect((await fill(app, first, 2 * 4096)).status).toBe(200);
    expect((await fill(app, second, 4097)).body).toMatchObject({ status: 507, code: 'content-total-limit' });
    expect((await fill(app, second, 4096)).status).toBe(200);
    expect((await fill(app, second, 1)).body).toMatchObject({ status: 507, code: 'content-total-limit' });
    expect((await app.post(`${second}/hypervisor-writes`, { gpa: '0x5000', size: 4096 })).status).toBe(200);
    await app.delete(first);
    expect((await fill(app, second, 4096)).status).toBe(200);
    expect(app.app.services.machines.footprint.contentBytes).toBe(4096);
  });
});

describe('a fork brings all its weight along', () => {
  test('contents of both have to have room', async () => {
    const app = new TestApp({ contentBytesTotalMax: 4 * 4096 });
    const vm = await app.vm();
    await app.post(`${vm}/hypervisor-writes`, { gpa: '0x0', size: 2 * 4096, fill: 1 });
    expect((await app.post(`${vm}/fork`, {})).status).toBe(201);
    expect((await app.post(`${vm}/fork`, {})).body).toMatchObject({ status: 507, code: 'content-total-limit' });
  });
});

test('the settings have the bounds of the service as their defaults', () => {
  expect(defaultConfig()).toMatchObject(FOOTPRINT_LIMITS);
});
