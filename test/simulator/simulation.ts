/**
 * The whole service under one seed: clients that send commands, read and subscribe, a disk that fails, tears and loses power, sockets that
 * stall, a clock that jumps, kills and stops and starts. What is checked meanwhile, and how, is in `checks.ts` and in the models.
 *
 * Nothing in here depends on time or chance, so a seed repeats.
 */
import { checkRealTimeOrder, checkVmEvents } from './checks.js';
import { begin, turn } from './life.js';
import { askedAlone, askedOperation } from './choice.js';
import { askedCreation, askedRead, below, oneOf } from './op.js';
import { type Loss, Recovery } from './recovery.js';
import { VmModel } from './vm-model.js';
import type { SeenEvent } from './witness.js';
import { COMPLAINTS_MAX, isKeyed, TURNS_MAX, World } from './world.js';

const BROKEN = ['unhandledRejection', 'uncaughtException'] as const;
const VMS_MAX = 5;
const IN_FLIGHT_MAX = 3;

export class Simulation extends World {
  /** The last start was not the first try. */
  private abortedStart = false;

  /** Complaints; none where all is well. */
  async run(): Promise<readonly string[]> {
    const giveBack = BROKEN.map((event) => this.takeOver(event));
    try {
      return await this.play();
    } finally {
      for (const back of giveBack) back();
    }
  }

  /** An invariant that broke where nobody waits for it is a complaint. The answer gives the event back to whoever listened. */
  private takeOver(event: (typeof BROKEN)[number]): () => void {
    const emitter: NodeJS.EventEmitter = process;
    const others = emitter.listeners(event) as (() => void)[];
    emitter.removeAllListeners(event);
    emitter.on(event, (error) => this.complain(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    return () => {
      emitter.removeAllListeners(event);
      for (const other of others) emitter.on(event, other);
    };
  }

  private async play(): Promise<readonly string[]> {
    if (await this.live(this.options.killAt)) await new Recovery(this, { ended: false, epoch: 'same' }).run();
    for (let i = 0; i < this.options.steps && this.complaints.length < COMPLAINTS_MAX; i++) {
      await this.act();
      this.readStreams();
      if (this.killed) await this.recover(this.options.killAt === undefined ? this.random() < 0.5 : this.options.killAt.power, false);
    }
    if (this.complaints.length === 0) await this.finish();
    this.totals.diskCalls = this.disk.calls;
    return this.complaints;
  }

  // --- what happens ------------------------------------------------------------------------------------------------------------

  private async act(): Promise<void> {
    const dice = this.random();
    if (dice < 0.5) this.burst();
    else if (dice < 0.56) await this.readVm();
    else if (dice < 0.6) await this.read();
    else if (dice < 0.63) this.create();
    else if (dice < 0.65) await this.deleteVm();
    else if (dice < 0.7) await this.replay();
    else if (dice < 0.75) this.toggleStreams();
    else if (dice < 0.85) await this.turns(1 + below(this.random, 4));
    else if (dice < 0.95) await this.advance(oneOf(this.random, [1, 20, 500, 3000, 12_000]));
    else if (dice < 0.965) await this.page();
    else if (dice < 0.975) this.killNow();
    else if (dice < 0.985) await this.stop();
    else await this.mend();
    if (this.random() < 0.5) await this.turns(1 + below(this.random, 3));
  }

  private create(): void {
    if (this.vms.filter(({ gone }) => !gone).length >= VMS_MAX) return;
    const key = this.nextKey();
    const vm = new VmModel(askedCreation(this.random), key, this.tick());
    this.vms.push(vm);
    this.sendStep(vm, vm.last);
  }

  private burst(): void {
    const vm = this.someVm();
    if (vm === null) return this.vms.every(({ gone, id }) => gone || id !== null) ? this.create() : undefined;
    if (vm.inFlight.length === 0 && this.random() < 0.12) {
      this.sendStep(vm, vm.send(askedAlone(this.random), this.nextKey(), this.tick()));
      return;
    }
    // A reset has no body and may overtake what has one, as may a read; a list holds the VM for more than a turn: they are alone.
    if (vm.inFlight.some(({ asked }) => asked !== null && !isPlain(asked.path))) return;
    for (let i = below(this.random, IN_FLIGHT_MAX); i >= 0 && vm.inFlight.length < IN_FLIGHT_MAX; i--) {
      this.sendStep(vm, vm.send(askedOperation(this.random), this.nextKey(), this.tick()));
    }
  }

  private async read(): Promise<void> {
    const vm = this.someVm();
    if (vm === null || vm.inFlight.length > 0) return;
    this.sendStep(vm, vm.send(askedRead(this.random), this.nextKey(), this.tick()));
    await this.settle();
  }

  /** A reader at the same time: what it is shown is kept from then on. */
  private async readVm(): Promise<void> {
    const vm = this.someVm();
    if (vm === null) return;
    const { acked } = vm;
    const reply = await this.call('GET', `/v1/vms/${vm.id}`);
    if (reply === null || reply.status === 404) return;
    if (reply.status === 503) return this.noteFailure();
    const at = vm.steps.findIndex(({ digest, seq }, i) => i + 1 >= acked && digest === reply.body['digest'] && seq === reply.body['seq']);
    if (at < 0) this.complain(`${vm.id} was shown in a state that it never had: ${reply.text}`);
    else vm.seen = Math.max(vm.seen, at + 1);
  }

  private async deleteVm(): Promise<void> {
    const vm = this.someVm();
    if (vm === null) return;
    await this.settle();
    if (this.killed || vm.gone || vm.inFlight.length > 0 || this.random() < 0.5) return;
    vm.deleteSent = true;
    const reply = await this.call('DELETE', `/v1/vms/${vm.id}`);
    if (reply === null) return;
    if (reply.status === 204 || (reply.status === 404 && vm.expiresAt !== null && vm.expiresAt <= this.time)) vm.gone = true;
    else if (reply.status === 503) this.noteFailure();
    else this.complain(`deleting ${vm.id} was answered ${reply.text}`);
  }

  /** The same request with the same key, long answered: the same answer, and nothing happens. */
  private async replay(): Promise<void> {
    const vm = this.someVm();
    const known = vm?.steps.slice(0, vm.acked).filter(({ text, asked, status }) => text !== null && status < 300 && isKeyed(asked?.path));
    if (vm === null || known === undefined || known.length === 0) return;
    const step = oneOf(this.random, known);
    const reply = await this.post(vm, step);
    if (reply === null) return;
    if (reply.headers['idempotency-replayed'] !== 'true') this.complain(`${step.key} was carried out twice`);
    else if (reply.text !== step.text) this.complain(`${step.key} was answered ${reply.text} the second time and ${step.text} the first`);
  }

  private toggleStreams(): void {
    const subscriber = oneOf(this.random, this.subscribers);
    if (this.random() < 0.7) subscriber.stalled = !subscriber.stalled;
    else if (subscriber.connected) subscriber.hangUp();
  }

  private async advance(ms: number): Promise<void> {
    await this.settle();
    if (this.killed || this.life === null) return;
    this.now += ms;
    this.life.clock.advance(ms);
    await this.settle();
    if (this.killed || this.fenced) return;
    for (const vm of this.vms) {
      if (vm.gone || vm.expiresAt === null || vm.expiresAt > this.now || vm.id === null) continue;
      const reply = await this.call('GET', `/v1/vms/${vm.id}`);
      if (reply === null) return;
      if (reply.status === 503) return this.noteFailure();
      if (reply.status === 404) vm.gone = true;
      // The disk refused its end: it is tried again.
      else if (!this.faulty) this.complain(`${vm.id} lives on after its time`);
    }
  }

  /** All of the log that is kept, in pages. */
  private async page(): Promise<void> {
    let after = '';
    for (;;) {
      const reply = await this.call('GET', `/v1/events?limit=${1 + below(this.random, 300)}${after}`);
      if (reply === null) return;
      // What comes next went meanwhile.
      if (reply.status === 410) return;
      if (reply.status !== 200) return this.complain(`a page of events was answered ${reply.text}`);
      const { events, next, head } = reply.body as unknown as { events: SeenEvent[]; next: string; head: number };
      for (const event of events) this.see(event, 'a page');
      const position = Number(next.split('.')[1]);
      if (events.length > 0 && events.at(-1)?.position !== position)
        this.complain(`a page ends at ${next} after ${events.at(-1)?.position}`);
      if (position >= head) return;
      after = `&after=${next}`;
    }
  }

  private killNow(): void {
    if (this.life !== null) this.die();
  }

  /** The disk works again, and the service notices. */
  private async mend(): Promise<void> {
    await this.settle();
    if (this.killed) return;
    this.disk.repair();
    this.planKill();
    for (let i = 0; i < 3 && this.fenced && !this.killed; i++) {
      await this.advanceOnly(1100);
      await this.turns(40);
      const reply = await this.call('GET', '/readyz');
      if (reply?.status === 200) {
        this.fenced = false;
        this.faulty = false;
      }
    }
    if (this.fenced && !this.killed) this.complain('the disk works again and the service does not notice');
    this.faulty = false;
    await this.advanceOnly(1100);
  }

  private async stop(): Promise<void> {
    await this.settle();
    if (this.killed || this.life === null || this.fenced || this.faulty) return;
    const { life } = this;
    this.burst();
    this.stopping = true;
    let closed = false;
    let clean = true;
    life.app.close().then(
      () => (closed = true),
      (error: unknown) => {
        closed = true;
        clean = false;
        if (!this.faulty && !this.killed && this.life === life) this.complain(`a stop fails: ${String(error)}`);
      },
    );
    for (let i = 0; i < TURNS_MAX && !closed && !this.killed; i++) {
      await turn();
      this.readStreams('stopping');
      life.clock.advance(50);
      this.now += 50;
    }
    if (this.killed) return;
    if (!closed) return this.complain('a stop never ends');
    await this.settle();
    // One that failed half-way is as one that was killed.
    this.stopping = !clean;
    if (this.pending > 0) this.complain(`a stop left ${this.pending} requests without an answer`);
    this.totals.stops++;
    await this.recover(this.random() < 0.3, clean);
  }

  // --- lives -------------------------------------------------------------------------------------------------------------------

  /** Starts the service, as often as it takes. `cut`: power fails before. */
  private async recover(cut: boolean, clean: boolean): Promise<void> {
    const loss: Loss = { ended: false, epoch: 'same' };
    let stopped = clean;
    // A stop that is killed may have been as good as done.
    let stopping = this.stopping;
    const fail = (): void => {
      this.totals.powerCuts++;
      this.disk.powerCut(below(this.random, 2 ** 30));
      if (this.mode === 'always' || (stopped && !this.abortedStart)) return;
      // A start that was cut short had published nothing; the store need not know that.
      loss.epoch = (stopped || stopping) && loss.epoch === 'same' ? 'either' : 'another';
      loss.ended ||= !stopped;
    };
    this.abortedStart = false;
    this.life = null;
    this.pending = 0;
    for (const subscriber of this.subscribers) subscriber.hangUp();
    if (cut) fail();
    for (;;) {
      if (!(await this.live())) return;
      stopped = false;
      stopping = false;
      await new Recovery(this, loss).run();
      if (!this.killed || this.complaints.length > 0) return;
      this.life = null;
      this.pending = 0;
      if (this.random() < 0.5) fail();
    }
  }

  /** false: it does not start although the disk works. */
  private async live(killAt?: { readonly call: number }): Promise<boolean> {
    for (;;) {
      this.disk.repair();
      this.killed = false;
      this.stopping = false;
      this.fenced = false;
      this.faulty = false;
      this.planFaults(killAt);
      const life = await begin(this.disk, this.now, { next: () => `t${++this.ids}` }, this.options.mutant ?? null);
      if (typeof life !== 'string' && !this.killed) {
        this.life = life;
        return true;
      }
      if (typeof life === 'string' && !this.killed && !this.faulty) {
        this.complain(`the service does not start: ${life}`);
        return false;
      }
      this.abortedStart = true;
      killAt = undefined;
    }
  }

  private planFaults(killAt?: { readonly call: number }): void {
    if (this.options.killAt !== undefined) {
      if (killAt !== undefined)
        this.disk.fail({ call: killAt.call, code: 'io-error', calls: Infinity, part: (killAt.call % 4) / 4, then: () => this.die() });
      return;
    }
    if (this.random() < 0.65) return this.planKill();
    if (this.random() < 0.3) return;
    const then = (): void => {
      this.faulty = true;
      this.totals.diskFaults++;
    };
    const code = oneOf(this.random, ['io-error', 'disk-full'] as const);
    const calls = this.random() < 0.4 ? Infinity : 1 + below(this.random, 4);
    this.disk.fail({ call: 1 + below(this.random, 60), code, calls, part: this.random(), then });
  }

  private planKill(): void {
    if (this.options.killAt !== undefined) return;
    this.disk.fail({ call: 1 + below(this.random, 120), code: 'io-error', calls: Infinity, part: this.random(), then: () => this.die() });
  }

  /** From here on nothing of this life is heard; what it wrote before is on its way. */
  private die(): void {
    if (this.killed) return;
    this.readStreams('stopping');
    this.killed = true;
    this.totals.kills++;
  }

  private async finish(): Promise<void> {
    if (this.mode === 'always' || this.random() < 0.5) {
      this.die();
      await this.recover(false, false);
    }
    if (this.complaints.length > 0) return;
    await this.mend();
    if (this.killed) await this.recover(false, false);
    this.disk.repair();
    await this.settle();
    await this.page();
    this.checkStreams();
    for (const vm of this.vms) for (const complaint of checkVmEvents(vm, this.witness.events)) this.complain(complaint);
    for (const complaint of checkRealTimeOrder(this.vms, this.witness.events)) this.complain(complaint);
    this.totals.events = this.witness.events.length;
  }

  private async advanceOnly(ms: number): Promise<void> {
    if (this.life === null || this.killed) return;
    this.now += ms;
    this.life.clock.advance(ms);
    await this.turns(6);
  }

  private someVm(): VmModel | null {
    const living = this.vms.filter(({ gone, id, deleteSent }) => !gone && id !== null && !deleteSent);
    return living.length === 0 ? null : oneOf(this.random, living);
  }
}

const ALONE: readonly string[] = ['/reset', '/hypervisor-reads', '/operations'];
const isPlain = (path: string): boolean => !ALONE.includes(path);
