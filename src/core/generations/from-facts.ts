/** The hooks of a generation by its facts; what a version does beyond its knobs its own file adds. */
import {
  forceSharedForKvm,
  nestedByKvm,
  nestedByVmm,
  ordinaryFault,
  plan,
  proceed,
  refuseHeld,
  refuseToKvm,
  removeFromDirectMap,
  restoreDirectMap,
  retryBy,
  splitDirectMapAlways,
  splitDirectMapIf4K,
  userOnly,
  waitForHeld,
} from './common.js';
import type { GenerationFacts } from './facts.js';
import type { Generation } from './generation.js';
import { userHandler } from './user-handler.js';

type Described = Pick<Generation, 'name' | 'title' | 'source' | 'facts' | 'derived' | 'sources'>;

export function generationFromFacts(described: Described, own: Partial<Generation> = {}): Generation {
  const { facts } = described;
  const planConversion = own.planConversion ?? conversionHook(facts);
  return {
    ...described,
    planConversion,
    beforeRmpupdate: directMapHook(facts),
    afterRmpupdate: facts.directMap === 'removed' ? restoreOrRetry(facts) : retryHook(facts),
    beforeKvmWrite: kvmHook(facts),
    onNotPresent: proceed,
    onRmpFault: userOnly(facts.userHandler ? userHandler(facts) : ordinaryFault),
    onNestedFault: facts.implicitConversion === 'made-by-kvm' ? nestedByKvm(planConversion) : nestedByVmm(facts, planConversion),
    onTeardown: facts.unassignFailure === 'leak-list' ? () => plan('unassignFailure', { then: 'go-on' }) : proceed,
    ...own,
  };
}

function conversionHook({ conversionOfHeldPage }: GenerationFacts): Generation['planConversion'] {
  return { allowed: proceed, ebusy: refuseHeld, waits: waitForHeld, refused: proceed }[conversionOfHeldPage];
}

function directMapHook({ directMap }: GenerationFacts): Generation['beforeRmpupdate'] {
  return {
    'split-always': splitDirectMapAlways,
    'split-if-4k': splitDirectMapIf4K,
    removed: removeFromDirectMap,
    untouched: proceed,
  }[directMap];
}

function kvmHook({ kvmWritesPrivate }: GenerationFacts): Generation['beforeKvmWrite'] {
  return {
    unguarded: proceed,
    'force-shared': forceSharedForKvm,
    ebusy: refuseToKvm,
    'other-page': proceed,
    efault: proceed,
  }[kvmWritesPrivate];
}

function retryHook({ rmpupdateRetry }: GenerationFacts): Generation['afterRmpupdate'] {
  return (_change, code, executions, view) => retryBy(rmpupdateRetry, code, executions, view);
}

function restoreOrRetry({ rmpupdateRetry }: GenerationFacts): Generation['afterRmpupdate'] {
  return (change, code, executions, view) => restoreDirectMap(change, code) ?? retryBy(rmpupdateRetry, code, executions, view);
}
