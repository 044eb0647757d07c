/** Several clients at once at one VM of a service behind HTTP, each without regard for the others. */
import { request as httpRequest, type Agent } from 'node:http';
import { askedOperation } from '../simulator/choice.js';
import { ASKED_RESET, askedRead, below, type Random } from '../simulator/op.js';
import type { Answer, Call } from './history.js';

export interface Wanted {
  readonly port: number;
  readonly path: string;
  readonly random: Random;
  readonly clients: number;
  readonly callsEach: number;
  readonly agent: Agent;
  /** What stands between clients and service. */
  readonly front?: Front;
}

export type Ask = (asking: Asking) => Promise<Answer>;
export type Front = (ask: Ask) => Ask;

export async function historyOf({ port, path, random, clients, callsEach, agent, front = (plain) => plain }: Wanted): Promise<Call[]> {
  let now = 0;
  const send = front(ask);
  const calls: Call[] = [];
  const run = async (client: number): Promise<void> => {
    let etag: string | null = null;
    for (let i = 0; i < callsEach; i++) {
      const dice = random();
      const asked = dice < 0.2 ? null : dice < 0.4 ? askedRead(random) : dice < 0.45 ? ASKED_RESET : askedOperation(random);
      const ifMatch = asked !== null && etag !== null && below(random, 3) === 0 ? etag : null;
      const sentAt = ++now;
      const sent = { agent, port, ifMatch, method: asked === null ? 'GET' : 'POST', path: `${path}${asked?.path ?? ''}` };
      const answer = await send({ ...sent, body: asked?.body });
      calls.push({ client, command: asked?.commands[0] ?? { op: 'look' }, ifMatch, sentAt, answeredAt: ++now, answer });
      etag = answer.etag ?? etag;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  return calls;
}

export interface Asking {
  readonly agent: Agent;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly ifMatch?: string | null;
  readonly body?: object | undefined;
}

export function ask({ agent, port, method, path, ifMatch = null, body }: Asking): Promise<Answer> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers: Record<string, string | number> = { host: `127.0.0.1:${port}`, 'content-length': Buffer.byteLength(text) };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (ifMatch !== null) headers['if-match'] = ifMatch;
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      let answered = '';
      response.setEncoding('utf8').on('data', (data: string) => (answered += data));
      response.on('end', () => {
        const parsed = answered === '' ? {} : (JSON.parse(answered) as Answer['body']);
        resolve({ status: response.statusCode ?? 0, etag: response.headers.etag ?? null, body: parsed });
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}
