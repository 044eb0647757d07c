/** The body of a success; a problem is thrown, as the client's own methods do. */
import { RampartProblem, RampartUnreachable, type Schemas } from '../../../src/client/browser.js';
import { SERVICE_URL } from '../session.js';

interface Reply<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

export async function answered<T>(call: Promise<Reply<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (response.ok) return data as T;
  if (typeof error === 'object' && error !== null && 'code' in error) throw new RampartProblem(error as Schemas['Problem']);
  throw new RampartUnreachable(SERVICE_URL, `status ${response.status}`);
}
