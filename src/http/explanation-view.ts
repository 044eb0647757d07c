/** Body → what is to be explained; explanation → the JSON that callers see. */
import type { z } from 'zod';
import { addressText, type Check, type Explainable, type Explanation, hexText, levelName, type Saw, type Verdict } from '../core/index.js';
import { nestedErrorBitNames, nestedErrorText, pageFaultBitNames } from '../core/index.js';
import { entryObject } from '../service/wire.js';
import { hypervisorRead, hypervisorWrite, psmash, pvalidate, rmpupdate } from './commands.js';
import type { Refusal } from './problem.js';
import type { ExplainRequest } from './schemas/explain.js';

export function explainableOf(body: z.infer<typeof ExplainRequest>): Explainable | Refusal {
  switch (body.op) {
    case 'hypervisor-write':
      return hypervisorWrite(body);
    case 'hypervisor-read':
      return hypervisorRead(body);
    case 'pvalidate':
      return pvalidate(body);
    case 'rmpupdate':
      return rmpupdate(body);
    case 'psmash':
      return psmash(body);
  }
}

export function explanationObject({ op, place, bytesBefore, checks, verdict }: Explanation) {
  return {
    op,
    page: {
      gpa: place.gfn === null ? null : addressText(place.gfn, 0),
      hva: place.vpn === null ? null : addressText(place.vpn, 0),
      pfn: place.pfn === null ? null : hexText(place.pfn),
    },
    bytesBefore,
    checks: checks.map(checkObject),
    verdict: verdictObject(verdict),
  };
}

function checkObject({ check, source, result, saw }: Check) {
  return { check, source, result, saw: saw === null ? null : sawObject(saw) };
}

function sawObject({ vma, leaf, entry, assignedInRegion, wanted }: Saw) {
  return {
    ...(vma === undefined ? {} : { vma }),
    ...(leaf === undefined ? {} : { leaf: leaf === null ? null : { ...leaf, level: levelName(leaf.level), pfn: hexText(leaf.pfn) } }),
    ...(entry === undefined ? {} : { entry: entryObject(entry) }),
    ...(assignedInRegion === undefined ? {} : { assignedInRegion }),
    ...(wanted === undefined ? {} : { wanted: wantedObject(wanted) }),
  };
}

function wantedObject({ gfn, pageSize, frames, ...plain }: NonNullable<Saw['wanted']>) {
  return {
    ...plain,
    ...(gfn === undefined ? {} : { gpa: addressText(gfn, 0) }),
    ...(pageSize === undefined ? {} : { pageSize: levelName(pageSize) }),
    ...(frames === undefined ? {} : { frames: hexText(frames) }),
  };
}

const NOTHING = {
  status: null,
  code: null,
  carry: null,
  fault: null,
  reason: null,
  errorCode: null,
  errorCodeBits: [] as readonly string[],
  handler: null,
};

function verdictObject(verdict: Verdict) {
  switch (verdict.kind) {
    case 'completed':
    case 'status':
      return { ...NOTHING, ...verdict };
    case 'fault': {
      const { kind, fault, reason, errorCode } = verdict;
      const bits = pageFaultBitNames(errorCode);
      return {
        ...NOTHING,
        kind,
        fault,
        reason,
        errorCode: hexText(errorCode >>> 0),
        errorCodeBits: bits,
        handler: handlerObject(verdict.handler),
      };
    }
    case 'kvm-guard':
      return { ...NOTHING, kind: verdict.kind, handler: handlerObject(verdict.handler) };
    case 'nested-fault': {
      const { kind, errorLow, errorHigh, handler } = verdict;
      const errorCode = nestedErrorText(errorLow, errorHigh);
      return { ...NOTHING, kind, errorCode, errorCodeBits: nestedErrorBitNames(errorLow, errorHigh), handler: handlerObject(handler) };
    }
  }
}

function handlerObject(handler: Extract<Verdict, { kind: 'fault' }>['handler']) {
  if (handler === null) return null;
  const { lookedUp } = handler;
  return { ...handler, lookedUp: lookedUp === null ? null : { ...lookedUp, pfn: hexText(lookedUp.pfn), level: levelName(lookedUp.level) } };
}
