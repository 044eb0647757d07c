/** One fault, step by step: walk → check → decision → action, with the rule of the kernel generation and where it stands. */
import type { ComponentChildren } from 'preact';
import type { Schemas } from '../../../src/client/browser.js';
import type { FaultEvent } from '../live/protocol.js';
import { generations } from '../session.js';

interface StepsProps {
  readonly event: FaultEvent;
  readonly generation: string;
  onLook(gpa: string): void;
}

export function FaultSteps({ event, generation, onLook }: StepsProps) {
  return (
    <div class="steps">
      {event.type === 'fault' && <HostFault fault={event.fault} outcome={event.outcome} generation={generation} />}
      {event.type === 'nested-fault' && <Nested fault={event.fault} generation={generation} />}
      {event.type === 'vc-exception' && (
        <Step name="exception">
          #VC inside the guest, error code <code>{event.errorCode}</code>: the page at <code>{event.gpa}</code> is not validated.
        </Step>
      )}
      {event.type === 'memory-fault-exit' && (
        <Step name="exit">
          KVM leaves to the VMM with KVM_EXIT_MEMORY_FAULT: the guest wants the page {event.private ? 'private' : 'shared'}.
        </Step>
      )}
      <p class="steps-foot dim">
        event #{event.seq}, operation {event.operation} ({event.op}){event.requestId !== null && <> of request {event.requestId}</>}
        {whereOf(event) !== null && (
          <button type="button" class="quiet" onClick={() => onLook(whereOf(event) ?? '0x0')}>
            Look into the page
          </button>
        )}
      </p>
    </div>
  );
}

function whereOf(event: FaultEvent): string | null {
  return event.type === 'fault' || event.type === 'nested-fault' ? event.fault.gpa : event.gpa;
}

function Step({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <section class="step">
      <h4>{name}</h4>
      <div>{children}</div>
    </section>
  );
}

const REASONS: Readonly<Record<NonNullable<Schemas['Fault']['reason']>, string>> = {
  'page-assigned': 'The page written is assigned',
  'mapping-overlaps-assigned': 'The mapping is larger than the page, and another page under it is assigned',
  'page-in-use': 'The mapping begins at a 2M-aligned page that a vCPU has in use, which stands for its whole region',
};

function HostFault({
  fault,
  outcome,
  generation,
}: {
  readonly fault: Schemas['Fault'];
  readonly outcome: string;
  readonly generation: string;
}) {
  const { rmp, lookedUp, faultFlags, signal } = fault;
  return (
    <>
      <Step name="walk">
        A {fault.origin} {fault.access} at <code>{fault.hva}</code>
        {fault.level === null ? ' finds no leaf' : ` goes through a ${fault.level} leaf`}
        {fault.pfn !== null && (
          <>
            {' '}
            to frame <code>{fault.pfn}</code>
          </>
        )}
        .
      </Step>
      <Step name="check">
        {rmp !== null && (
          <>
            The RMP has it as <b>{rmp.state}</b> ({rmp.assigned ? 'assigned' : 'not assigned'}, look-up {rmp.level}).{' '}
          </>
        )}
        {fault.reason === null ? 'The leaf does not allow it' : REASONS[fault.reason]}: #PF <code>{fault.errorCode}</code>{' '}
        <span class="dim">{fault.errorCodeBits.join(' ')}</span>
      </Step>
      <Step name="decision">
        {lookedUp === null ? (
          'The handler looks nothing up. '
        ) : (
          <>
            The handler looks up <code>{lookedUp.pfn}</code>: {lookedUp.assigned ? 'assigned' : 'not assigned'}, {lookedUp.level}.{' '}
          </>
        )}
        {fault.decision === null ? 'There is nothing for it to decide.' : <b class={`decision ${fault.decision}`}>{fault.decision}</b>}
        <Rule generation={generation} />
      </Step>
      <Step name="action">
        {faultFlags !== null && (
          <>
            handle_mm_fault with <code>{faultFlags.value}</code> <span class="dim">{faultFlags.names.join(' ')}</span>.{' '}
          </>
        )}
        <b>{fault.action}</b>
        {signal !== null && (
          <>
            , {signal.name} {signal.codeName} at <code>{signal.address}</code>
          </>
        )}
        . The access: <b>{outcome}</b>
        {fault.dmesg.length > 0 && <pre>{fault.dmesg.join('\n')}</pre>}
      </Step>
    </>
  );
}

function Nested({ fault, generation }: { readonly fault: Schemas['NestedFault']; readonly generation: string }) {
  return (
    <>
      <Step name="walk">
        The guest’s {fault.access} of <code>{fault.gpa}</code> goes through a {fault.level} nested leaf to frame <code>{fault.pfn}</code>.
      </Step>
      <Step name="check">
        The RMP has it as <b>{fault.rmp.state}</b>. The check {fault.reason} fails: #VMEXIT(NPF) <code>{fault.errorCode}</code>{' '}
        <span class="dim">{fault.errorCodeBits.join(' ')}</span>
      </Step>
      <Step name="decision">
        The host’s handler answers.
        <Rule generation={generation} />
      </Step>
      <Step name="action">
        <b>{fault.action}</b>
      </Step>
    </>
  );
}

function Rule({ generation }: { readonly generation: string }) {
  const known = generations.value.find(({ name }) => name === generation);
  if (known === undefined) return null;
  return (
    <p class="rule">
      <b>{known.name}</b>: {known.title} <cite>{known.source}</cite>
    </p>
  );
}
