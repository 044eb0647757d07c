/** Concurrent histories of one VM have an order that explains them; those of a service that shows old states have none. */
import { Agent } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMachine, digestOf, isRejection } from '../../src/core/index.js';
import { begin, type Life, type Mutant } from '../simulator/life.js';
import { askedCreation } from '../simulator/op.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { randomFrom } from '../store/support/random.js';
import { ask, type Front, historyOf } from './clients.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import type { Answer, Call } from './history.js';
import { objectionTo } from './linearizability.js';

const LONG = process.env['RAMPART_LONG'] === '1';
const HISTORIES = LONG ? 2000 : 40;
const CLIENTS = 4;
const CALLS_EACH = 5;
/** Where there is no order, all have to be tried. */
const FEW = { clients: 3, callsEach: 4 };
const START = Date.parse('2026-01-01T00:00:00Z');

class Service {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  private constructor(
    private readonly life: Life,
    private readonly port: number,
  ) {}

  static async start(mutant: Mutant | null): Promise<Service> {
    let ids = 0;
    let calls = 0;
    // A disk that takes its time, so that what is under way can be seen.
    const disk = new FaultyDisk({ turns: () => ++calls % 4 });
    const life = await begin(disk, START, { next: () => `t${++ids}` }, mutant);
    if (typeof life === 'string') throw new Error(life);
    await life.app.http.listen({ host: '127.0.0.1', port: 0 });
    return new Service(life, (life.app.http.server.address() as AddressInfo).port);
  }

  /** A history of a new VM, and what is to be said against it. */
  async objection(seed: number, size = { clients: CLIENTS, callsEach: CALLS_EACH }, front?: Front): Promise<string | null> {
    const { agent, port } = this;
    const random = randomFrom(seed);
    const { body, config } = { ...askedCreation(random) };
    const { ttlSeconds: _none, ...creation } = body as { readonly ttlSeconds?: number };
    const { body: vm } = await ask({ agent, port, method: 'POST', path: '/v1/vms', body: creation });
    const path = `/v1/vms/${String(vm['id'])}`;
    const history = await historyOf({ port, path, random, ...size, agent, ...(front === undefined ? {} : { front }) });
    await ask({ agent, port, method: 'DELETE', path });
    return objectionTo(history, config);
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.life.app.http.server.closeAllConnections();
    await this.life.app.http.close();
    this.life.clock.advance(0);
  }
}

describe('the service', () => {
  let service: Service;
  beforeAll(async () => {
    service = await Service.start(null);
  });
  afterAll(() => service.stop());

  test(`${HISTORIES} histories of ${CLIENTS} clients`, { timeout: 1_800_000 }, async () => {
    const first = LONG ? Math.floor(Math.random() * 1e9) : 1;
    for (let seed = first; seed < first + HISTORIES; seed++) expect(await service.objection(seed), `seed ${seed}`).toBeNull();
  });
});

interface Broken {
  readonly name: string;
  readonly mutant?: Mutant;
  readonly front?: Front;
}

const BROKEN: readonly Broken[] = [
  {
    name: 'answers every other look as the look before',
    front(ask) {
      let looks = 0;
      let before: Answer | null = null;
      return async (asking) => {
        if (asking.method === 'GET' && ++looks % 2 === 0 && before !== null) return before;
        const answer = await ask(asking);
        if (asking.method === 'GET') before = answer;
        return answer;
      };
    },
  },
  {
    name: 'lets every writer win, whatever If-Match says',
    front: (ask) => (asking) => ask({ ...asking, ifMatch: null }),
  },
  {
    name: 'carries some operations out twice',
    mutant: {
      name: '',
      services({ executor }) {
        const run = executor.run.bind(executor);
        let count = 0;
        executor.run = (vm, command, requestId) => {
          if (++count % 9 === 0) run(vm, command, requestId);
          return run(vm, command, requestId);
        };
      },
    },
  },
];

describe('a service that', () => {
  test.each(BROKEN)('$name is caught', { timeout: 300_000 }, async ({ mutant = null, front }) => {
    const service = await Service.start(mutant);
    let objection: string | null = null;
    for (let seed = 1; seed <= 40 && objection === null; seed++) objection = await service.objection(seed, FEW, front);
    await service.stop();
    expect(objection).not.toBeNull();
  });
});

describe('the checker', () => {
  const random = randomFrom(3);
  const { config } = askedCreation(random);
  const made = createMachine(config, memoryCipher);
  if (isRejection(made)) throw new Error(made.detail);
  const digest = digestOf(made.machine);
  const look = (client: number, sentAt: number, answeredAt: number, operations: number): Call => ({
    client,
    command: { op: 'look' },
    ifMatch: null,
    sentAt,
    answeredAt,
    answer: { status: 200, etag: `"${operations}"`, body: { digest } },
  });
  const reset = (client: number, sentAt: number, answeredAt: number, seq: number): Call => ({
    client,
    command: { op: 'reset' },
    ifMatch: null,
    sentAt,
    answeredAt,
    answer: { status: 200, etag: null, body: { seq } },
  });

  test.each<[string, readonly Call[], boolean]>([
    ['a look at the same time as a reset may come before it', [reset(0, 1, 4, 2), look(1, 2, 3, 0)], true],
    ['or after it', [reset(0, 1, 4, 2), look(1, 2, 3, 1)], true],
    ['after its answer it may not come before it', [reset(0, 1, 2, 2), look(1, 3, 4, 0)], false],
    ['two that follow each other may not go back', [reset(0, 1, 6, 2), look(1, 2, 3, 1), look(1, 4, 5, 0)], false],
    ['an answer that no order gives', [reset(0, 1, 4, 7)], false],
  ])('%s', (_name, history, linear) => {
    expect(objectionTo(history, config) === null).toBe(linear);
  });
});
