/** One story told to the core and to the model; the first thing in which they differ, as text, or null. */
import { isDeepStrictEqual } from 'node:util';
import { asGfn } from '../../src/core/address.js';
import type { Command } from '../../src/core/command.js';
import { FRAME_BASE } from '../../src/core/config.js';
import { isRejection } from '../../src/core/error.js';
import type { Event } from '../../src/core/event.js';
import type { Result } from '../../src/core/outcome.js';
import { followerDiffers } from './follower.js';
import { blockStart, REGION } from './layout.js';
import { createNaive } from './naive-machine.js';
import type { Naive } from './naive-machine.js';
import { isMissing } from './naive-state.js';
import { modelEntry, modelPage, modelPages, modelTotals } from './observe.js';
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
    if (command.op !== 'hypervisor-read') operations++;
    published = command.op === 'reset' ? [] : [...published, ...result.events];
  }
  const { rmpPages: _rmpPages, mappedPages: _mappedPages, contentBytes, ...totals } = subject.stats();
  const expected = { ...modelTotals(published), splits: naive.state.splits, operations };
  return (
    differenceInState(subject, naive) ??
    differs('totals', totals, expected) ??
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
    const { mapping, privatePfn, privateAttribute, nestedLevel, directMapLevel, directMapPresent, rmp, state, pfn, vpn, contentBytes } =
      page;
    const seen = {
      mapping,
      privatePfn,
      privateAttribute,
      nestedLevel,
      directMapLevel,
      directMapPresent,
      rmp,
      state,
      pfn,
      vpn,
      contentBytes,
    };
    const difference = differs(`page ${gfn}`, seen, modelPage(naive.state, gfn));
    if (difference !== null) return difference;
  }
  for (const region of new Set([...naive.state.rmp.keys()].map((pfn) => blockStart(pfn, REGION)))) {
    const expected = Array.from({ length: REGION }, (_, i) => modelEntry(naive.state, region + i));
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
    const difference = differs(`contents of ${pfn}`, data, bytes);
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

/** What must hold whatever the model says (hardware.md 11). */
function brokenInvariant(story: Story, subject: Subject, makeSubject: MakeSubject): string | null {
  for (const slot of story.config.memslots) {
    const start = blockStart(FRAME_BASE + slot.gfn, REGION);
    for (let region = start; region < start + Math.min(slot.pages, PAGES_COMPARED_MAX); region += REGION) {
      const [base, ...others] = subject.rmp(region, REGION);
      const assigned = others.filter((e) => e.assigned).length;
      const expected = base.pageSize === 2 ? 0 : assigned;
      if (base.subPageCount !== expected) return `sub-page count of frame ${region}: ${base.subPageCount}, counted ${expected}`;
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
