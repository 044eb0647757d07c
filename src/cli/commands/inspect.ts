/** `rampart explain` and `rampart history`: why something would happen, and what has happened. Nothing is changed. */
import { type Command, Option } from 'commander';
import { type Schemas, sawWords } from '../../client/index.js';
import { type Io, UsageError } from '../io.js';
import { address, type CommonOptions, contextOf, size, withService, wholeNumber } from '../options.js';
import { type Paint, type Style, table } from '../text.js';
import { eventWords } from '../words.js';

type Question = Schemas['ExplainRequest'];
type Space = 'gpa' | 'hva' | 'pfn';

interface ExplainOptions extends CommonOptions {
  readonly op: Question['op'];
  readonly space?: Space;
  readonly size: string | number;
  readonly via?: 'user' | 'copy-to-user' | 'kvm' | 'direct-map';
  readonly pageSize: Schemas['PageSize'];
  readonly rescind?: true;
  readonly assignTo?: string;
  readonly asid: number;
}

const OPS = ['hypervisor-write', 'hypervisor-read', 'pvalidate', 'rmpupdate', 'psmash'] satisfies Question['op'][];

export function addInspectCommands(program: Command, io: Io): void {
  withService(program.command('explain').argument('<vm>').argument('<address>', 'where; a pfn for rmpupdate and psmash', address))
    .description('the checks that an operation would meet, in order, and what would come of it')
    .addOption(new Option('--op <name>', 'the operation').choices(OPS).default('hypervisor-write'))
    .addOption(new Option('--space <space>', 'of a read or write: what the address is').choices(['gpa', 'hva', 'pfn']))
    .option('--size <size>', 'of a read or write: bytes', size, 1)
    .addOption(new Option('--via <how>', 'of a read or write: who does it').choices(['user', 'copy-to-user', 'kvm', 'direct-map']))
    .addOption(new Option('--page-size <size>', 'of an instruction').choices(['4K', '2M']).default('4K'))
    .option('--rescind', 'of PVALIDATE: take the validation back')
    .option('--assign-to <gpa>', 'of RMPUPDATE: assign the frame to this guest page; else it is un-assigned', address)
    .option('--asid <n>', 'of RMPUPDATE: to this guest', wholeNumber(0, 1023), 1)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rampart explain $VM 0x207000 --size 64\n  $ rampart explain $VM 0x100207 --op rmpupdate --assign-to 0x207000',
    )
    .action(async (vm: string, at: string, options: ExplainOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const explained = await rampart.vm(vm).explain(questionOf(at, options), { signal: io.signal });
      print(explained, () => explanationWords(explained, paint));
    });

  withService(program.command('history').argument('<vm>').argument('<gpa>', 'guest address', address))
    .description('the events that made a page what it is, newest first')
    .option('--count <n>', 'at most so many', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .addHelpText('after', '\nExample:\n  $ rampart history $VM 0x207000 --count 10')
    .action(async (vm: string, gpa: string, options: CommonOptions & { count?: number }) => {
      const { rampart, json, paint } = contextOf(io, options);
      const events = rampart.vm(vm).history(gpa, { signal: io.signal });
      for (let left = options.count ?? Number.POSITIVE_INFINITY; left > 0; left--) {
        const { value, done } = await events.next();
        if (done === true) {
          if (value === 'compacted') io.err('rampart: what was before is not kept any more\n');
          return;
        }
        io.out(`${json ? JSON.stringify(value) : eventWords(value, paint)}\n`);
        await io.drained();
      }
    });
}

function questionOf(at: string, options: ExplainOptions): Question {
  const { op, size: bytes, via, pageSize, rescind, assignTo, asid, space = 'gpa' } = options;
  switch (op) {
    case 'hypervisor-write':
      return { op, [space]: at, size: bytes, ...(via === undefined ? {} : { via }) };
    case 'hypervisor-read':
      if (via === 'copy-to-user' || via === 'kvm') throw new UsageError(`--via ${via} is for stores`);
      return { op, [space]: at, size: bytes, ...(via === undefined ? {} : { via }) };
    case 'pvalidate':
      return { op, gpa: at, pageSize, validate: rescind !== true };
    case 'rmpupdate':
      return { op, pfn: at, pageSize, ...(assignTo === undefined ? { assigned: false } : { assigned: true, gpa: assignTo, asid }) };
    case 'psmash':
      return { op, pfn: at };
  }
}

const RESULT_STYLE: Readonly<Record<Schemas['Check']['result'], Style>> = { passed: 'green', failed: 'red', 'not-reached': 'dim' };

function explanationWords({ op, page, bytesBefore, checks, verdict }: Schemas['Explanation'], paint: Paint): string {
  const place = Object.entries(page).flatMap(([space, value]) => (value === null ? [] : [`${space} ${value}`]));
  const before = bytesBefore === 0 ? '' : `, after ${bytesBefore} bytes`;
  const rows = checks.map(({ check, result, source, saw }) => [
    paint(RESULT_STYLE[result], result),
    check,
    saw === null ? '' : sawWords(saw),
    paint('dim', source),
  ]);
  return `${op} at ${place.join(', ')}${before}\n\n${table(['RESULT', 'CHECK', 'SAW', 'SOURCE'], rows, paint)}\n${verdictWords(verdict, paint)}`;
}

function verdictWords(
  { kind, status, code, carry, fault, reason, errorCode, errorCodeBits, handler }: Schemas['Explanation']['verdict'],
  paint: Paint,
): string {
  const good = kind === 'completed' || status === 'SUCCESS';
  const what = [
    kind === 'status' ? `${status}${code === null ? '' : ` (${code})`}` : kind,
    fault,
    errorCode === null ? null : [errorCode, ...errorCodeBits].join(' '),
    reason,
    carry === null ? null : `CF ${carry ? 1 : 0}`,
  ].filter((word) => word !== null);
  const first = `${paint(good ? 'green' : 'red', what.join(', '))}\n`;
  if (handler === null) return first;
  const { decision, lookedUp, repairs, then } = handler;
  const looked =
    lookedUp === null ? '' : `, after it looked up ${lookedUp.pfn} (${lookedUp.assigned ? 'assigned' : 'not assigned'}, ${lookedUp.level})`;
  const does = repairs.length === 0 ? '' : `; it does ${repairs.join(', ')}`;
  return `${first}the kernel decides ${decision ?? 'nothing'}${looked}${does}; then ${then}\n`;
}
