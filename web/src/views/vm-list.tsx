/** All VMs with state and counters, newest first; making and deleting them. */
import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Schemas } from '../../../src/client/browser.js';
import { follow, vmDetails, vmNews, watchVms } from '../live/live.js';
import { go, linkTo } from '../router.js';
import { explainFailure, rampart } from '../session.js';
import { announce } from '../ui/announce.js';
import { bytes, count } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';
import { CreateDialog } from './create-dialog.js';
import { DeleteDialog } from './delete-dialog.js';
import { StateBar } from './state-bar.js';

type Summary = Schemas['VmSummary'];

/** VMs on the screen whose counters are kept fresh. */
const SHOWN_MAX = 100;

export function VmListView() {
  const vms = useSignal<readonly Summary[] | null>(null);
  const trouble = useSignal<string | null>(null);
  const making = useSignal(false);
  const deleting = useSignal<Summary | null>(null);

  const read = async (): Promise<void> => {
    try {
      const found: Summary[] = [];
      for await (const vm of rampart().vms()) found.push(vm);
      vms.value = found.reverse();
      watchVms(found.slice(0, SHOWN_MAX).map(({ id }) => id));
      trouble.value = null;
    } catch (error) {
      trouble.value = explainFailure(error);
    }
  };
  useEffect(() => {
    follow(null, 'head');
    void read();
  }, []);
  useSignalEffect(() => {
    const fates = vmNews.value.filter(({ fate }) => fate === 'created' || fate === 'deleted' || fate === 'killed');
    if (fates.length === 0) return;
    void read();
    const [{ id, fate }] = fates as [(typeof fates)[number]];
    announce(fates.length === 1 ? `VM ${id} was ${fate}` : `${fates.length} VMs were created, killed or deleted`);
  });

  return (
    <div class="page-list">
      <header class="page-head">
        <h1>Virtual machines</h1>
        <p class="dim">{vms.value === null ? 'reading …' : `${count(vms.value.length)} on this service, each a host of its own`}</p>
        <button type="button" class="primary" onClick={() => (making.value = true)}>
          New VM
        </button>
      </header>
      <Trouble words={trouble.value} />
      {vms.value?.length === 0 ? (
        <Empty onMake={() => (making.value = true)} />
      ) : (
        <VmTable vms={vms.value ?? []} onDelete={(vm) => (deleting.value = vm)} />
      )}
      {making.value && (
        <CreateDialog
          onClose={() => (making.value = false)}
          onMade={(id) => {
            making.value = false;
            go({ view: 'vm', id, gpa: null });
          }}
        />
      )}
      {deleting.value !== null && (
        <DeleteDialog vm={deleting.value} onClose={() => (deleting.value = null)} onDeleted={() => void read()} />
      )}
    </div>
  );
}

function VmTable({ vms, onDelete }: { readonly vms: readonly Summary[]; onDelete(vm: Summary): void }) {
  return (
    <section class="panel wide" tabIndex={0} aria-label="VMs">
      <table class="vms">
        <thead>
          <tr>
            <th>VM</th>
            <th>State</th>
            <th>Generation</th>
            <th>Memory</th>
            <th>Pages by state</th>
            <th class="num">Faults</th>
            <th class="num">Splits</th>
            <th class="num">Signals</th>
            <th class="num">Events</th>
            <th>
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {vms.slice(0, SHOWN_MAX).map((vm) => (
            <Row key={vm.id} vm={vm} onDelete={onDelete} />
          ))}
        </tbody>
      </table>
      {vms.length > SHOWN_MAX && <p class="dim pad">The newest {SHOWN_MAX} are shown; the command and the API list all of them.</p>}
    </section>
  );
}

function Row({ vm, onDelete }: { readonly vm: Summary; onDelete(vm: Summary): void }) {
  const detail = vmDetails.value.get(vm.id);
  const stats = detail?.stats;
  const { state } = detail ?? vm;
  return (
    <tr>
      <th scope="row">
        <a href={linkTo({ view: 'vm', id: vm.id, gpa: null })}>{vm.name ?? vm.id}</a>
        <code class="dim">{vm.id}</code>
      </th>
      <td>
        <span class={`pill ${state}`}>{state}</span>
      </td>
      <td>
        <code>{vm.generation}</code>
      </td>
      <td>
        {bytes(vm.memslots.reduce((sum, { size }) => sum + size, 0))}{' '}
        <span class="dim">{vm.memory?.backing ?? `${vm.memslots.length} memslots`}</span>
      </td>
      <td>{stats !== undefined && <StateBar pages={stats.rmpPages} />}</td>
      <td class="num">{stats === undefined ? '–' : count(Object.values(stats.faults).reduce((sum, n) => sum + n, 0))}</td>
      <td class="num">{stats === undefined ? '–' : count(stats.splits)}</td>
      <td class="num">{stats === undefined ? '–' : count(stats.signals.SIGBUS + stats.signals.SIGSEGV)}</td>
      <td class="num">{count(detail?.seq ?? vm.seq)}</td>
      <td>
        <button type="button" class="quiet" aria-label={`Delete ${vm.name ?? vm.id}`} onClick={() => onDelete(vm)}>
          Delete
        </button>
      </td>
    </tr>
  );
}

function Empty({ onMake }: { onMake(): void }) {
  return (
    <div class="panel empty">
      <h2>No VM yet</h2>
      <p>
        A VM here is a host of its own: page tables, an RMP, a guest that shares and takes back memory, and a kernel that answers the
        faults. Make one, or play a scenario, and watch its memory.
      </p>
      <p class="row">
        <button type="button" class="primary" onClick={onMake}>
          New VM
        </button>
      </p>
    </div>
  );
}
