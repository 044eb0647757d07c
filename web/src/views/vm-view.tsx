/** One VM: its memory, its faults, and the page that one looks into. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { follow, newestSeq, selectPage, vmDetails, vmNews, watchVms } from '../live/live.js';
import { pageOf } from '../live/tally.js';
import { MapView } from '../map/map-view.js';
import { go, linkTo, refine } from '../router.js';
import { explainFailure, rampart } from '../session.js';
import { OperatePanel } from '../operate/operate-panel.js';
import { announce } from '../ui/announce.js';
import { gpaOf } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { DeleteDialog } from './delete-dialog.js';
import { Inspector } from './inspector.js';
import { Timeline } from './timeline.js';
import { VmHead } from './vm-head.js';

/** Events of the past that the timeline begins with. */
const PAST_EVENTS = 5000;

type Side = 'look' | 'operate';
const SIDES: readonly { readonly side: Side; readonly name: string }[] = [
  { side: 'look', name: 'Look' },
  { side: 'operate', name: 'Operate' },
];

export function VmView({ id, gpa }: { readonly id: string; readonly gpa: string | null }) {
  const first = useSignal<Schemas['Vm'] | null>(null);
  const trouble = useSignal<string | null>(null);
  const deleting = useSignal(false);
  const side = useSignal<Side>('look');
  const selected = useSignal<number | null>(null);

  useEffect(() => {
    rampart()
      .vm(id)
      .read()
      .then(
        (vm) => {
          first.value = vm;
          follow(id, vm.seq > PAST_EVENTS ? vm.seq - PAST_EVENTS : 'oldest');
          watchVms([id]);
        },
        (error: unknown) => (trouble.value = explainFailure(error)),
      );
  }, []);
  useEffect(() => {
    selected.value = gpa !== null && /^0x[0-9a-f]{1,16}$/.test(gpa) ? pageOf(gpa) : null;
  }, [gpa]);
  useSignalEffect(() => selectPage(selected.value));
  useSignalEffect(() => {
    const fate = vmNews.value.find((news) => news.id === id)?.fate;
    if (fate === 'killed' || fate === 'deleted' || fate === 'reset') announce(`The VM was ${fate}`);
  });

  if (first.value === null) {
    return (
      <div class="page-list">
        <p class="lone">{trouble.value ?? 'reading the VM …'}</p>
        {trouble.value !== null && (
          <p class="lone">
            <a href={linkTo({ view: 'vms' })}>All VMs</a>
          </p>
        )}
      </div>
    );
  }
  const vm = vmDetails.value.get(id) ?? first.value;
  const end = Math.max(...vm.memslots.map((slot) => pageOf(slot.gpa) + slot.size / 4096));
  const look = (page: number): void => refine({ view: 'vm', id, gpa: gpaOf(page) });
  return (
    <div class="page-vm">
      <VmHead vm={vm} seq={newestSeq.value ?? vm.seq} onDelete={() => (deleting.value = true)} />
      <Trouble words={trouble.value} />
      <div class="vm-grid">
        <div class="vm-main">
          <MapView end={end} selected={selected.value} onSelect={look} />
          <Timeline generation={vm.generation} onLook={(where) => look(pageOf(where))} />
        </div>
        <aside class="vm-side" aria-label="Page and operations">
          <div class="tabs" role="group" aria-label="Side">
            {SIDES.map(({ side: one, name }) => (
              <button key={one} type="button" aria-pressed={side.value === one} onClick={() => (side.value = one)}>
                {name}
              </button>
            ))}
          </div>
          {side.value === 'look' ? (
            <Inspector vm={vm} page={selected.value} onClose={() => refine({ view: 'vm', id, gpa: null })} onLook={look} />
          ) : (
            <OperatePanel vm={vm} gpa={gpaOf(selected.value ?? 0)} />
          )}
        </aside>
      </div>
      {deleting.value && <DeleteDialog vm={vm} onClose={() => (deleting.value = false)} onDeleted={() => go({ view: 'vms' })} />}
    </div>
  );
}
