/**
 * Guest pages that KVM holds mapped for writing (kvm_map_gfn and its like), and what asking for one comes to: the generation may force the
 * page shared, or refuse. As long as a map is held, a request for its page may be refused or have to wait.
 */
import type { Gfn } from './address.js';
import type { KernelMap, KernelUnmap } from './command.js';
import { KERNEL_MAPS_MAX } from './config.js';
import { reject } from './error.js';
import { notInMemslot } from './guest.js';
import { beforeKvmWrite } from './kvm-write.js';
import type { Layout } from './layout.js';
import type { Machine } from './machine.js';
import type { Result } from './outcome.js';

export interface KernelMapsForm {
  readonly last: number;
  /** By number. */
  readonly held: readonly (readonly [map: number, gfn: number])[];
}

export class KernelMaps {
  /** Number of the last map ever made. */
  last = 0;
  private readonly held = new Map<number, Gfn>();
  private readonly byGfn = new Map<number, number>();

  get size(): number {
    return this.held.size;
  }

  countOf(gfn: number): number {
    return this.held.size === 0 ? 0 : (this.byGfn.get(gfn) ?? 0);
  }

  has(map: number): boolean {
    return this.held.has(map);
  }

  add(gfn: Gfn): number {
    this.last += 1;
    this.put(this.last, gfn);
    return this.last;
  }

  remove(map: number): void {
    const gfn = this.held.get(map);
    if (gfn === undefined) return;
    this.held.delete(map);
    const left = this.countOf(gfn) - 1;
    if (left > 0) this.byGfn.set(gfn, left);
    else this.byGfn.delete(gfn);
  }

  /** By number. */
  list(): readonly (readonly [map: number, gfn: Gfn])[] {
    return [...this.held];
  }

  form(): KernelMapsForm {
    return { last: this.last, held: this.list() };
  }

  /** Throws RangeError on what `form` cannot have given. */
  static restore(layout: Layout, { last, held }: KernelMapsForm): KernelMaps {
    const maps = new KernelMaps();
    let before = 0;
    for (const [map, gfn] of held) {
      if (map <= before || map > last || layout.slotAtGfn(gfn) === null) throw new RangeError(`no kernel map ${map}`);
      maps.put(map, gfn as Gfn);
      before = map;
    }
    if (held.length > KERNEL_MAPS_MAX) throw new RangeError(`${held.length} kernel maps`);
    maps.last = last;
    return maps;
  }

  private put(map: number, gfn: Gfn): void {
    this.held.set(map, gfn);
    this.byGfn.set(gfn, (this.byGfn.get(gfn) ?? 0) + 1);
  }
}

export function kernelMap(m: Machine, c: KernelMap): Result {
  if (m.layout.slotAtGfn(c.gfn) === null) return notInMemslot(c.gfn);
  if (m.kernelMaps.size >= KERNEL_MAPS_MAX) {
    return reject('limit-exceeded', '', `the VM holds ${KERNEL_MAPS_MAX} kernel maps`, 'let go of one first');
  }
  m.begin(undefined);
  const refused = beforeKvmWrite(m, c.gfn);
  const outcome = refused ?? 'completed';
  const map = outcome === 'completed' ? m.kernelMaps.add(c.gfn) : null;
  if (outcome === 'oops') m.kill('oops');
  return { outcome: { op: 'kernel-map', outcome, map, ...m.printedMember() }, events: m.takeEvents() };
}

export function kernelUnmap(m: Machine, c: KernelUnmap): Result {
  if (!m.kernelMaps.has(c.map)) {
    return reject('unknown-map', 'map', `the VM holds no kernel map ${c.map}`, 'GET /v1/vms/{vm} lists the maps that it holds');
  }
  m.begin(undefined);
  m.kernelMaps.remove(c.map);
  return { outcome: { op: 'kernel-unmap' }, events: m.takeEvents() };
}
