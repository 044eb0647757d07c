/** Who the page talks to: the service that it came from, with the token that a person has given, if the service wants one. */
import { signal } from '@preact/signals';
import { Rampart, RampartProblem, RampartUnreachable, type Schemas } from '../../src/client/browser.js';

/** For this tab only, and gone with it. */
const TOKEN_KEY = 'rampart-token';

export const SERVICE_URL = location.origin;

export const token = signal<string | undefined>(sessionStorage.getItem(TOKEN_KEY) ?? undefined);
/** Why a token is asked for; null: it is not. */
export const tokenWanted = signal<'missing' | 'refused' | null>(null);
export const about = signal<Schemas['About'] | null>(null);
export const generations = signal<readonly Schemas['Generation'][]>([]);

let client = makeClient();

function makeClient(): Rampart {
  return new Rampart({ url: SERVICE_URL, ...(token.value === undefined ? {} : { token: token.value }) });
}

export function rampart(): Rampart {
  return client;
}

export function giveToken(text: string): void {
  token.value = text;
  sessionStorage.setItem(TOKEN_KEY, text);
  client = makeClient();
  tokenWanted.value = null;
}

/** For a failure of any call: asks for a token where that is what is missing. Returns words for people. */
export function explainFailure(error: unknown): string {
  if (error instanceof RampartProblem) {
    if (error.code === 'unauthorized') tokenWanted.value = token.value === undefined ? 'missing' : 'refused';
    return error.hint === '' ? error.message : `${error.message}: ${error.hint}`;
  }
  if (error instanceof RampartUnreachable) return 'the service does not answer';
  return error instanceof Error ? error.message : String(error);
}

/** What every view needs of the service. Throws where it cannot be had. */
export async function meetService(): Promise<void> {
  const known = await client.about();
  const answer = await client.api.GET('/v1/generations');
  about.value = known;
  generations.value = answer.data?.generations ?? [];
}
