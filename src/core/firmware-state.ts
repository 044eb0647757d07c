/** What the firmware keeps of this host's guests: their context pages, ASIDs and swapped pages (hardware.md 7). */
import type { MachineConfig } from './config.js';

/** INIT after GCTX_CREATE, LAUNCH after LAUNCH_START, RUNNING after LAUNCH_FINISH. */
export type GuestState = 'init' | 'launch' | 'running';

export interface GuestContext {
  readonly state: GuestState;
  /** null until ACTIVATE. */
  readonly asid: number | null;
  readonly policy: number;
  /** Launch digest so far, SHA-384, as 96 hex digits. */
  readonly digest: string;
  /** Pages swapped out since the launch: the counter behind the tag. */
  readonly swaps: number;
  /** Messages exchanged under each of its keys; left out before the first. */
  readonly messages?: readonly number[];
}

/** The 64 bytes that SWAP_OUT leaves of a page (hardware.md 7): what SWAP_IN gives back and compares. */
export interface SwapEntry {
  readonly context: number;
  readonly kind: 'guest' | 'metadata';
  readonly pageSize: 1 | 2;
  readonly gfn: number;
  readonly validated: boolean;
  readonly vmsa: boolean;
  readonly vmpl: number;
  /** SHA-256 over the swapped contents and the counter, in place of the AEAD tag. */
  readonly tag: string;
  /** Of a metadata page: its own entries, which go along. */
  readonly inner: readonly (readonly [slot: number, entry: SwapEntry])[];
}

export interface FirmwareForm {
  readonly contexts: readonly (readonly [pfn: number, context: GuestContext])[];
  readonly launched: GuestContext | null;
  /** ASIDs that a guest has left and no SNP_DF_FLUSH came since; left out where there are none. */
  readonly unflushed?: readonly number[];
  readonly metadata: readonly (readonly [pfn: number, slot: number, entry: SwapEntry])[];
}

/** The context of the guest that the VM was created with: its page lies where the host has no frame. */
export const OWN_CONTEXT = -1;
/** Slot of a context for the entry of a swapped metadata page. */
export const ROOT_SLOT = 0;

const NO_DIGEST = '0'.repeat(96);

export class Firmware {
  private readonly contexts = new Map<number, GuestContext>();
  /** By frame of the metadata page (or of the context, for its root entry), then by slot. */
  private readonly metadata = new Map<number, Map<number, SwapEntry>>();
  private readonly unflushed = new Set<number>();
  private readonly changed: () => void;

  constructor(config: MachineConfig, changed: () => void) {
    this.changed = changed;
    if (config.launch === 'none') return;
    this.contexts.set(OWN_CONTEXT, { state: 'running', asid: config.asid, policy: 0, digest: NO_DIGEST, swaps: 0 });
  }

  context(pfn: number): GuestContext | null {
    return this.contexts.get(pfn) ?? null;
  }

  setContext(pfn: number, context: GuestContext): void {
    this.contexts.set(pfn, context);
    this.changed();
  }

  /** A context as GCTX_CREATE leaves it. */
  createContext(pfn: number): void {
    this.setContext(pfn, { state: 'init', asid: null, policy: 0, digest: NO_DIGEST, swaps: 0 });
  }

  removeContext(pfn: number): void {
    const asid = this.context(pfn)?.asid ?? null;
    if (asid !== null) this.unflushed.add(asid);
    this.contexts.delete(pfn);
    this.metadata.delete(pfn);
    this.changed();
  }

  /** Caches may still hold data of the guest that had the ASID. */
  needsFlush(asid: number): boolean {
    return this.unflushed.has(asid);
  }

  flush(): void {
    this.unflushed.clear();
    this.changed();
  }

  /** The guest that runs under the ASID, or null. */
  ownerOfAsid(asid: number): GuestContext | null {
    for (const context of this.contexts.values()) if (context.asid === asid) return context;
    return null;
  }

  entry(page: number, slot: number): SwapEntry | null {
    return this.metadata.get(page)?.get(slot) ?? null;
  }

  entriesOf(page: number): readonly (readonly [slot: number, entry: SwapEntry])[] {
    return [...(this.metadata.get(page) ?? [])].sort(([a], [b]) => a - b);
  }

  setEntry(page: number, slot: number, entry: SwapEntry): void {
    const entries = this.metadata.get(page) ?? new Map<number, SwapEntry>();
    entries.set(slot, entry);
    this.metadata.set(page, entries);
    this.changed();
  }

  dropEntry(page: number, slot: number): void {
    this.metadata.get(page)?.delete(slot);
    this.changed();
  }

  /** A metadata page that is one no more, or a new one. */
  dropEntries(page: number): void {
    this.metadata.delete(page);
    this.changed();
  }

  form(): FirmwareForm {
    const { contexts } = this;
    return {
      contexts: [...contexts].filter(([pfn]) => pfn !== OWN_CONTEXT).sort(([a], [b]) => a - b),
      launched: contexts.get(OWN_CONTEXT) ?? null,
      ...(this.unflushed.size === 0 ? {} : { unflushed: [...this.unflushed].sort((a, b) => a - b) }),
      metadata: [...this.metadata.keys()]
        .sort((a, b) => a - b)
        .flatMap((page) => this.entriesOf(page).map(([slot, entry]) => [page, slot, entry] as const)),
    };
  }

  load(form: FirmwareForm): void {
    this.contexts.clear();
    this.metadata.clear();
    this.unflushed.clear();
    for (const asid of form.unflushed ?? []) this.unflushed.add(asid);
    for (const [pfn, context] of form.contexts) this.contexts.set(pfn, context);
    if (form.launched !== null) this.contexts.set(OWN_CONTEXT, form.launched);
    for (const [page, slot, entry] of form.metadata) this.setEntry(page, slot, entry);
  }
}
