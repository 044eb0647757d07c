/** An RMP entry: decoded, and raw with its bits labelled. */
import type { Schemas } from '../../../src/client/browser.js';
import { type BitField, bitFields } from '../map/entry-bits.js';

export function EntryView({ entry }: { readonly entry: Schemas['Entry'] }) {
  const { raw, level, pageSize } = entry;
  const inside = level === '2M' && pageSize === '4K';
  return (
    <section class="part">
      <h3>RMP entry</h3>
      <p class="entry-words">{inside ? FOLLOWER : wordsOf(entry)}</p>
      <Quadword name="low" raw={raw[0] ?? '0x0'} fields={bitFields(0, raw[0] ?? '0x0')} />
      <details>
        <summary>
          high quadword <code>{raw[1]}</code>
        </summary>
        <Quadword name="high" raw={raw[1] ?? '0x0'} fields={bitFields(1, raw[1] ?? '0x0')} />
      </details>
    </section>
  );
}

const FOLLOWER = 'Inside a 2M entry: the entry at its base speaks for this page, and this one only says that it is assigned.';

function wordsOf({ assigned, asid, validated, immutable, vmsa, level, subPageCount }: Schemas['Entry']): string {
  const owner = asid === 0 ? 'Assigned to no guest' : `Assigned to ASID ${asid}`;
  return [
    assigned ? `${owner}, ${validated ? 'validated' : 'not validated'}` : 'Not assigned: the hypervisor’s',
    ...(immutable ? ['immutable'] : []),
    ...(vmsa ? ['VMSA'] : []),
    `look-up says ${level}`,
    ...(subPageCount > 0 ? [`${subPageCount} more assigned in its region`] : []),
  ].join(', ');
}

function Quadword({ name, raw, fields }: { readonly name: string; readonly raw: string; readonly fields: readonly BitField[] }) {
  return (
    <div class="quadword">
      <p class="raw">
        <span class="dim">{name}</span> <code>0x{raw.slice(2).padStart(16, '0')}</code>
      </p>
      <div class="bit-strip" aria-hidden="true">
        {fields.flatMap((field) =>
          Array.from({ length: field.high - field.low + 1 }, (_, i) => {
            const at = field.high - i;
            const set = (field.value >> BigInt(at - field.low)) & 1n;
            return (
              <i key={at} class={`${set === 1n ? 'set' : 'clear'}${at === field.low ? ' last' : ''}`} title={`bit ${at}: ${field.name}`} />
            );
          }),
        )}
      </div>
      <table class="bits">
        <thead class="unseen">
          <tr>
            <th>bits</th>
            <th>field</th>
            <th>value</th>
            <th>meaning</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name: field, high, low, value, meaning }) => (
            <tr key={field} class={value === 0n ? 'zero' : ''}>
              <td class="mono dim">{high === low ? high : `${high}:${low}`}</td>
              <th scope="row">{field}</th>
              <td class="mono">{high - low > 4 ? `0x${value.toString(16)}` : String(value)}</td>
              <td>{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
