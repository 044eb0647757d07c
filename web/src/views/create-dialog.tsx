/** Making a VM. */
import { useSignal } from '@preact/signals';
import type { Schemas } from '../../../src/client/browser.js';
import { explainFailure, generations, rampart } from '../session.js';
import { Dialog } from '../ui/dialog.js';
import { ChoiceField, TextField } from '../ui/fields.js';
import { Trouble } from '../ui/trouble.js';

type Request = Schemas['CreateRequest'];

const BACKINGS: readonly { readonly value: Schemas['Backing']; readonly text: string }[] = [
  { value: 'thp', text: 'thp: anonymous, transparent huge pages' },
  { value: '4k', text: '4k: anonymous, small pages' },
  { value: 'shmem-thp', text: 'shmem-thp: shared memory, huge' },
  { value: 'hugetlb-2M', text: 'hugetlb-2M: cannot be split' },
  { value: 'hugetlb-1G', text: 'hugetlb-1G: cannot be split' },
  { value: 'dax-2M', text: 'dax-2M: fsdax' },
];

const STATES = [
  { value: 'shared', text: 'shared: the hypervisor’s' },
  { value: 'private', text: 'private: all of it the guest’s' },
];

const SIGBUS = [
  { value: 'report', text: 'report: say it, and go on' },
  { value: 'kill', text: 'kill: end the VMM' },
];

const SIZES = ['8MiB', '64MiB', '256MiB', '1GiB', '16GiB', '1TiB'];

export function CreateDialog({ onClose, onMade }: { onClose(): void; onMade(id: string): void }) {
  const name = useSignal('');
  const size = useSignal('64MiB');
  const backing = useSignal('thp');
  const initialState = useSignal('shared');
  const onSigbus = useSignal('report');
  const generation = useSignal(generations.value.find((one) => one.default)?.name ?? 'rfc-v1-reply');
  const trouble = useSignal<string | null>(null);
  const chosen = generations.value.find((one) => one.name === generation.value);

  const submit = (event: Event): void => {
    event.preventDefault();
    const body = {
      ...(name.value === '' ? {} : { name: name.value }),
      generation: generation.value,
      memory: { size: size.value, backing: backing.value, initialState: initialState.value },
      onSigbus: onSigbus.value,
    } as Request;
    rampart()
      .createVm(body)
      .then(
        ({ id }) => onMade(id),
        (error: unknown) => (trouble.value = explainFailure(error)),
      );
  };
  return (
    <Dialog title="New VM" onClose={onClose}>
      <form class="form two" onSubmit={submit}>
        <TextField label="Name" value={name} placeholder="optional" />
        <TextField label="Memory" value={size} suggestions={SIZES} hint="a multiple of 4K, up to 4TiB" />
        <ChoiceField label="Backing" value={backing} options={BACKINGS} hint="what the host’s memory is made of" />
        <ChoiceField label="At first" value={initialState} options={STATES} />
        <ChoiceField
          label="Host kernel"
          value={generation}
          options={generations.value.map((one) => ({ value: one.name, text: one.default ? `${one.name} (default)` : one.name }))}
          {...(chosen === undefined ? {} : { hint: chosen.title })}
        />
        <ChoiceField label="On SIGBUS" value={onSigbus} options={SIGBUS} />
        <Trouble words={trouble.value} />
        <footer class="form-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary">
            Create
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
