/**
 * After a start: each VM is in a state that its acknowledged commands, and perhaps some of those under way, lead to; the clients whose
 * answers never came ask again with the same keys, and then everything is there exactly once.
 */
import { isKeyed, type Reply, type Simulation } from './simulation.js';
import type { Step, VmModel } from './vm-model.js';

export class Recovery {
  private readonly lost: Step[] = [];
  private readonly survived: Step[] = [];

  constructor(
    private readonly simulation: Simulation,
    /** Power failed in a mode that may lose the end of what was acknowledged. */
    private readonly mayLose: boolean,
  ) {}

  async run(): Promise<void> {
    if (!(await this.checkEpoch())) return;
    const ids = await this.idsThere();
    if (ids === null) return;
    for (const vm of [...this.simulation.vms]) {
      if (vm.id !== null && !(await this.checkVm(vm, vm.id, ids))) return;
    }
    this.checkCut();
    await this.checkCreations(ids);
  }

  private async checkEpoch(): Promise<boolean> {
    const { simulation, mayLose } = this;
    const about = await simulation.call('GET', '/v1/about');
    if (about === null) return false;
    const epoch = String(about.body['epoch']);
    if (simulation.epoch === null) simulation.epoch = epoch;
    else if (mayLose) {
      if (epoch === simulation.epoch) simulation.complain('published history could be lost, and the epoch is the same');
      simulation.newEpoch(epoch);
    } else if (epoch !== simulation.epoch) {
      simulation.complain(`nothing could be lost, and the epoch went from ${simulation.epoch} to ${epoch}`);
      simulation.newEpoch(epoch);
    }
    return true;
  }

  private async idsThere(): Promise<Set<string> | null> {
    const list = await this.simulation.call('GET', '/v1/vms?limit=1000');
    return list === null ? null : new Set((list.body as unknown as { vms: { id: string }[] }).vms.map(({ id }) => id));
  }

  /** false: killed meanwhile. */
  private async checkVm(vm: VmModel, id: string, ids: Set<string>): Promise<boolean> {
    const { simulation, mayLose } = this;
    const there = ids.delete(id);
    const expired = vm.expiresAt !== null && vm.expiresAt <= simulation.time;
    if (!there) {
      if (!vm.gone && !vm.deleteSent && !expired && !mayLose) simulation.complain(`${id} is lost`);
      if (mayLose && !vm.gone && !vm.deleteSent && !expired) this.lost.push(...vm.steps.filter(({ ackedAt }) => ackedAt !== null));
      vm.gone = true;
      return true;
    }
    if (vm.gone && !mayLose && !expired) simulation.complain(`${id} was deleted and is there again`);
    vm.gone = false;
    const reply = await simulation.call('GET', `/v1/vms/${id}`);
    if (reply === null) return false;
    if (reply.status === 404 && expired) {
      vm.gone = true;
      return true;
    }
    if (!this.place(vm, reply)) return true;
    // What was to be deleted, and was not: once more.
    if (!vm.deleteSent) return true;
    const gone = await simulation.call('DELETE', `/v1/vms/${id}`);
    vm.gone = gone?.status === 204;
    return gone !== null;
  }

  /** Finds out how far the VM came; false: to no place that it may be in. */
  private place(vm: VmModel, { body, text }: Reply): boolean {
    const { simulation, mayLose } = this;
    const is = ({ digest, seq }: Step): boolean => digest === body['digest'] && seq === body['seq'];
    const least = mayLose ? 1 : Math.max(1, vm.acked, vm.seen);
    const lengths = vm.steps.flatMap((step, i) => (i + 1 >= least && is(step) ? [i + 1] : []));
    const [shortest] = lengths;
    const longest = lengths.at(-1);
    if (shortest === undefined || longest === undefined) return this.placeDoubtful(vm, is, text);
    this.lost.push(...vm.steps.slice(longest).filter(({ ackedAt }) => ackedAt !== null));
    this.survived.push(...vm.steps.slice(0, shortest));
    const unanswered = vm.steps.slice(vm.acked).filter(({ asked }) => isKeyed(asked?.path));
    const applied = unanswered.filter((step) => vm.steps.indexOf(step) < shortest);
    const perhaps = unanswered.filter((step) => vm.steps.indexOf(step) < longest);
    vm.cutTo(shortest);
    vm.acked = shortest;
    vm.doubtful = [];
    if (mayLose || vm.deleteSent) return true;
    for (const step of applied) void this.expectReplay(vm, step);
    const again = unanswered.filter((step) => !applied.includes(step));
    const from = vm.steps.length;
    vm.resend(again, simulation.tick());
    for (const step of vm.steps.slice(from)) this.sendAgain(vm, step, perhaps.some(({ key }) => key === step.key));
    return true;
  }

  private placeDoubtful(vm: VmModel, is: (step: Step) => boolean, text: string): boolean {
    const found = vm.doubtful.findIndex(is);
    if (found < 0) {
      const states = vm.steps.map(({ seq, digest }) => `${seq} ${digest.slice(0, 8)}`).join(', ');
      this.simulation.complain(`${vm.id} came back as ${text}; ${vm.acked} of its states were acknowledged: ${states}`);
      return false;
    }
    vm.cutTo(vm.acked);
    vm.resend(vm.doubtful.slice(0, found + 1), this.simulation.tick());
    vm.acked = vm.steps.length;
    vm.doubtful = [];
    return true;
  }

  private async expectReplay(vm: VmModel, step: Step): Promise<void> {
    const reply = await this.simulation.post(vm, step);
    if (reply === null || reply.status === 404) return;
    if (reply.headers['idempotency-replayed'] !== 'true' && reply.status < 300)
      this.simulation.complain(`${step.key} was kept without its key: it was carried out a second time`);
  }

  private sendAgain(vm: VmModel, step: Step, mayBeReplayed: boolean): void {
    this.simulation.sendStep(vm, step, (reply) => {
      if (reply.headers['idempotency-replayed'] === 'true' && !mayBeReplayed)
        this.simulation.complain(`${step.key} was answered from memory, and its effect is not there`);
    });
  }

  /** What is lost is the end: nothing that was asked for after a lost thing was answered is there. */
  private checkCut(): void {
    const firstLost = Math.min(...this.lost.map(({ ackedAt }) => ackedAt ?? Number.POSITIVE_INFINITY));
    const later = this.survived.find(({ sentAt }) => sentAt > firstLost);
    if (later !== undefined) this.simulation.complain(`${later.key} is there, and something answered before it was sent is not`);
  }

  /** Creations whose answer never came: asked for again, and no VM is left that nobody wanted. */
  private async checkCreations(ids: Set<string>): Promise<void> {
    const { simulation, mayLose } = this;
    for (const vm of simulation.vms.filter(({ id }) => id === null)) {
      const [step] = vm.steps;
      vm.cutTo(1);
      const reply = await simulation.post(vm, step);
      if (reply === null) return;
      if (reply.status === 503) {
        simulation.vms = simulation.vms.filter((other) => other !== vm);
        simulation.doubtfulCreations++;
        continue;
      }
      const replayed = reply.headers['idempotency-replayed'] === 'true';
      const there = ids.delete(String(reply.body['id']));
      if (replayed !== there && !(replayed && vm.creation.ttlSeconds !== null))
        simulation.complain(replayed ? `${step.key} was answered from memory, and its VM is not there` : `${step.key} was kept without its key`);
      simulation.acknowledge(vm, step, reply);
    }
    if (ids.size > simulation.doubtfulCreations && !mayLose) simulation.complain(`nobody asked for ${[...ids].join(', ')}`);
    for (const id of ids) await simulation.call('DELETE', `/v1/vms/${id}`);
    simulation.doubtfulCreations = 0;
  }
}
