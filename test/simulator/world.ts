/**
 * The simulated service as its clients see it: requests and their answers beside the models, streams, the clock, and what is complained of.
 */
import { createHash } from 'node:crypto';
import type { SyncMode } from '../../src/service/store/store.js';
import { FaultyDisk } from '../store/support/faulty-store.js';
import { randomFrom } from '../store/support/random.js';
import { type Life, type Mutant, turn } from './life.js';
import { below, oneOf } from './op.js';
import { Subscriber } from './subscriber.js';
import { answerComplaints, type Step, type VmModel } from './vm-model.js';
import { type SeenEvent, Witness } from './witness.js';

export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly mutant?: Mutant | null;
  /** Instead of chance: the call of the disk at which the first life is killed, and whether power goes with it. */
  readonly killAt?: { readonly call: number; readonly power: boolean };
}

export interface Totals {
  commands: number;
  kills: number;
  powerCuts: number;
  stops: number;
  diskFaults: number;
  events: number;
  gaps: number;
  diskCalls: number;
}

const START = Date.parse('2026-01-01T00:00:00Z');
/** Turns of the event loop in which everything without a clock has surely come to an end. */
export const TURNS_MAX = 300;
export const COMPLAINTS_MAX = 5;

export class World {
  readonly complaints: string[] = [];
  readonly totals: Totals = { commands: 0, kills: 0, powerCuts: 0, stops: 0, diskFaults: 0, events: 0, gaps: 0, diskCalls: 0 };
  readonly random: () => number;
  readonly mode: SyncMode;
  vms: VmModel[] = [];
  witness = new Witness();
  epoch: string | null = null;
  /** Creations answered 503: a kill may bring them back. */
  doubtfulCreations = 0;
  life: Life | null = null;
  killed = false;
  protected readonly disk: FaultyDisk;
  protected readonly subscribers: readonly Subscriber[];
  private readonly trace = createHash('sha256');
  private readonly byKey = new Map<string, { readonly vm: VmModel; readonly step: Step }>();
  protected pending = 0;
  protected now = START;
  private ticks = 0;
  protected keys = 0;
  protected ids = 0;
  /** When the store last refused something. */
  private failedAt = 0;
  protected fenced = false;
  protected faulty = false;
  protected stopping = false;

  constructor(protected readonly options: SimulationOptions) {
    this.random = randomFrom(options.seed);
    this.mode = this.random() < 0.7 || options.killAt !== undefined ? 'always' : oneOf(this.random, ['interval', 'none']);
    const pace = randomFrom(options.seed + 1);
    this.disk = new FaultyDisk({
      mode: this.mode,
      checkpointBytes: 2000 + below(this.random, 20_000),
      turns: () => below(pace, 4),
    });
    const complain = (complaint: string): void => this.complain(complaint);
    const told = (name: string) => (event: object) => this.see(event as SeenEvent, name);
    this.subscribers = [
      new Subscriber('everything', {}, told('everything'), complain),
      new Subscriber('faults', { types: ['fault', 'rmp-updated'], credit: 7, slow: 'wait' }, told('faults'), complain),
      new Subscriber('batches', { batch: { max: 5, ms: 20 }, slow: 'gap' }, told('batches'), complain),
    ];
  }

  /** Equal for equal seeds. */
  get fingerprint(): string {
    return this.trace.copy().digest('hex');
  }

  complain(complaint: string): void {
    if (this.complaints.length < COMPLAINTS_MAX && !this.complaints.includes(complaint)) this.complaints.push(complaint);
  }

  get time(): number {
    return this.now;
  }

  tick(): number {
    return ++this.ticks;
  }

  /** The log lost its end, and says so by its epoch. */
  newEpoch(epoch: string): void {
    this.checkStreams();
    for (const subscriber of this.subscribers) subscriber.forget(this.witness);
    this.witness = new Witness();
    this.epoch = epoch;
  }

  protected checkStreams(): void {
    for (const subscriber of this.subscribers) {
      this.totals.gaps += subscriber.frames.filter(({ t }) => t === 'gap').length;
      subscriber.check(this.witness);
    }
  }

  // --- requests ----------------------------------------------------------------------------------------------------------------

  /** null: the service was killed first. */
  async call(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    sent: { readonly body?: object | undefined; readonly key?: string } = {},
  ): Promise<Reply | null> {
    const { life } = this;
    if (life === null || this.killed) return null;
    const { body, key } = sent;
    const headers: Record<string, string> = { host: 'localhost', 'x-request-id': key ?? 'r' };
    if (key !== undefined) headers['idempotency-key'] = key;
    if (body !== undefined) headers['content-type'] = 'application/json';
    this.pending++;
    let reply: Reply | null = null;
    let failed: Error | null = null;
    life.app.http.inject({ method, url, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) }).then(
      ({ statusCode, headers: answered, body: text }) => {
        const isJson = String(answered['content-type']).includes('json') && text !== '';
        reply = { status: statusCode, text, headers: answered, body: isJson ? (JSON.parse(text) as Reply['body']) : {} };
      },
      (error: Error) => (failed = error),
    );
    for (let i = 0; i < TURNS_MAX && reply === null && failed === null && !this.killed && this.life === life; i++) await turn();
    if (this.killed || this.life !== life) return null;
    this.pending--;
    // It came when nobody listened any more.
    if (this.stopping && failed !== null) return null;
    const [bug] = life.bugs;
    if (bug !== undefined || reply === null) {
      this.complain(bug ?? `${method} ${url} is never answered ${String(failed)}`);
      return null;
    }
    const { status, text } = reply as Reply;
    this.trace.update(`${method} ${url} ${key ?? ''} ${status} ${text}\n`);
    return reply;
  }

  post(vm: VmModel, { asked, key }: Step): Promise<Reply | null> {
    if (asked === null) return this.call('POST', '/v1/vms', { body: vm.creation.body, key });
    return this.call('POST', `/v1/vms/${vm.id}${asked.path}`, { body: asked.body, key });
  }

  sendStep(vm: VmModel, step: Step, look: (reply: Reply) => void = () => undefined): void {
    this.totals.commands++;
    this.byKey.set(step.key, { vm, step });
    void this.post(vm, step).then((reply) => {
      if (reply === null) return;
      look(reply);
      this.answered(vm, step, reply);
    });
  }

  private answered(vm: VmModel, step: Step, reply: Reply): void {
    if (reply.status === 404 && vm.expiresAt !== null && vm.expiresAt <= this.now) {
      vm.cutTo(vm.acked);
      return;
    }
    if (!vm.steps.includes(step)) {
      if (reply.status !== 503) this.complain(`${step.key} was answered ${reply.text} after one before it on the same VM had failed`);
      return;
    }
    if (reply.status === 503) return this.failed(vm, reply);
    for (const complaint of answerComplaints(step, reply.status, reply.body)) this.complain(complaint);
    this.acknowledge(vm, step, reply);
  }

  acknowledge(vm: VmModel, step: Step, reply: Reply): void {
    step.ackedAt = this.tick();
    // Answers may overtake each other; what they answer may not.
    vm.seen = Math.max(vm.seen, vm.steps.indexOf(step) + 1);
    while (vm.acked < vm.steps.length && vm.steps[vm.acked].ackedAt !== null) vm.acked++;
    step.text = reply.text;
    if (step.asked === null) this.created(vm, reply);
    if (!isKeyed(step.asked?.path) || reply.status >= 300 || step.sentAt <= this.failedAt) return;
    // Something was kept since: what had failed before is gone for good.
    this.doubtfulCreations = 0;
    for (const other of this.vms) other.doubtful = [];
  }

  created(vm: VmModel, { body }: Reply): void {
    vm.id = String(body['id']);
    const { ttlSeconds } = vm.creation;
    if (ttlSeconds !== null) vm.expiresAt = Date.parse(String(body['createdAt'])) + ttlSeconds * 1000;
  }

  private failed(vm: VmModel, { body, text }: Reply): void {
    if (!this.faulty && !this.stopping) this.complain(`the disk is sound and yet: ${text}`);
    if (body['code'] !== 'store-failed') this.complain(`a disk that fails is answered ${text}`);
    if (!this.stopping) this.noteFailure();
    const lost = vm.cutTo(vm.acked);
    if (vm.steps.length > 0) {
      vm.doubtful.push(...lost);
      return;
    }
    this.doubtfulCreations++;
    this.vms = this.vms.filter((other) => other !== vm);
  }

  protected noteFailure(): void {
    this.failedAt = this.tick();
    if (this.fenced) return;
    this.fenced = true;
    void this.checkFence();
  }

  /** Not ready, with the reason, and reading goes on. */
  private async checkFence(): Promise<void> {
    const ready = await this.call('GET', '/readyz');
    if (ready !== null && (ready.status !== 503 || ready.body['code'] !== 'store-failed' || String(ready.body['detail']).length < 10))
      this.complain(`the disk failed and readyz says ${ready.text}`);
    for (const vm of this.vms.filter(({ id, gone, deleteSent }) => id !== null && !gone && !deleteSent)) {
      const { acked } = vm;
      const reply = await this.call('GET', `/v1/vms/${vm.id}`);
      if (reply === null || vm.acked !== acked || vm.steps.length !== acked || (reply.status === 404 && vm.expiresAt !== null)) continue;
      if (reply.status !== 200 || reply.body['digest'] !== vm.last.digest)
        this.complain(`the disk failed, and ${vm.id} is not as it was acknowledged: ${reply.text}`);
    }
  }

  see(event: SeenEvent, who: string): void {
    const complaint = this.witness.see(event, who);
    if (complaint !== null) this.complain(complaint);
    this.trace.update(`${who} ${event.position}\n`);
    const made = event.requestId === null ? undefined : this.byKey.get(event.requestId);
    if (made === undefined) return;
    const at = made.vm.steps.findIndex(({ key }) => key === made.step.key);
    if (at >= 0) made.vm.seen = Math.max(made.vm.seen, at + 1);
    else if (this.vms.includes(made.vm)) this.complain(`${who} was told of ${event.requestId}, which did not happen`);
  }

  // --- time --------------------------------------------------------------------------------------------------------------------

  async turns(count: number): Promise<void> {
    for (let i = 0; i < count && !this.killed; i++) {
      await turn();
      this.readStreams();
    }
  }

  /** Everything that was sent is answered. */
  async settle(): Promise<void> {
    for (let i = 0; i < TURNS_MAX && this.pending > 0 && !this.killed; i++) await this.turns(1);
    await this.turns(4);
  }

  protected readStreams(when: 'running' | 'stopping' = 'running'): void {
    if (this.killed || this.life === null || this.epoch === null) return;
    for (const subscriber of this.subscribers) {
      const { connected } = subscriber;
      if (!connected && when === 'running') subscriber.connect(this.life.app.http.server);
      if (!subscriber.stalled || when === 'stopping') subscriber.receive(this.epoch);
      if (when === 'stopping' && connected && !subscriber.connected && !this.killed) subscriber.checkGoodbye();
    }
  }

  protected nextKey(): string {
    return `k-${++this.keys}`;
  }
}
export const isKeyed = (path: string | undefined): boolean => path !== '/hypervisor-reads';
