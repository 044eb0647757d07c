/** `rampart vm …`: making, listing and deleting VMs. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../client/index.js';
import { type Io, UsageError } from '../io.js';
import { type CommonOptions, contextOf, label, size, withService, wholeNumber } from '../options.js';
import { table } from '../text.js';
import { memoryWords, vmFields } from '../words.js';

const TTL_SECONDS_MAX = 31_536_000;
const BACKINGS = ['thp', '4k', 'shmem-thp', 'dax-2M', 'hugetlb-2M', 'hugetlb-1G'] satisfies Schemas['Backing'][];

interface CreateOptions extends CommonOptions {
  readonly name?: string;
  readonly size?: Schemas['SizeIn'];
  readonly backing?: Schemas['Backing'];
  readonly initialState?: Schemas['InitialState'];
  readonly generation?: Schemas['GenerationName'];
  readonly onSigbus?: 'kill' | 'report';
  readonly label?: Readonly<Record<string, string>>;
  readonly ttl?: number;
  readonly quiet?: true;
}

export function addVmCommands(program: Command, io: Io): void {
  const vm = program.command('vm').description('make, list, show, reset and delete VMs');

  withService(vm.command('create'))
    .description('make a VM and print it')
    .option('--name <name>', 'a name for people')
    .option('--size <size>', 'memory; 256MiB where it is left out', size)
    .addOption(new Option('--backing <backing>', 'what the host maps').choices(BACKINGS))
    .addOption(new Option('--initial-state <state>', 'state of all memory').choices(['shared', 'private']))
    .option('--generation <name>', 'version of the host kernel')
    .addOption(new Option('--on-sigbus <what>', 'whether a SIGBUS ends the VMM').choices(['kill', 'report']))
    .option('--label <name=value>', 'a label; may be given again', label)
    .option('--ttl <seconds>', 'delete the VM after so long', wholeNumber(1, TTL_SECONDS_MAX))
    .option('-q, --quiet', 'print the id alone, for scripts')
    .addHelpText(
      'after',
      '\nExamples:\n  $ VM=$(rampart vm create --backing thp --on-sigbus report -q)\n  $ rampart vm create --size 1GiB --label suite=nightly --ttl 3600',
    )
    .action(async (options: CreateOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const { created } = await rampart.createVm(createBody(options), { signal: io.signal });
      print(created, () => (options.quiet === true ? `${created.id}\n` : vmFields(created, paint)));
    });

  withService(vm.command('list'))
    .description('all VMs, oldest first')
    .option('--label <name=value>', 'only those with this label; may be given again', label)
    .action(async (options: CommonOptions & Pick<CreateOptions, 'label'>) => {
      const { rampart, print, paint } = contextOf(io, options);
      const wanted = Object.entries(options.label ?? {});
      const vms: Schemas['VmSummary'][] = [];
      for await (const one of rampart.vms({ signal: io.signal })) {
        if (wanted.every(([name, value]) => one.labels[name] === value)) vms.push(one);
      }
      print(vms, () => {
        if (vms.length === 0) return 'no VMs\n';
        const rows = vms.map((one) => [one.id, one.name ?? '', one.state, one.generation, memoryWords(one), String(one.seq)]);
        return table(['ID', 'NAME', 'STATE', 'GENERATION', 'MEMORY', 'LAST EVENT'], rows, paint);
      });
    });

  withService(vm.command('show <vm>'))
    .description('one VM, its counters and its digest')
    .action(async (id: string, options: CommonOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const read = await rampart.vm(id).read({ signal: io.signal });
      print(read, () => vmFields(read, paint));
    });

  withService(vm.command('fork <vm>'))
    .description('a copy of a VM as it is now')
    .option('--name <name>', 'a name for people; that of the original where it is left out')
    .option('-q, --quiet', 'print the id alone, for scripts')
    .action(async (id: string, options: CommonOptions & Pick<CreateOptions, 'name' | 'quiet'>) => {
      const { rampart, print, paint } = contextOf(io, options);
      const { created } = await rampart.vm(id).fork(given({ name: options.name }), { signal: io.signal });
      print(created, () => (options.quiet === true ? `${created.id}\n` : vmFields(created, paint)));
    });

  withService(vm.command('reset <vm>'))
    .description('back to the state after creation')
    .action(async (id: string, options: CommonOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const read = await rampart.vm(id).reset({ signal: io.signal });
      print(read, () => vmFields(read, paint));
    });

  withService(vm.command('delete [vms...]'))
    .description('delete VMs, by their ids or by a label')
    .option('--label <name=value>', 'all that have this label', label)
    .addHelpText('after', '\nExamples:\n  $ rampart vm delete vm-0k3r8w2m5q\n  $ rampart vm delete --label suite=nightly')
    .action(async (ids: readonly string[], options: CommonOptions & Pick<CreateOptions, 'label'>) => {
      const { rampart, print } = contextOf(io, options);
      const labels = Object.entries(options.label ?? {});
      if (labels.length > 1 || (labels.length === 1) === ids.length > 0) throw new UsageError('give ids, or one --label');
      let deleted = ids.length;
      for (const id of ids) await rampart.vm(id).delete({ signal: io.signal });
      for (const [name, value] of labels) deleted = await rampart.deleteByLabel(name, value, { signal: io.signal });
      print({ deleted }, () => `${deleted} deleted\n`);
    });
}

function createBody({
  name,
  size: bytes,
  backing,
  initialState,
  generation,
  onSigbus,
  label: labels,
  ttl,
}: CreateOptions): Schemas['CreateRequest'] {
  const memory = given({ size: bytes, backing, initialState });
  return given({ name, generation, onSigbus, labels, ttlSeconds: ttl, memory: Object.keys(memory).length === 0 ? undefined : memory });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
