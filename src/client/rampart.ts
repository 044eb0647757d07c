/** The service, as a program sees it. Runs where there is a global fetch; how a WebSocket is opened is passed in. */
import createApi, { type Client } from 'openapi-fetch';
import type { components, paths } from './api.js';
import { answered, callInit, type CallOptions, changing } from './calls.js';
import { RampartProblem } from './errors.js';
import type { Connect } from './line.js';
import { EventStream, type StreamOptions } from './stream.js';
import { type Fetch, retryingFetch } from './transport.js';
import { type CreatedVm, Vm } from './vm.js';
import { RETRY_DEFAULT, type RetryPolicy } from './waiting.js';

type Schemas = components['schemas'];
export type Api = Client<paths>;
export type { CallOptions } from './calls.js';
/** A scenario, as /schemas/scenario.json of the service describes it. */
export type ScenarioBody = paths['/v1/scenario-runs']['post']['requestBody']['content']['application/json'];

export interface RampartOptions {
  /** http://127.0.0.1:7670 where it is left out. */
  readonly url?: string;
  readonly token?: string;
  readonly retry?: Partial<RetryPolicy>;
  /** For one attempt, in milliseconds; 30,000 where it is left out. */
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
}

export const DEFAULT_URL = 'http://127.0.0.1:7670';
const TIMEOUT_MS = 30_000;
const PAGE_LIMIT = 1000;

export class RampartClient {
  readonly url: string;
  /** Every route with its types, for what has no method here. Answers come as `{ data, error, response }`. */
  readonly api: Api;
  private readonly token: string | undefined;
  private readonly retry: RetryPolicy;

  constructor(
    private readonly connect: Connect,
    { url = DEFAULT_URL, token, retry, timeoutMs = TIMEOUT_MS, fetch = (request) => globalThis.fetch(request) }: RampartOptions = {},
  ) {
    this.url = url.replace(/\/+$/, '');
    this.token = token;
    this.retry = { ...RETRY_DEFAULT, ...retry };
    this.api = createApi<paths>({
      baseUrl: this.url,
      fetch: retryingFetch({ fetch, retry: this.retry, timeoutMs }),
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    });
  }

  about(options?: CallOptions): Promise<Schemas['About']> {
    return answered(this.api.GET('/v1/about', callInit(options)));
  }

  async createVm(body: Schemas['CreateRequest'] = {}, options?: CallOptions): Promise<CreatedVm> {
    const created = await answered(this.api.POST('/v1/vms', { body, ...changing(options) }));
    return Object.assign(this.vm(created.id), { created });
  }

  /** A VM out of a bundle. */
  async importVm(bundle: Uint8Array, options?: CallOptions): Promise<CreatedVm> {
    const { headers, ...init } = changing(options);
    const created = await answered(
      this.api.POST('/v1/vms/import', {
        body: '',
        bodySerializer: () => bundle,
        headers: { ...headers, 'content-type': 'application/vnd.rampart.bundle' },
        ...init,
      }),
    );
    return Object.assign(this.vm(created.id), { created });
  }

  /** All VMs, oldest first, page after page. */
  async *vms(options?: CallOptions): AsyncGenerator<Schemas['VmSummary'], void, undefined> {
    let cursor: string | null | undefined;
    do {
      const query = { limit: String(PAGE_LIMIT), ...(cursor == null ? {} : { cursor }) };
      const page = await answered(this.api.GET('/v1/vms', { params: { query }, ...callInit(options) }));
      yield* page.vms;
      cursor = page.next;
    } while (cursor !== null);
  }

  /** How many were deleted. */
  async deleteByLabel(name: string, value: string, options?: CallOptions): Promise<number> {
    const query = { label: `${name}:${value}` };
    return (await answered(this.api.DELETE('/v1/vms', { params: { query }, ...callInit(options) }))).deleted;
  }

  /** A VM that is there already; nothing is asked. */
  vm(id: string): Vm {
    return new Vm(id, this.api, (options) => this.events(options));
  }

  /** What a kernel log says. */
  decode(text: string, options?: CallOptions): Promise<Schemas['Decoded']> {
    return answered(this.api.POST('/v1/decode', { body: { text }, ...callInit(options) }));
  }

  /** The versions of the host kernel, by their rules. */
  async generations(options?: CallOptions) {
    return (await answered(this.api.GET('/v1/generations', callInit(options)))).generations;
  }

  /** The library of scenarios, by name. */
  async scenarios(options?: CallOptions) {
    return (await answered(this.api.GET('/v1/scenarios', { params: { query: { limit: String(PAGE_LIMIT) } }, ...callInit(options) })))
      .scenarios;
  }

  /** One of the library; it can be changed and given to `runScenario`. */
  async readScenario(name: string, options?: CallOptions): Promise<ScenarioBody> {
    const found = await answered(this.api.GET('/v1/scenarios/{name}', { params: { path: { name } }, ...callInit(options) }));
    return found.scenario as ScenarioBody;
  }

  /** Of the library by its name, or one of one's own; under its first generation where none is named. Nothing of it is recorded. */
  runScenario(
    scenario: string | ScenarioBody,
    { generation, ...options }: CallOptions & { readonly generation?: Schemas['GenerationName'] } = {},
  ): Promise<Schemas['ScenarioRun']> {
    const query = generation === undefined ? {} : { generation };
    if (typeof scenario !== 'string')
      return answered(this.api.POST('/v1/scenario-runs', { params: { query }, body: scenario, ...callInit(options) }));
    const path = { name: scenario };
    return answered(this.api.POST('/v1/scenarios/{name}/runs', { params: { path, query }, ...callInit(options) }));
  }

  /** One VM and one list of operations under several generations. */
  compare(body: Schemas['ComparisonRequest'], options?: CallOptions): Promise<Schemas['Comparison']> {
    return answered<unknown>(this.api.POST('/v1/comparisons', { body, ...callInit(options) })) as Promise<Schemas['Comparison']>;
  }

  /** The log of all VMs, live. */
  events(options: StreamOptions = {}): EventStream {
    return new EventStream(
      {
        url: this.url,
        admission: {
          token: this.token,
          ticket: async () => (await answered(this.api.POST('/v1/stream-tickets'))).ticket,
        },
        connect: this.connect,
        retry: this.retry,
        probe: async (signal) => {
          const { response, error } = await this.api.GET('/v1/about', signal === undefined ? {} : { signal });
          if (!response.ok) throw new RampartProblem(error as unknown as Schemas['Problem']);
        },
      },
      options,
    );
  }
}
