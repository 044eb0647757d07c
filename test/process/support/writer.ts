/**
 * A client with a VM of its own: one operation after the other, each with an idempotency key, until the service is gone; then again with the
 * key of what was not answered. Beside it, the machine as it has to be.
 */
import { askedOperation } from '../../simulator/choice.js';
import { askedCreation, type Random } from '../../simulator/op.js';
import { answerComplaints, type Step, VmModel } from '../../simulator/vm-model.js';

interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export class Writer {
  readonly complaints: string[] = [];
  readonly vm: VmModel;
  acknowledged = 0;
  private keys = 0;

  constructor(
    private readonly name: string,
    private readonly random: Random,
    private readonly tick: () => number,
  ) {
    const creation = { ...askedCreation(random), ttlSeconds: null };
    const { ttlSeconds: _none, ...body } = creation.body as { readonly ttlSeconds?: number };
    this.vm = new VmModel({ ...creation, body }, this.nextKey(), tick());
  }

  /** Finds out what became of the last life, then writes until the service ends. */
  async run(url: string): Promise<void> {
    try {
      await this.catchUp(url);
      for (;;) await this.finish(url, this.vm.send(askedOperation(this.random), this.nextKey(), this.tick()));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // fetch says so where the service is gone.
    }
  }

  /** What was acknowledged is there; what was under way is there whole or not at all, and its key says which. */
  async catchUp(url: string): Promise<void> {
    const { vm } = this;
    const [step] = vm.inFlight;
    if (vm.id === null) {
      await this.finish(url, vm.steps[0]);
      return;
    }
    const { body } = await this.ask(url, 'GET', `/v1/vms/${vm.id}`);
    const is = (one: Step): boolean => one.digest === body['digest'] && one.seq === body['seq'];
    const without = is(vm.steps[vm.acked - 1]);
    const within = step !== undefined && is(step);
    if (!without && !within)
      this.complain(`${vm.acked} operations were acknowledged, and the VM is at seq ${String(body['seq'])}, ${String(body['digest'])}`);
    if (step === undefined) return;
    const replayed = await this.finish(url, step);
    if (replayed && !within) this.complain(`${step.key} was answered from memory, and its effect is not there`);
    if (!replayed && !without && step.status < 300) this.complain(`${step.key} was carried out twice`);
  }

  /** Whether it was answered from memory. */
  private async finish(url: string, step: Step): Promise<boolean> {
    const { vm } = this;
    const path = step.asked === null ? '/v1/vms' : `/v1/vms/${vm.id}${step.asked.path}`;
    const answer = await this.ask(url, 'POST', path, step.asked === null ? vm.creation.body : step.asked.body, step.key);
    for (const complaint of answerComplaints(step, answer.status, answer.body)) this.complain(complaint);
    vm.acked++;
    this.acknowledged++;
    step.ackedAt = this.tick();
    if (step.asked === null) vm.id = String(answer.body['id']);
    return answer.replayed;
  }

  private async ask(url: string, method: string, path: string, body?: object, key?: string): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) Object.assign(headers, { 'idempotency-key': key, 'x-request-id': key });
    const response = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await response.text();
    return {
      status: response.status,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      text,
      body: JSON.parse(text) as Answer['body'],
    };
  }

  private complain(complaint: string): void {
    this.complaints.push(`${this.name}: ${complaint}`);
  }

  private nextKey(): string {
    return `${this.name}-${++this.keys}`;
  }
}
