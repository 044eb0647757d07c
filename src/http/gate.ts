/**
 * Between a handler's result and the caller: the answer waits until the journal keeps what it saw, and an idempotency key gets the first answer
 * again.
 */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerBook, KEY_CHARACTERS_MAX } from '../service/answer-book.js';
import type { Journal } from '../service/journal.js';
import { problemDocument, PROBLEMS, refuse, type Refusal, sendProblem } from './problem.js';

export interface Gate {
  readonly journal: Journal;
  readonly answers: AnswerBook;
  now(): number;
}

/** An answer ready to be sent. */
export interface Prepared {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where the status has no body. */
  readonly body: string;
}

/** What a request came to; `effect`: something was done, so that doing it again would be wrong. */
export interface Acted {
  readonly prepared: Prepared;
  readonly effect: boolean;
}

/** A promise: it takes more than this turn, and what it gives does it. */
type Act = () => Acted | Promise<() => Acted>;

/** Headers that belong to an answer, and not to this sending of it. */
const KEPT_HEADERS = ['etag', 'location', 'content-type'];

/** Calls `send` when everything recorded so far is kept; tells the caller where it never will be. */
export function whenKept(gate: Gate, reply: FastifyReply, send: () => void): void {
  const settled = gate.journal.settled();
  if (settled === null) send();
  else settled.then(send, () => sendProblem(reply, notKept(gate)));
}

function notKept({ journal }: Gate): Refusal {
  return refuse(
    'store-failed',
    '',
    journal.failure ?? 'the store did not take the record of this request',
    'nothing was carried out; send it again later',
  );
}

/** Headers of a reply as they are kept. */
export function headersOf(reply: FastifyReply): Readonly<Record<string, string>> {
  const headers = reply.getHeaders();
  return Object.fromEntries(KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));
}

export function preparedProblem(refusal: Refusal, requestId: string): Prepared {
  const { status } = PROBLEMS[refusal.code];
  const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
  return { status, headers, body: JSON.stringify(problemDocument(refusal, requestId)) };
}

/** What one request with an idempotency key comes to: `act` runs only for the first of its kind. */
export function answerOnce(gate: Gate, request: FastifyRequest, reply: FastifyReply, key: string, act: Act): void {
  if (key.length > KEY_CHARACTERS_MAX || !/^[\x21-\x7e]+$/.test(key)) {
    return void sendProblem(
      reply,
      refuse(
        'invalid-field',
        'Idempotency-Key',
        'the key is empty, too long or has other characters than visible ASCII',
        `use 1 to ${KEY_CHARACTERS_MAX} visible ASCII characters`,
      ),
    );
  }
  const scope = `${request.method} ${request.url} ${key}`;
  const bodyHash = createHash('sha256')
    .update(request.rawBody ?? '')
    .digest('hex');
  const begun = gate.answers.begin(scope, bodyHash);
  switch (begun) {
    case 'running':
      return void sendProblem(
        reply,
        refuse('idempotency-running', 'Idempotency-Key', 'the first request with this key is under way', 'send it again in a moment'),
      );
    case 'other-body':
      return void sendProblem(
        reply,
        refuse('idempotency-mismatch', 'Idempotency-Key', 'the key was used with another body', 'use a fresh key for another request'),
      );
    case 'fresh':
      return actOnce(gate, reply, scope, bodyHash, act);
    default:
      send(reply.header('idempotency-replayed', 'true'), begun);
  }
}

function actOnce(gate: Gate, reply: FastifyReply, scope: string, bodyHash: string, act: Act): void {
  const acted = act();
  if (!(acted instanceof Promise)) return conclude(gate, reply, scope, bodyHash, acted);
  acted
    .then((finish) => conclude(gate, reply, scope, bodyHash, finish()))
    .catch((error: unknown) => {
      gate.answers.abandon(scope);
      void reply.send(error);
    });
}

/** In the turn in which it was done. */
function conclude(gate: Gate, reply: FastifyReply, scope: string, bodyHash: string, { prepared, effect }: Acted): void {
  if (!effect) {
    gate.answers.abandon(scope);
    return whenKept(gate, reply, () => send(reply, prepared));
  }
  const answer = { scope, bodyHash, ...prepared, at: gate.now() };
  gate.journal.keepAnswer(answer);
  const settled = gate.journal.settled();
  const known = (): void => {
    gate.journal.forgetAnswers(gate.answers.finish(answer));
    send(reply, prepared);
  };
  if (settled === null) return known();
  settled.then(known, () => {
    gate.answers.abandon(scope);
    sendProblem(reply, notKept(gate));
  });
}

export function send(reply: FastifyReply, { status, headers, body }: Prepared): void {
  reply
    .code(status)
    .headers(headers)
    .send(body === '' ? undefined : body);
}
