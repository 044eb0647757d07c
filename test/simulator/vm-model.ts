/**
 * What one VM has to be: the core's machine, fed with what clients sent in the order in which they sent it. It runs ahead with what is not
 * answered yet, and goes back where that turns out to be lost.
 */
import { apply, createMachine, digestOf, isRejection, type Machine, type Outcome, type Result } from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { toldOtherwise } from '../support/told.js';
import type { Asked, AskedCreation } from './op.js';

export interface Step {
  readonly asked: Asked | null;
  /** Key and request id. */
  readonly key: string;
  readonly sentAt: number;
  ackedAt: number | null;
  /** The answer, once there is one. */
  text: string | null;
  readonly status: number;
  readonly outcome: Outcome | null;
  /** The VM afterwards. */
  readonly digest: string;
  readonly seq: number;
  readonly events: readonly string[];
  /** A list that was undone: the machine is as before it. */
  readonly undone: boolean;
}

export class VmModel {
  id: string | null = null;
  /** First step is the creation. */
  steps: Step[] = [];
  /** Steps that were answered; they come first. */
  acked = 0;
  /** Steps that somebody saw the effect of, answered or not. */
  seen = 0;
  /** Steps answered 503 since something was kept: a kill may bring them back. */
  doubtful: Step[] = [];
  deleteSent = false;
  gone = false;
  expiresAt: number | null = null;
  private machine: Machine;

  constructor(
    readonly creation: AskedCreation,
    key: string,
    now: number,
  ) {
    this.machine = this.fresh();
    this.steps.push(this.creationStep(key, now));
  }

  get inFlight(): readonly Step[] {
    return this.steps.slice(this.acked);
  }

  get last(): Step {
    return this.steps[this.steps.length - 1];
  }

  send(asked: Asked, key: string, now: number): Step {
    const step = this.stepOf(asked, key, now);
    this.steps.push(step);
    return step;
  }

  /** Only the first `length` steps were carried out. */
  cutTo(length: number): Step[] {
    const lost = this.steps.splice(length);
    this.acked = Math.min(this.acked, length);
    this.seen = Math.min(this.seen, length);
    this.rebuild();
    return lost;
  }

  /** The same steps once more, sent again. */
  resend(steps: readonly Step[], now: number): void {
    for (const { asked, key } of steps) {
      if (asked === null) this.steps.push(this.creationStep(key, now));
      else this.send(asked, key, now);
    }
  }

  /** What the steps make of a fresh machine. */
  private rebuild(): void {
    this.machine = this.fresh();
    for (const { asked, undone } of this.steps) if (!undone) for (const command of asked?.commands ?? []) apply(this.machine, command);
  }

  private fresh(): Machine {
    const made = createMachine(this.creation.config, memoryCipher);
    if (isRejection(made)) throw new Error(made.detail);
    return made.machine;
  }

  private creationStep(key: string, now: number): Step {
    const common = { asked: null, key, sentAt: now, ackedAt: null, text: null, status: 201, outcome: null, undone: false };
    return { ...common, digest: digestOf(this.machine), seq: this.machine.seq, events: ['vm-created'] };
  }

  private stepOf(asked: Asked, key: string, now: number): Step {
    const results: Result[] = [];
    let undone = false;
    for (const command of asked.commands) {
      const result = apply(this.machine, command);
      results.push(result);
      undone = asked.mode === 'atomic' && isRejection(result);
      if (undone) break;
    }
    if (undone) this.rebuild();
    const [first] = results;
    return {
      asked,
      key,
      sentAt: now,
      ackedAt: null,
      text: null,
      status: asked.mode === undefined && isRejection(first) ? (first.code === 'vm-killed' ? 409 : 400) : 200,
      outcome: asked.mode !== undefined || isRejection(first) ? null : first.outcome,
      digest: digestOf(this.machine),
      seq: this.machine.seq,
      events: undone ? [] : results.flatMap((result) => (isRejection(result) ? [] : result.events.map(({ type }) => type))),
      undone,
    };
  }
}

/** Complaints about an answer, beside what the machine said. */
export function answerComplaints(step: Step, status: number, body: Readonly<Record<string, unknown>>): string[] {
  if (status !== step.status) return [`${step.key} was answered ${status} instead of ${step.status}: ${JSON.stringify(body)}`];
  if (status !== 200 && status !== 201) return [];
  const wrong: string[] = [];
  if (body['seq'] !== step.seq) wrong.push(`${step.key}: seq ${String(body['seq'])} instead of ${step.seq}`);
  if ('digest' in body && body['digest'] !== step.digest) wrong.push(`${step.key}: another digest`);
  const { outcome, asked, undone } = step;
  if (asked?.mode !== undefined && body['ended'] !== (undone ? 'undone' : 'all'))
    wrong.push(`${step.key}: the list ended as ${JSON.stringify(body['ended'])}`);
  if (outcome === null) return wrong;
  for (const field of toldOtherwise(outcome, body)) {
    const expected = (outcome as unknown as Readonly<Record<string, unknown>>)[field];
    wrong.push(`${step.key}: ${field} is ${JSON.stringify(body[field])} instead of ${JSON.stringify(expected)}`);
  }
  return wrong;
}
