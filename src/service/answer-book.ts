/**
 * The book of idempotency keys: the first answer to a request, for whoever sends the same again.
 *
 * A key's scope is method, path and key. Only requests that did something have an entry: what was refused changed nothing and may be tried again.
 */
import type { KeptAnswer } from './store/store.js';

/** Milliseconds that an answer is kept. */
export const ANSWER_AGE_MAX_MS = 24 * 3600 * 1000;
/** Answers kept; the oldest go first. */
export const ANSWERS_MAX = 100_000;
/** Characters of a key. */
export const KEY_CHARACTERS_MAX = 255;

export type Begun = 'fresh' | 'running' | 'other-body' | KeptAnswer;

export class AnswerBook {
  private readonly answers = new Map<string, KeptAnswer>();
  /** Scopes whose first request is under way, with the hash of its body. */
  private readonly running = new Map<string, string>();

  constructor(private readonly now: () => number) {}

  get size(): number {
    return this.answers.size;
  }

  /** `fresh`: nobody asked this before, and now it is under way: `finish` or `abandon` must follow. */
  begin(scope: string, bodyHash: string): Begun {
    const running = this.running.get(scope);
    if (running !== undefined) return running === bodyHash ? 'running' : 'other-body';
    const known = this.answers.get(scope);
    if (known !== undefined && known.at + ANSWER_AGE_MAX_MS > this.now()) return known.bodyHash === bodyHash ? known : 'other-body';
    this.running.set(scope, bodyHash);
    return 'fresh';
  }

  /** The answer is kept from now on. The scopes that had to go for it. */
  finish(answer: KeptAnswer): readonly string[] {
    this.running.delete(answer.scope);
    this.answers.delete(answer.scope);
    this.answers.set(answer.scope, answer);
    return this.expire();
  }

  abandon(scope: string): void {
    this.running.delete(scope);
  }

  /** Takes in what the store kept, in order of age, in place of everything that is here. */
  load(answers: Iterable<KeptAnswer>): void {
    this.answers.clear();
    this.running.clear();
    for (const answer of [...answers].sort((a, b) => a.at - b.at)) this.answers.set(answer.scope, answer);
    this.expire();
  }

  private expire(): readonly string[] {
    const gone: string[] = [];
    for (const [scope, { at }] of this.answers) {
      if (this.answers.size <= ANSWERS_MAX && at + ANSWER_AGE_MAX_MS > this.now()) break;
      this.answers.delete(scope);
      gone.push(scope);
    }
    return gone;
  }
}
