/**
 * After a start: each VM is in a state that its acknowledged commands, and perhaps some of those under way, lead to; the clients whose
 * answers never came ask again with the same keys, and then everything is there exactly once.
 */
import type { Step, VmModel } from './vm-model.js';
import { isKeyed, type Reply, type World } from './world.js';

/** What a power cut may have done, in a mode that does not sync before each answer. */
export interface Loss {
  /** The end of what was acknowledged may be gone. */
  ended: boolean;
  /** What has to become of the epoch. */
  epoch: 'same' | 'another' | 'either';
}

export class Recovery {
  private readonly lost: Step[] = [];
  private readonly survived: Step[] = [];

  constructor(
    private readonly world: World,
    private readonly loss: Loss,
  ) {}

  async run(): Promise<void> {
    if (!(await this.checkEpoch())) return;
    const ids = await this.idsThere();
    if (ids === null) return;
    for (const vm of [...this.world.vms]) {
      if (vm.id !== null && !(await this.checkVm(vm, vm.id, ids))) return;
    }
    this.checkCut();
    await this.checkCreations(ids);
  }

  private async checkEpoch(): Promise<boolean> {
    const { world, loss } = this;
    const about = await world.call('GET', '/v1/about');
    if (about === null) return false;
    const epoch = String(about.body['epoch']);
    if (world.epoch === null) world.epoch = epoch;
    else if (epoch === world.epoch) {
      if (loss.epoch === 'another') world.complain('published history could be lost, and the epoch is the same');
    } else {
      if (loss.epoch === 'same') world.complain(`nothing could be lost, and the epoch went from ${world.epoch} to ${epoch}`);
      world.newEpoch(epoch);
    }
    // Where this start is cut short, the next one finds the epoch of this one.
    loss.epoch = 'same';
    return true;
  }

  private async idsThere(): Promise<Set<string> | null> {
    const list = await this.world.call('GET', '/v1/vms?limit=1000');
    return list === null ? null : new Set((list.body as unknown as { vms: { id: string }[] }).vms.map(({ id }) => id));
  }

  /** false: killed meanwhile. */
  private async checkVm(vm: VmModel, id: string, ids: Set<string>): Promise<boolean> {
    const { world } = this;
    const mayLose = this.loss.ended;
    const there = ids.delete(id);
    const expired = vm.expiresAt !== null && vm.expiresAt <= world.time;
    if (!there) {
      if (!vm.gone && !vm.deleteSent && !expired && !mayLose) world.complain(`${id} is lost`);
      if (mayLose && !vm.gone && !vm.deleteSent && !expired) this.lost.push(...vm.steps.filter(({ ackedAt }) => ackedAt !== null));
      vm.gone = true;
      return true;
    }
    if (vm.gone && !mayLose && !expired) world.complain(`${id} was deleted and is there again`);
    vm.gone = false;
    // Once more where what it saw was just then refused by the disk.
    const path = `/v1/vms/${id}`;
    const first = await world.call('GET', path);
    const reply = first?.status === 503 ? await world.call('GET', path) : first;
    if (reply === null) return false;
    if (reply.status === 404 && expired) {
      vm.gone = true;
      return true;
    }
    if (!this.place(vm, reply)) return true;
    // What was to be deleted, and was not: once more.
    if (!vm.deleteSent) return true;
    const gone = await world.call('DELETE', `/v1/vms/${id}`);
    vm.gone = gone?.status === 204;
    return gone !== null;
  }

  /** Finds out how far the VM came; false: to no place that it may be in. */
  private place(vm: VmModel, { body, text }: Reply): boolean {
    const { world } = this;
    const mayLose = this.loss.ended;
    const is = ({ digest, seq }: Step): boolean => digest === body['digest'] && seq === body['seq'];
    const least = mayLose ? 1 : Math.max(1, vm.acked, vm.seen);
    const lengths = vm.steps.flatMap((step, i) => (i + 1 >= least && is(step) ? [i + 1] : []));
    const [shortest] = lengths;
    const longest = lengths.at(-1);
    if (shortest === undefined || longest === undefined) return this.placeDoubtful(vm, is, text);
    this.lost.push(...vm.steps.slice(longest).filter(({ ackedAt }) => ackedAt !== null));
    this.survived.push(...vm.steps.slice(0, shortest));
    const unanswered = vm.steps.slice(vm.acked).filter(({ asked, ackedAt }) => ackedAt === null && isKeyed(asked?.path));
    const applied = unanswered.filter((step) => vm.steps.indexOf(step) < shortest);
    const perhaps = unanswered.filter((step) => vm.steps.indexOf(step) < longest);
    vm.cutTo(shortest);
    vm.acked = shortest;
    vm.doubtful = [];
    if (mayLose || vm.deleteSent) return true;
    for (const step of applied) void this.expectReplay(vm, step);
    const again = unanswered.filter((step) => !applied.includes(step));
    const from = vm.steps.length;
    vm.resend(again, world.tick());
    for (const step of vm.steps.slice(from))
      this.sendAgain(
        vm,
        step,
        perhaps.some(({ key }) => key === step.key),
      );
    return true;
  }

  private placeDoubtful(vm: VmModel, is: (step: Step) => boolean, text: string): boolean {
    const found = vm.doubtful.findIndex(is);
    if (found < 0) {
      const states = vm.steps.map(({ seq, digest }) => `${seq} ${digest.slice(0, 8)}`).join(', ');
      this.world.complain(`${vm.id} came back as ${text}; ${vm.acked} of its states were acknowledged: ${states}`);
      return false;
    }
    vm.cutTo(vm.acked);
    vm.resend(vm.doubtful.slice(0, found + 1), this.world.tick());
    vm.acked = vm.steps.length;
    vm.doubtful = [];
    return true;
  }

  private async expectReplay(vm: VmModel, step: Step): Promise<void> {
    const reply = await this.world.post(vm, step);
    if (reply === null || reply.status === 404) return;
    if (reply.headers['idempotency-replayed'] !== 'true' && reply.status < 300)
      this.world.complain(`${step.key} was kept without its key: it was carried out a second time`);
  }

  private sendAgain(vm: VmModel, step: Step, mayBeReplayed: boolean): void {
    this.world.sendStep(vm, step, (reply) => {
      if (reply.headers['idempotency-replayed'] === 'true' && !mayBeReplayed)
        this.world.complain(`${step.key} was answered from memory, and its effect is not there`);
    });
  }

  /** What is lost is the end: nothing that was asked for after a lost thing was answered is there. */
  private checkCut(): void {
    const firstLost = Math.min(...this.lost.map(({ ackedAt }) => ackedAt ?? Number.POSITIVE_INFINITY));
    const later = this.survived.find(({ sentAt }) => sentAt > firstLost);
    if (later !== undefined) this.world.complain(`${later.key} is there, and something answered before it was sent is not`);
  }

  /** Creations whose answer never came: asked for again, and no VM is left that nobody wanted. */
  private async checkCreations(ids: Set<string>): Promise<void> {
    const { world } = this;
    const mayLose = this.loss.ended;
    for (const vm of world.vms.filter(({ id }) => id === null)) {
      const [step] = vm.steps;
      vm.cutTo(1);
      const reply = await world.post(vm, step);
      if (reply === null) return;
      if (reply.status === 503) {
        world.vms = world.vms.filter((other) => other !== vm);
        world.doubtfulCreations++;
        continue;
      }
      const replayed = reply.headers['idempotency-replayed'] === 'true';
      const there = ids.delete(String(reply.body['id']));
      if (replayed !== there && !(replayed && vm.creation.ttlSeconds !== null))
        world.complain(replayed ? `${step.key} was answered from memory, and its VM is not there` : `${step.key} was kept without its key`);
      world.acknowledge(vm, step, reply);
    }
    if (ids.size > world.doubtfulCreations && !mayLose) world.complain(`nobody asked for ${[...ids].join(', ')}`);
    for (const id of ids) await world.call('DELETE', `/v1/vms/${id}`);
    world.doubtfulCreations = 0;
  }
}
