/** Deleting a VM: what goes, before it goes. */
import { useSignal } from '@preact/signals';
import type { Schemas } from '../../../src/client/browser.js';
import { explainFailure, rampart } from '../session.js';
import { Dialog } from '../ui/dialog.js';
import { count } from '../ui/format.js';
import { Trouble } from '../ui/trouble.js';

interface DeleteProps {
  readonly vm: Pick<Schemas['VmSummary'], 'id' | 'name' | 'seq'>;
  onClose(): void;
  onDeleted(): void;
}

export function DeleteDialog({ vm, onClose, onDeleted }: DeleteProps) {
  const trouble = useSignal<string | null>(null);
  const remove = (): void => {
    rampart()
      .vm(vm.id)
      .delete()
      .then(
        () => (onDeleted(), onClose()),
        (error: unknown) => (trouble.value = explainFailure(error)),
      );
  };
  return (
    <Dialog title={`Delete ${vm.name ?? vm.id}?`} onClose={onClose}>
      <p>
        Its host is torn down: every page that is still the guest’s is un-assigned, and its memory and page tables are gone for good. Its{' '}
        {count(vm.seq)} events stay in the log.
      </p>
      <Trouble words={trouble.value} />
      <footer class="form-foot">
        <button type="button" onClick={onClose}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={remove}>
          Delete
        </button>
      </footer>
    </Dialog>
  );
}
