/** Commands that meet one another: few regions, the pages at their borders, and now and then nonsense. */
import fc from 'fast-check';
import { asGfn, asPfn, asVpn, USER_VPN_END } from '../../src/core/address.js';
import type { Command, PageStateEntry, PageStateOperation, Target, Vmpl } from '../../src/core/command.js';
import { FRAME_BASE } from '../../src/core/config.js';
import type { MachineConfig } from '../../src/core/config.js';
import { ramFrames, REGION, slotOfGfn, vpnOfGfn } from './layout.js';
import { injectRef, machineConfig, maybe, pageRef, resolveInject, resolvePage } from './random-config.js';
import type { InjectRef, PageRef } from './random-config.js';
import { firmware } from './random-firmware.js';
import { memoryCommand } from './random-memory.js';

/** A command that still has to learn the machine's addresses. */
type CommandRef = (config: MachineConfig) => Command;

const offset = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, 4088, 4095) });
/** The last one covers a whole 2M region and both of its borders. */
const size = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom(1, 8, 64, 4096) },
  { weight: 10, arbitrary: fc.constantFrom(8192, 9000, 20_480) },
  { weight: 1, arbitrary: fc.constant(514 * 4096) },
);
/** How far outside: 0 is the page itself, 1 the first one behind its memslot, LAST the last page of user space or of RAM. */
const LAST = 5;
const beyond = fc.oneof({ weight: 15, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(1, LAST) });
const space = fc.constantFrom('gpa', 'hva', 'pfn');
const inject = maybe(injectRef, 3);

function withInject<T extends object>(config: MachineConfig, command: T, ref: InjectRef | undefined): T {
  return ref === undefined ? command : { ...command, inject: resolveInject(config.memslots, ref) };
}

function targetOf(config: MachineConfig, ref: PageRef, far: number, kind: 'gpa' | 'hva' | 'pfn', at: number): Target {
  const gfn = resolvePage(config.memslots, ref);
  const slot = slotOfGfn(config, gfn);
  if (slot === null) throw new Error('a page reference always resolves inside a memslot');
  const page = far === 0 ? gfn : slot.gfn + slot.pages + far - 1;
  switch (kind) {
    case 'gpa':
      return { space: 'gpa', page: asGfn(page), offset: at };
    case 'hva':
      return { space: 'hva', page: asVpn(far === LAST ? USER_VPN_END - 1 : vpnOfGfn(slot, page)), offset: at };
    case 'pfn':
      return { space: 'pfn', page: asPfn(far === LAST ? ramFrames(config) - 1 : FRAME_BASE + page), offset: at };
  }
}

const content = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.nat(255) },
  { weight: 1, arbitrary: fc.constant('bytes' as const) },
);

function contentOf(chosen: number | 'bytes' | undefined, bytes: number): { readonly content?: number | Uint8Array } {
  if (chosen === undefined) return {};
  return {
    content:
      chosen === 'bytes' && bytes <= 20_480
        ? Uint8Array.from({ length: bytes }, (_, i) => (i * 7 + 1) % 251)
        : chosen === 'bytes'
          ? 0xaa
          : chosen,
  };
}

const write: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    far: beyond,
    space,
    offset,
    size,
    content,
    inject: maybe(injectRef, 1),
    pagefaultDisabled: fc.constantFrom(false, false, true),
    via: fc.oneof(
      { weight: 6, arbitrary: fc.constant('user' as const) },
      { weight: 2, arbitrary: fc.constant('copy-to-user' as const) },
      { weight: 1, arbitrary: fc.constant('kvm' as const) },
      { weight: 1, arbitrary: fc.constant('direct-map' as const) },
    ),
  })
  .map((r) => (config) => {
    const kind = r.via === 'direct-map' ? (r.space === 'hva' ? 'gpa' : r.space) : r.space === 'pfn' ? 'hva' : r.space;
    const target = targetOf(config, r.ref, r.far, kind, r.offset);
    const pagefaultDisabled = r.via === 'copy-to-user' && r.pagefaultDisabled;
    return withInject(
      config,
      { op: 'hypervisor-write', target, size: r.size, via: r.via, pagefaultDisabled, ...contentOf(r.content, r.size) },
      r.inject,
    );
  });

const read: fc.Arbitrary<CommandRef> = fc
  .record({ ref: pageRef, far: beyond, space, offset, size, via: fc.constantFrom('user' as const, 'direct-map' as const) })
  .map((r) => (config) => {
    const kind = r.via === 'direct-map' ? (r.space === 'hva' ? 'gpa' : r.space) : r.space === 'pfn' ? 'hva' : r.space;
    return { op: 'hypervisor-read', target: targetOf(config, r.ref, r.far, kind, r.offset), size: Math.min(r.size, 20_480), via: r.via };
  });

interface EntryRef {
  readonly ref: PageRef;
  readonly far: number;
  readonly pages: number;
  readonly pageSize: 1 | 2;
  readonly operation: PageStateOperation;
}

const pageSize = fc.constantFrom<1 | 2>(1, 2);
const entry: fc.Arbitrary<EntryRef> = fc.record({
  ref: pageRef,
  pageSize,
  far: fc.oneof({ weight: 30, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
  pages: fc.oneof(
    { weight: 8, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.constantFrom(2, 3) },
    { weight: 1, arbitrary: fc.constantFrom(255, 300, 520) },
  ),
  operation: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<PageStateOperation>('private', 'shared') },
    { weight: 1, arbitrary: fc.constantFrom<PageStateOperation>('psmash', 'unsmash') },
  ),
});

/** Aligned to its size, and most of the time inside its memslot. */
function resolveEntry(config: MachineConfig, ref: EntryRef): PageStateEntry {
  const unit = ref.pageSize === 2 ? REGION : 1;
  const gfn = Math.floor(resolvePage(config.memslots, ref.ref) / unit) * unit;
  const slot = slotOfGfn(config, gfn);
  const room = slot === null ? 1 : Math.max(1, Math.floor((slot.gfn + slot.pages - gfn) / unit));
  return {
    gfn: asGfn(gfn),
    pages: Math.min(ref.pageSize === 2 ? Math.min(ref.pages, 3) : ref.pages, room) + ref.far,
    pageSize: ref.pageSize,
    operation: ref.operation,
  };
}

const pageStateChange: fc.Arbitrary<CommandRef> = fc
  .record({
    entries: fc.oneof(
      { weight: 4, arbitrary: fc.array(entry, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(entry, { minLength: 2, maxLength: 4 }) },
    ),
    validate: fc.constantFrom(true, true, false),
    strictGuest: fc.constantFrom(false, false, false, false, true),
    inject,
  })
  .map(
    (r) => (config) =>
      withInject(
        config,
        {
          op: 'page-state-change',
          entries: r.entries.map((e) => resolveEntry(config, e)),
          validate: r.validate,
          strictGuest: r.strictGuest,
        },
        r.inject,
      ),
  );

const rarely = <T>(usual: T, ...rare: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const pvalidate: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    align: fc.boolean(),
    far: beyond,
    offset: rarely(0, 8),
    pageSize,
    validate: fc.boolean(),
    vmpl: rarely<0 | 1 | 2 | 3>(0, 1, 3),
    fallback: fc.boolean(),
    inject,
  })
  .map((r) => (config) => {
    const gfn = aligned(resolvePage(config.memslots, r.ref), r.align ? r.pageSize : 1);
    return withInject(
      config,
      {
        op: 'pvalidate',
        gfn: asGfn(gfn),
        offset: r.offset,
        pageSize: r.pageSize,
        validate: r.validate,
        vmpl: r.vmpl,
        ...(r.fallback ? { fallback: true } : {}),
      },
      r.inject,
    );
  });

function aligned(page: number, pageSize: 1 | 2): number {
  return pageSize === 2 ? Math.floor(page / REGION) * REGION : page;
}

/** Raw RMPUPDATE: mostly the guest's own page, now and then another's, another ASID, an immutable or an impossible one. */
const rmpupdate: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    align: rarely(true, false),
    uncovered: rarely(false, true),
    offMemslots: rarely(false, true),
    assigned: fc.boolean(),
    gfnShift: rarely(0, 1, 512),
    gpaOffset: rarely(0, 8),
    asid: rarely<'own' | number>('own', 0, 9),
    pageSize,
    immutable: rarely(false, true),
    directMap: rarely(true, false),
    zeroed: rarely(true, false),
    inject,
  })
  .map((r) => (config) => {
    const gfn = aligned(resolvePage(config.memslots, r.ref), r.align ? r.pageSize : 1);
    const pfn = r.uncovered ? 0x10000000 : r.offMemslots ? gfn : FRAME_BASE + gfn;
    const zero = !r.assigned && r.zeroed;
    return withInject(
      config,
      {
        op: 'rmpupdate',
        pfn: asPfn(pfn),
        assigned: r.assigned,
        gfn: zero ? 0 : gfn + r.gfnShift,
        gpaOffset: r.gpaOffset,
        asid: zero ? 0 : r.asid === 'own' ? config.asid : r.asid,
        pageSize: r.pageSize,
        immutable: !zero && r.immutable,
        directMap: r.directMap,
      },
      r.inject,
    );
  });

const psmash: fc.Arbitrary<CommandRef> = fc
  .record({ ref: pageRef, align: rarely(true, false), uncovered: rarely(false, true) })
  .map((r) => (config) => {
    const pfn = r.uncovered ? 0x10000000 : FRAME_BASE + aligned(resolvePage(config.memslots, r.ref), r.align ? 2 : 1);
    return { op: 'psmash', pfn: asPfn(pfn) };
  });

const vmpl = rarely<Vmpl>(0, 1, 2, 3);

const guestAccess: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    far: beyond,
    offset,
    size,
    access: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('read' as const, 'write' as const, 'write' as const, 'execute' as const) },
      { weight: 1, arbitrary: fc.constantFrom('page-table-read' as const, 'page-table-write' as const) },
    ),
    cBit: rarely<boolean | null>(true, false, false, null, null),
    vmpl,
    privilege: fc.constantFrom('supervisor' as const, 'user' as const),
    guestLevel: fc.constantFrom<1 | 2 | 3>(1, 2, 3),
    insists: rarely(false, true),
    content,
    inject,
  })
  .map((r) => (config) => {
    const { page, offset: at } = targetOf(config, r.ref, r.far === LAST ? 1 : r.far, 'gpa', r.offset);
    const stores = r.access === 'write' || r.access === 'page-table-write';
    const bytes = stores ? r.size : Math.min(r.size, 20_480);
    const stored = stores ? contentOf(r.content, bytes) : {};
    const { access, privilege, guestLevel } = r;
    // A guest with vTOM has no C-bit to set; now and then it does.
    const cBit = r.cBit === null || (r.cBit && config.sevFeatures?.virtualTom !== undefined && !r.insists) ? {} : { cBit: r.cBit };
    return withInject(
      config,
      { op: 'guest-access', gfn: asGfn(page), offset: at, size: bytes, access, ...cBit, vmpl: r.vmpl, privilege, guestLevel, ...stored },
      r.inject,
    );
  });

const guestPlace = { ref: pageRef, align: fc.boolean(), pageSize, vmpl, targetVmpl: fc.constantFrom<Vmpl>(1, 1, 2, 3, 0), inject };

const rmpadjust: fc.Arbitrary<CommandRef> = fc
  .record({ ...guestPlace, offset: rarely(0, 8), mask: fc.oneof(fc.constantFrom(0, 1, 3, 7, 15, 17), fc.nat(31)), vmsa: fc.boolean() })
  .map((r) => (config) => {
    const gfn = asGfn(aligned(resolvePage(config.memslots, r.ref), r.align ? r.pageSize : 1));
    const { pageSize: size, vmpl: own, targetVmpl, mask, vmsa } = r;
    return withInject(config, { op: 'rmpadjust', gfn, offset: r.offset, pageSize: size, vmpl: own, targetVmpl, mask, vmsa }, r.inject);
  });

const rmpquery: fc.Arbitrary<CommandRef> = fc.record(guestPlace).map((r) => (config) => {
  const gfn = asGfn(resolvePage(config.memslots, r.ref));
  return withInject(config, { op: 'rmpquery', gfn, pageSize: r.pageSize, vmpl: r.vmpl, targetVmpl: r.targetVmpl }, r.inject);
});

const rmpread: fc.Arbitrary<CommandRef> = fc.record({ ref: pageRef, uncovered: rarely(false, true) }).map((r) => (config) => {
  return { op: 'rmpread', pfn: asPfn(r.uncovered ? 0x10000000 : FRAME_BASE + resolvePage(config.memslots, r.ref)) };
});

/** Mostly the next page or region, or back; now and then a frame beside all memory, or one that does not exist. */
const nestedMap: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    pageSize: rarely<1 | 2>(1, 2, 2),
    align: rarely(true, false),
    to: fc.constantFrom('next', 'next', 'back', 'low', 'none'),
  })
  .map((r) => (config) => {
    const gfn = aligned(resolvePage(config.memslots, r.ref), r.align ? r.pageSize : 1);
    const step = r.pageSize === 2 ? REGION : 1;
    const pfn = { next: FRAME_BASE + gfn + step, back: null, low: step * 7, none: 0x10000000 }[r.to] ?? null;
    return { op: 'nested-map', gfn: asGfn(gfn), pageSize: r.pageSize, pfn: pfn === null ? null : asPfn(pfn) };
  });

const vcpu = fc.constantFrom(0, 0, 1, 512);
const vcpuEnter: fc.Arbitrary<CommandRef> = fc
  .record({ ref: pageRef, vcpu, vmcb: maybe(pageRef, 3), flushTlb: fc.boolean() })
  .map((r) => (config) => {
    const vmcb = r.vmcb === undefined ? null : asPfn(FRAME_BASE + resolvePage(config.memslots, r.vmcb));
    return { op: 'vcpu-enter', vcpu: r.vcpu, vmsa: asGfn(resolvePage(config.memslots, r.ref)), vmcb, flushTlb: r.flushTlb };
  });
const vcpuExit: fc.Arbitrary<CommandRef> = vcpu.map((number) => () => ({ op: 'vcpu-exit', vcpu: number }));

const kernelMap: fc.Arbitrary<CommandRef> = fc
  .record({ ref: pageRef, far: rarely(0, 0, 0, 100_000_000) })
  .map((r) => (config) => ({ op: 'kernel-map', gfn: asGfn(resolvePage(config.memslots, r.ref) + r.far) }));
const kernelUnmap: fc.Arbitrary<CommandRef> = fc.integer({ min: 1, max: 4 }).map((map) => () => ({ op: 'kernel-unmap', map }));

/** Entries as a guest writes them, and now and then any bits. */
const ghcbEntry = fc.record({
  ref: pageRef,
  operation: rarely(1, 2, 2, 3, 4, 0, 9),
  huge: fc.boolean(),
  align: rarely(true, false),
  done: rarely(0, 1, 5, 512, 600),
  far: rarely(0, 2 ** 30),
});
const ghcbNae: fc.Arbitrary<CommandRef> = fc
  .record({
    entries: fc.array(ghcbEntry, { minLength: 1, maxLength: 4 }),
    cur: rarely(0, 1, 5),
    end: rarely<number | null>(null, 0, 252, 253, 60_000),
    cut: rarely(0, 1, 8, 30),
    stopAfterPages: rarely(Number.MAX_SAFE_INTEGER, 1, 3, 513),
    inject,
  })
  .map((r) => (config) => {
    const bytes = Buffer.alloc(8 + r.entries.length * 8);
    bytes.writeUInt16LE(r.cur, 0);
    bytes.writeUInt16LE(r.end ?? r.entries.length - 1, 2);
    for (const [i, e] of r.entries.entries()) {
      const gfn = aligned(resolvePage(config.memslots, e.ref), e.huge && e.align ? 2 : 1) + e.far;
      const quad = BigInt(e.done) | (BigInt(gfn) << 12n) | (BigInt(e.operation) << 52n) | (BigInt(e.huge) << 56n);
      bytes.writeBigUInt64LE(quad, 8 + i * 8);
    }
    const content = Uint8Array.from(bytes.subarray(0, Math.max(0, bytes.length - r.cut)));
    return withInject(config, { op: 'ghcb-request', form: 'nae', content, stopAfterPages: r.stopAfterPages }, r.inject);
  });
const ghcbMsr: fc.Arbitrary<CommandRef> = fc
  .record({
    ref: pageRef,
    operation: rarely(1, 2, 2, 0, 3),
    code: rarely(0x014, 0x002, 0x012, 0x080, 0x100),
    far: rarely(0, 2 ** 30),
    inject,
  })
  .map((r) => (config) => {
    const value = BigInt(r.code) | (BigInt(resolvePage(config.memslots, r.ref) + r.far) << 12n) | (BigInt(r.operation) << 52n);
    const halves = { high: Number(value >> 32n), low: Number(value & 0xffff_ffffn) };
    return withInject(config, { op: 'ghcb-request', form: 'msr', ...halves }, r.inject);
  });

const reset: fc.Arbitrary<CommandRef> = fc.constant(() => ({ op: 'reset' }));

const commandRef: fc.Arbitrary<CommandRef> = fc.oneof(
  { weight: 36, arbitrary: write },
  { weight: 30, arbitrary: pageStateChange },
  { weight: 15, arbitrary: rmpupdate },
  { weight: 12, arbitrary: pvalidate },
  { weight: 6, arbitrary: psmash },
  { weight: 9, arbitrary: read },
  { weight: 24, arbitrary: guestAccess },
  { weight: 8, arbitrary: rmpadjust },
  { weight: 2, arbitrary: rmpquery },
  { weight: 1, arbitrary: rmpread },
  { weight: 6, arbitrary: nestedMap },
  { weight: 5, arbitrary: vcpuEnter },
  { weight: 2, arbitrary: vcpuExit },
  { weight: 8, arbitrary: ghcbNae },
  { weight: 3, arbitrary: ghcbMsr },
  { weight: 5, arbitrary: kernelMap },
  { weight: 2, arbitrary: kernelUnmap },
  { weight: 45, arbitrary: memoryCommand },
  { weight: 20, arbitrary: firmware },
  { weight: 1, arbitrary: reset },
);

export interface Story {
  readonly config: MachineConfig;
  readonly commands: readonly Command[];
  /** Before this command the machine is put into a snapshot and taken out again. */
  readonly restoreAt: number;
}

const end: fc.Arbitrary<readonly Command[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constantFrom('request', 'ttl').map((cause) => [{ op: 'delete', cause } as const]) },
);

export function story(commandsMax: number): fc.Arbitrary<Story> {
  return fc
    .record({
      config: machineConfig,
      refs: fc.array(commandRef, { minLength: 1, maxLength: commandsMax, size: 'max' }),
      restoreAt: fc.nat(commandsMax * 2),
      last: end,
    })
    .map(({ config, refs, restoreAt, last }) => ({ config, commands: [...refs.map((ref) => ref(config)), ...last], restoreAt }));
}
