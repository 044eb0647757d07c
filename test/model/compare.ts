/** One story told to the core and to the model; the first thing in which they differ, as text, or null. */
import { isDeepStrictEqual } from 'node:util';
import { asGfn } from '../../src/core/address.js';
import type { Command } from '../../src/core/command.js';
import { FRAME_BASE } from '../../src/core/config.js';
import { isRejection } from '../../src/core/error.js';
import type { Event } from '../../src/core/event.js';
import type { Result } from '../../src/core/outcome.js';
import { followerDiffers } from './follower.js';
import { blockStart, coveredFrames, firstPrivateFrames, REGION } from './layout.js';
import { createNaive } from './naive-machine.js';
import type { Naive } from './naive-machine.js';
import { isMissing } from './naive-state.js';
import { modelEntry, modelPage, modelPages, modelTotals } from './observe.js';
import { effectiveEntry } from './rmp.js';
import type { Story } from './random-commands.js';
import type { MakeSubject, Subject } from './subject.js';

/** Pages of a memslot that are looked at one by one; of a larger one these and whatever region was touched. */
const PAGES_COMPARED_MAX = 4096;
/** Characters of each side in a message. */
const SHOWN_MAX = 3000;

export function firstDifference(story: Story, makeSubject: MakeSubject): string | null {
  const naive = createNaive(story.config);
  const first = makeSubject(story.config);
  if (isRejection(first)) return `the core refuses the VM: ${first.code} ${first.detail}`;
  let subject: Subject = first;
  let published: Event[] = [];
  let operations = 0;
  for (const [i, command] of story.commands.entries()) {
    if (i === story.restoreAt) subject = subject.restored();
    const before = subject.digest();
    const result = naive.apply(command);
    const difference = differenceInResult(subject.apply(command), result) ?? digestOfRefusal(result, before, subject);
    if (difference !== null) return `command ${i} (${command.op}): ${difference}`;
    if (isRejection(result)) continue;
    if ((command.op !== 'hypervisor-read' && command.op !== 'rmpread') || result.events.length > 0) operations++;
    for (const region of changedRegions(result.events)) {
      const broken = brokenRegion(subject, region);
      if (broken !== null) return `after command ${i} (${command.op}): ${broken}`;
    }
    published = command.op === 'reset' ? [] : [...published, ...result.events];
  }
  const { rmpPages: _rmpPages, mappedPages: _mappedPages, contentBytes, ...totals } = subject.stats();
  const expected = { ...modelTotals(naive.state, published), operations };
  return (
    differenceInState(subject, naive) ??
    differs('totals', totals, expected) ??
    differs('pages by ASID', subject.asidCounters(), modelCounters(naive)) ??
    differs('content bytes', contentBytes, naive.state.contents.size * 4096) ??
    brokenInvariant(story, subject, makeSubject)
  );
}

function digestOfRefusal(result: Result, before: string, subject: Subject): string | null {
  return isRejection(result) && subject.digest() !== before ? 'a refused command has changed the digest' : null;
}

function differenceInResult(core: Result, model: Result): string | null {
  if (isRejection(core) || isRejection(model)) {
    const [a, b] = [core, model].map((r) => (isRejection(r) ? `rejected ${r.code}` : 'applied'));
    return a === b ? null : `the core says ${a}, the model ${b}`;
  }
  return differs('outcome', core.outcome, model.outcome) ?? differs('events', core.events, model.events);
}

function differenceInState(subject: Subject, naive: Naive): string | null {
  for (const gfn of pagesToCompare(naive)) {
    const page = subject.page(asGfn(gfn));
    if (page === null) return `page ${gfn}: the core does not know it`;
    const { gfn: _gfn, ...seenByCore } = page;
    const vma = page.vma === null ? null : { protection: page.vma.protection, hugePages: page.vma.hugePages };
    const seen = { ...seenByCore, vma };
    const difference = differs(`page ${gfn}`, seen, modelPage(naive.state, gfn));
    if (difference !== null) return difference;
  }
  for (const region of new Set([...naive.state.rmp.keys()].map((pfn) => blockStart(pfn, REGION)))) {
    const covered = Math.max(0, Math.min(REGION, coveredFrames(naive.state.config) - region));
    const expected = Array.from({ length: covered }, (_, i) => modelEntry(naive.state, region + i));
    const difference = differs(`rmp from ${region}`, subject.rmp(region, REGION), expected);
    if (difference !== null) return difference;
  }
  for (const [pfn, bytes] of naive.state.killed ? [] : naive.state.contents) {
    if (isMissing(naive.state, pfn)) continue;
    const read: Command = {
      op: 'hypervisor-read',
      target: { space: 'pfn', page: modelEntry(naive.state, pfn).pfn, offset: 0 },
      size: 4096,
      via: 'direct-map',
    };
    const result = subject.apply(read);
    const data = !isRejection(result) && result.outcome.op === 'hypervisor-read' ? result.outcome.data : null;
    const { assigned, asid } = effectiveEntry(naive.state, pfn);
    const hidden = naive.state.config.doubts.D14 === 'hidden' && assigned && asid > 0;
    const difference = differs(`contents of ${pfn}`, data, hidden ? new Uint8Array(4096).fill(0xff) : bytes);
    if (difference !== null) return difference;
  }
  if (subject.killed() !== naive.state.killed) return `killed: core ${subject.killed()}, model ${naive.state.killed}`;
  if (naive.state.config.memslots.some((slot) => slot.pages > PAGES_COMPARED_MAX)) return null;
  const { rmpPages, mappedPages } = subject.stats();
  return differs('pages', { rmpPages, mappedPages }, modelPages(naive.state));
}

function pagesToCompare(naive: Naive): Set<number> {
  const { config, leaves, rmp } = naive.state;
  const pages = new Set<number>();
  const touched = [...rmp.keys()].map((pfn) => blockStart(pfn - FRAME_BASE, REGION));
  for (const slot of config.memslots) {
    const starts = new Set(touched.filter((gfn) => gfn + REGION > slot.gfn && gfn < slot.gfn + slot.pages));
    for (let gfn = slot.gfn; gfn < slot.gfn + Math.min(slot.pages, PAGES_COMPARED_MAX); gfn++) pages.add(gfn);
    if (slot.pages > PAGES_COMPARED_MAX) for (const start of starts) for (let i = 0; i < REGION; i++) pages.add(start + i);
    if (leaves.has(slot.vpn + slot.pages - 1)) pages.add(slot.gfn + slot.pages - 1);
  }
  return pages;
}

/** Sub-page counts, and entries that say what no instruction can have stored. */
function brokenRegion(subject: Subject, region: number): string | null {
  const [base, ...others] = subject.rmp(region, REGION);
  if (base === undefined) return null;
  const expected = base.pageSize === 2 ? 0 : others.filter((e) => e.assigned).length;
  if (base.subPageCount !== expected) return `sub-page count of frame ${region}: ${base.subPageCount}, counted ${expected}`;
  if (base.pageSize === 2 && !others.every((e) => e.assigned === base.assigned && e.pageSize === 1))
    return `followers of the 2M entry at frame ${region}`;
  const odd = [base, ...others].find((e) =>
    e.assigned
      ? e.state === 'invalid' && !invalidByRmpupdate(base.pageSize === 2 ? base : e)
      : e.validated || e.vmsa || e.asid !== 0 || e.vmpl !== 0,
  );
  return odd === undefined ? null : `impossible entry ${JSON.stringify(odd)}`;
}

/** RMPUPDATE takes any gpa for a page of the firmware; one that no state has makes the entry Invalid (hardware.md 2.1, last row). */
function invalidByRmpupdate(e: { readonly asid: number; readonly immutable: boolean; readonly validated: boolean }): boolean {
  return e.asid === 0 && e.immutable && !e.validated;
}

/** 2 MiB regions whose entries changed. */
function changedRegions(events: readonly Event[]): Set<number> {
  return new Set(
    events.flatMap((event) =>
      event.type === 'rmp-updated' || event.type === 'psmashed' || event.type === 'rmp-adjusted'
        ? [blockStart(event.pfn, REGION)]
        : event.type === 'firmware-command'
          ? event.changes.map(({ pfn }) => blockStart(pfn, REGION))
          : [],
    ),
  );
}

/** The bookkeeping by ASID, counted in the model's entries. */
function modelCounters(naive: Naive): readonly (readonly [number, number])[] {
  const counts = new Map<number, number>();
  const { config, rmp } = naive.state;
  const frames = new Set(rmp.keys());
  for (const slot of config.memslots)
    if (slot.initialState === 'private') for (const pfn of firstPrivateFrames(config, slot)) frames.add(pfn);
  for (const pfn of frames) {
    const { assigned, asid } = effectiveEntry(naive.state, pfn);
    if (assigned && asid > 0) counts.set(asid, (counts.get(asid) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => a - b);
}

/** What must hold whatever the model says (hardware.md 11). */
function brokenInvariant(story: Story, subject: Subject, makeSubject: MakeSubject): string | null {
  for (const slot of story.config.memslots) {
    const start = blockStart(FRAME_BASE + slot.gfn, REGION);
    for (let region = start; region < start + Math.min(slot.pages, PAGES_COMPARED_MAX); region += REGION) {
      const broken = brokenRegion(subject, region);
      if (broken !== null) return broken;
    }
  }
  const digest = subject.digest();
  if (subject.restored().digest() !== digest) return 'the digest changes over a snapshot';
  const second = makeSubject(story.config);
  if (isRejection(second)) return 'the core refuses the VM the second time';
  for (const command of story.commands) second.apply(command);
  return second.digest() === digest ? followerDiffers(story) : 'the same commands give another digest';
}

/** Deep equality, dmesg by how many lines only: the model does not know the kernel's words. */
function differs(what: string, core: unknown, model: unknown): string | null {
  if (isDeepStrictEqual(core, model)) return null;
  const [a, b] = [loose(core), loose(model)];
  if (isDeepStrictEqual(a, b)) return null;
  const path = pathOfDifference(a, b);
  const shown = [a, b].map((side) =>
    JSON.stringify(side)
      .replaceAll(/(00){16,}/g, '…')
      .slice(0, SHOWN_MAX),
  );
  return `${what}${path.at}: core ${JSON.stringify(path.a)}, model ${JSON.stringify(path.b)}\n  core:  ${shown[0]}\n  model: ${shown[1]}`;
}

function loose(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(loose);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(entries.map(([k, v]) => [k, k === 'dmesg' ? Array.isArray(v) && v.length > 0 : loose(v)]));
}

function pathOfDifference(a: unknown, b: unknown, at = ''): { readonly at: string; readonly a: unknown; readonly b: unknown } {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return { at, a, b };
  const left = new Map<string, unknown>(Object.entries(a));
  const right = new Map<string, unknown>(Object.entries(b));
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    if (!isDeepStrictEqual(left.get(key), right.get(key))) return pathOfDifference(left.get(key), right.get(key), `${at}.${key}`);
  }
  return { at, a, b };
}
