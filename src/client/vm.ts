/** One VM. Addresses may be numbers or lower-case hex text; answers have hex text. */
import type { components } from './api.js';
import type { Api, CallOptions } from './rampart.js';
import { answered, callInit, changing } from './calls.js';
import type { EventObject } from './frames.js';
import type { EventStream, StreamOptions } from './stream.js';

type Schemas = components['schemas'];
type Address = Schemas['AddressIn'];
type PageSize = Schemas['PageSize'];

export interface ConversionOptions extends CallOptions {
  /** How many pages of pageSize; 1 where it is left out. */
  readonly pages?: number;
  readonly pageSize?: PageSize;
  /** false: the GHCB request alone, without the guest's PVALIDATE. */
  readonly validate?: boolean;
}

/** With what the service has answered. */
export type CreatedVm = Vm & { readonly created: Schemas['Vm'] };

export class Vm {
  constructor(
    readonly id: string,
    private readonly api: Api,
    private readonly stream: (options: StreamOptions) => EventStream,
  ) {}

  read(options?: CallOptions): Promise<Schemas['Vm']> {
    return answered(this.api.GET('/v1/vms/{vm}', { params: this.params(), ...callInit(options) }));
  }

  async delete(options?: CallOptions): Promise<void> {
    await answered(this.api.DELETE('/v1/vms/{vm}', { params: this.params(), ...callInit(options) }));
  }

  reset(options?: CallOptions): Promise<Schemas['Vm']> {
    return answered(this.api.POST('/v1/vms/{vm}/reset', { params: this.params(), ...changing(options) }));
  }

  /** A copy of the VM as it is now. */
  async fork(body: Schemas['ForkRequest'] = {}, options?: CallOptions): Promise<CreatedVm> {
    const created = await answered(this.api.POST('/v1/vms/{vm}/fork', { params: this.params(), body, ...changing(options) }));
    return Object.assign(new Vm(created.id, this.api, this.stream), { created });
  }

  /** The VM as a bundle, which `importVm` takes. */
  async export({ history = true, ...options }: CallOptions & { readonly history?: boolean } = {}): Promise<Uint8Array> {
    const params = { ...this.params(), query: { history: history ? ('true' as const) : ('false' as const) } };
    return new Uint8Array(await answered(this.api.GET('/v1/vms/{vm}/export', { params, parseAs: 'arrayBuffer', ...callInit(options) })));
  }

  /** The VMM or the kernel stores to memory. A SIGBUS is a result: see `outcome` and `faults`. */
  write(body: Schemas['WriteRequest'], options?: CallOptions): Promise<Schemas['WriteAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/hypervisor-writes', { params: this.params(), body, ...changing(options) }));
  }

  /** The VMM or the kernel loads from memory. */
  load(body: Schemas['ReadRequest'], options?: CallOptions): Promise<Schemas['ReadAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/hypervisor-reads', { params: this.params(), body, ...changing(options) }));
  }

  changePageState(body: Schemas['PageStateRequest'], options?: CallOptions): Promise<Schemas['PageStateAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/page-state-changes', { params: this.params(), body, ...changing(options) }));
  }

  /** The guest makes pages private. */
  private(gpa: Address, options: ConversionOptions = {}): Promise<Schemas['PageStateAnswer']> {
    return this.convert('private', gpa, options);
  }

  /** The guest shares pages. */
  share(gpa: Address, options: ConversionOptions = {}): Promise<Schemas['PageStateAnswer']> {
    return this.convert('shared', gpa, options);
  }

  pvalidate(body: Schemas['PvalidateRequest'], options?: CallOptions): Promise<Schemas['PvalidateAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/pvalidate', { params: this.params(), body, ...changing(options) }));
  }

  rmpupdate(body: Schemas['RmpupdateRequest'], options?: CallOptions): Promise<Schemas['InstructionAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/rmpupdate', { params: this.params(), body, ...changing(options) }));
  }

  psmash(pfn: Address, options?: CallOptions): Promise<Schemas['InstructionAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/psmash', { params: this.params(), body: { pfn }, ...changing(options) }));
  }

  /** The guest loads, stores or fetches. */
  access(body: Schemas['GuestAccessRequest'], options?: CallOptions): Promise<Schemas['GuestAccessAnswer']> {
    return answered(this.api.POST('/v1/vms/{vm}/guest-accesses', { params: this.params(), body, ...changing(options) }));
  }

  /** A list of operations, at most 10,000 and 2 MiB, which the service records as one. */
  operations(body: Schemas['BatchRequest'], options?: CallOptions): Promise<Schemas['BatchAnswer']> {
    return answered<unknown>(this.api.POST('/v1/vms/{vm}/operations', { params: this.params(), body, ...changing(options) })) as Promise<
      Schemas['BatchAnswer']
    >;
  }

  /** The checks that an operation would meet; nothing is carried out. */
  explain(body: Schemas['ExplainRequest'], options?: CallOptions): Promise<Schemas['Explanation']> {
    return answered(this.api.POST('/v1/vms/{vm}/explain', { params: this.params(), body, ...callInit(options) }));
  }

  /** The events that made a page what it is, newest first, as far back as they are kept. */
  async *history(gpa: Address, options?: CallOptions): AsyncGenerator<EventObject, Schemas['HistoryPage']['end'], undefined> {
    const path = { vm: this.id, gpa: hexText(gpa) };
    let cursor: string | null = null;
    for (;;) {
      const query = cursor === null ? {} : { cursor };
      const page: Schemas['HistoryPage'] = await answered(
        this.api.GET('/v1/vms/{vm}/pages/{gpa}/history', { params: { path, query }, ...callInit(options) }),
      );
      yield* page.events as EventObject[];
      if (page.next === null) return page.end;
      cursor = page.next;
    }
  }

  /** One guest page seen from everywhere. */
  page(gpa: Address, options?: CallOptions) {
    return answered(
      this.api.GET('/v1/vms/{vm}/pages/{gpa}', { params: { path: { vm: this.id, gpa: hexText(gpa) } }, ...callInit(options) }),
    );
  }

  /** States and mapping levels by cell. */
  map(query: { readonly from?: string; readonly to?: string; readonly cells?: string } = {}, options?: CallOptions) {
    return answered(this.api.GET('/v1/vms/{vm}/map', { params: { path: { vm: this.id }, query }, ...callInit(options) }));
  }

  vmas(options?: CallOptions) {
    return answered(this.api.GET('/v1/vms/{vm}/vmas', { params: this.params(), ...callInit(options) }));
  }

  events(options: Omit<StreamOptions, 'vm'> = {}): EventStream {
    return this.stream({ ...options, vm: this.id });
  }

  private params() {
    return { path: { vm: this.id } };
  }

  private convert(operation: 'private' | 'shared', gpa: Address, { pages, pageSize, validate, ...options }: ConversionOptions) {
    const entry = { gpa, operation, ...(pages === undefined ? {} : { pages }), ...(pageSize === undefined ? {} : { pageSize }) };
    return this.changePageState({ entries: [entry], ...(validate === undefined ? {} : { validate }) }, options);
  }
}

function hexText(address: Address): string {
  return typeof address === 'number' ? `0x${address.toString(16)}` : address;
}
