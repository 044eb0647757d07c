/**
 * What explain says of a command against what carrying it out then does, under random commands on random machines. RAMPART_LONG=1 takes more
 * than 10^5 accesses.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  apply,
  type Command,
  createMachine,
  digestOf,
  type Event,
  explain,
  type Explainable,
  type Explanation,
  isRejection,
  type Machine,
  type Outcome,
  PAGE_BYTES,
  type Pvalidate,
  type Rejection,
  type Result,
} from '../../src/core/index.js';
import { memoryCipher } from '../../src/service/memory-cipher.js';
import { story } from './random-commands.js';

const COMMANDS_MAX = 40;
const LONG = process.env['RAMPART_LONG'] === '1';
const STORIES = LONG ? 24_000 : 500;
const ACCESSES_MIN = LONG ? 100_000 : 2_000;
const TIMEOUT_MS = LONG ? 3_600_000 : 600_000;

const EXPLAINED: readonly Command['op'][] = ['hypervisor-write', 'hypervisor-read', 'pvalidate', 'rmpupdate', 'psmash'];

function explainable(command: Command): Explainable | null {
  if ('inject' in command && command.inject !== undefined) return null;
  // The one instruction is explained, not what a guest does about its code.
  if (command.op === 'pvalidate' && command.fallback === true) return null;
  return EXPLAINED.includes(command.op) ? (command as Explainable) : null;
}

test('explain agrees with execution, and changes nothing', { timeout: TIMEOUT_MS }, () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(story(COMMANDS_MAX), (told) => {
      const created = createMachine(told.config, memoryCipher);
      if (isRejection(created)) return;
      for (const command of told.commands) play(created.machine, command, seen);
    }),
    { numRuns: STORIES },
  );
  expect([...seen.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(ACCESSES_MIN);
  // Each kind of end occurred, so that agreeing was no accident of what was asked.
  for (const kind of ['completed', 'fault', 'nested-fault', 'status', 'rejected']) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(20);
});

function play(machine: Machine, command: Command, seen: Map<string, number>): void {
  const asked = explainable(command);
  if (asked === null) return void apply(machine, command);
  const before = [digestOf(machine), machine.seq, machine.operations, JSON.stringify(machine.counters)];
  const explained = explain(machine, asked);
  expect([digestOf(machine), machine.seq, machine.operations, JSON.stringify(machine.counters)]).toEqual(before);
  const postMortem = machine.state === 'killed';
  const done = apply(machine, command);
  const kind = isRejection(explained) ? 'rejected' : explained.verdict.kind;
  seen.set(kind, (seen.get(kind) ?? 0) + 1);
  const isUnknown = !isRejection(explained) && explained.verdict.kind === 'fault' && explained.verdict.handler === null;
  expect(observed(asked, done, isUnknown), JSON.stringify(asked)).toEqual(foretold(explained, postMortem));
}

/** What the explanation says will happen first. */
function foretold(explained: Explanation | Rejection, postMortem: boolean): unknown {
  if (isRejection(explained)) return { rejected: explained.code, pointer: explained.pointer };
  const { op, verdict, place, bytesBefore, checks } = explained;
  const failed = checks.findIndex(({ result }) => result === 'failed');
  expect(checks.map(({ result }) => result)).toEqual(
    checks.map((_, i) => (failed < 0 || i < failed ? 'passed' : i === failed ? 'failed' : 'not-reached')),
  );
  switch (verdict.kind) {
    case 'completed':
      return { completed: op, carry: verdict.carry };
    case 'fault':
      // Whoever reads what a dead VMM left takes no fault.
      if (postMortem) return { segv: verdict.handler?.then === 'segv' };
      return {
        fault: verdict.fault,
        errorCode: verdict.errorCode,
        reason: verdict.reason,
        pfn: place.pfn,
        gfn: place.gfn,
        bytesBefore,
        handler: verdict.handler === null ? 'unknown' : { decision: verdict.handler.decision, lookedUp: verdict.handler.lookedUp },
      };
    case 'kvm-guard':
      return { kvm: verdict.handler.then };
    case 'nested-fault':
      // No VMA: KVM_RUN fails, and the guest's fault is never answered.
      if (verdict.handler.then === 'efault') return { status: 'NESTED_FAULT', code: null };
      return verdict.handler.repairs[0] === 'map'
        ? { mapped: place.gfn }
        : { nestedFault: [verdict.errorLow, verdict.errorHigh], pfn: place.pfn };
    case 'status':
      return { status: verdict.status, code: verdict.code };
  }
}

/** What did happen first, in the same words. */
function observed(asked: Explainable, done: Result, isUnknown: boolean): unknown {
  if (isRejection(done)) return { rejected: done.code, pointer: done.pointer };
  const { outcome, events } = done;
  if (outcome.op === 'hypervisor-write' || outcome.op === 'hypervisor-read')
    return firstOfHostAccess(asked as HostAccess, outcome, events, isUnknown);
  if (outcome.op === 'pvalidate') return firstOfPvalidate((asked as Pvalidate).gfn, outcome, events);
  if (outcome.op === 'rmpupdate' || outcome.op === 'psmash')
    return outcome.code === 0 ? { completed: outcome.op, carry: null } : { status: outcome.status, code: outcome.code };
  throw new Error(`not explainable: ${outcome.op}`);
}

type HostAccess = Extract<Explainable, { op: 'hypervisor-write' | 'hypervisor-read' }>;
type HostOutcome = Extract<Outcome, { op: 'hypervisor-write' | 'hypervisor-read' }>;

function firstOfHostAccess({ op, target, via }: HostAccess, outcome: HostOutcome, events: readonly Event[], isUnknown: boolean): unknown {
  const raised = events.find((event) => event.type === 'fault');
  // KVM's guard acts before anything of the page is looked at.
  if (via === 'kvm' && raised === undefined && (outcome.outcome === 'ebusy' || outcome.outcome === 'efault'))
    return { kvm: outcome.outcome };
  if (via === 'kvm' && 'dmesg' in outcome && events[0]?.type !== 'fault') return { kvm: 'retry' };
  if (raised === undefined) return outcome.outcome === 'segv' ? { segv: true } : { completed: op, carry: null };
  const { kind, errorCode, reason, page, pfn, gfn, decision, lookedUp } = raised.fault;
  const pagesBefore = (target.space === 'gpa' ? Number(gfn) : page) - target.page;
  const bytesBefore = pagesBefore === 0 ? 0 : pagesBefore * PAGE_BYTES - target.offset;
  return { fault: kind, errorCode, reason, pfn, gfn, bytesBefore, handler: isUnknown ? 'unknown' : { decision, lookedUp } };
}

function firstOfPvalidate(gfn: number, outcome: Extract<Outcome, { op: 'pvalidate' }>, events: readonly Event[]): unknown {
  const [first] = events;
  if (first?.type === 'mapping-installed' && first.cause === 'nested-fault') {
    const from = Number(first.gfn);
    return { mapped: gfn >= from && gfn < from + first.pages ? gfn : from };
  }
  const [fault] = outcome.faults;
  if (fault !== undefined) return { nestedFault: [fault.errorLow, fault.errorHigh], pfn: fault.pfn };
  return outcome.code === 0 ? { completed: 'pvalidate', carry: outcome.carry } : { status: outcome.status, code: outcome.code };
}
