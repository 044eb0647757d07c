/** Commands that do something to the memory of a VM, or look at it. */
import { type Command, Option } from 'commander';
import type { Schemas } from '../../client/index.js';
import { CheckFailed, type Io, UsageError } from '../io.js';
import { columnsOf, drawMap } from '../map-view.js';
import { address, type CommonOptions, type Context, contextOf, list, size, withService, wholeNumber } from '../options.js';
import { fields, plural } from '../text.js';
import { entryWords, faultDetails, faultWords, nestedFaultWords, outcomeWords } from '../words.js';

type Space = 'gpa' | 'hva' | 'pfn';
type Via = 'user' | 'copy-to-user' | 'direct-map';

interface AccessOptions extends CommonOptions {
  readonly size?: string | number;
  readonly space: Space;
  readonly via?: Via;
  readonly fill?: number;
  readonly data?: string;
  readonly expect?: Schemas['AccessOutcome'];
  readonly expectDecisions?: readonly string[];
}

const OUTCOMES = ['completed', 'sigbus', 'efault', 'ebusy', 'oops', 'livelock', 'ping-pong', 'segv'] satisfies Schemas['AccessOutcome'][];
const PAGES_MAX = 2 ** 30;
const CELLS_MAX = 65_536;
const MAP_ROWS = 8;

const spaceOption = () => new Option('--space <space>', 'what the address is').choices(['gpa', 'hva', 'pfn']).default('gpa');
const pageSizeOption = () => new Option('--page-size <size>', 'size of the pages').choices(['4K', '2M']).default('4K');

export function addMemoryCommands(program: Command, io: Io): void {
  withService(program.command('write').argument('<vm>').argument('<address>', 'where, see --space', address))
    .description('the VMM or the kernel stores to memory')
    .option('--size <size>', 'bytes; 1 where neither size nor data is given', size)
    .addOption(spaceOption())
    .addOption(new Option('--via <how>', 'who stores').choices(['user', 'copy-to-user', 'direct-map']))
    .option('--fill <byte>', 'store this byte again and again', wholeNumber(0, 255))
    .option('--data <base64>', 'store these bytes')
    .addOption(new Option('--expect <outcome>', 'exit with 5 where it ends otherwise').choices(OUTCOMES))
    .option('--expect-decisions <list>', 'exit with 5 where the decisions are others, e.g. PAGE_SPLIT,KILL', list)
    .addHelpText(
      'after',
      '\nExamples:\n  $ rampart write $VM 0x207000 --size 64\n  $ rampart write $VM 0x208000 --expect sigbus --expect-decisions KILL',
    )
    .action(async (vm: string, at: string, options: AccessOptions) => {
      const context = contextOf(io, options);
      const { fill, data, via } = options;
      const bytes = options.size ?? (data === undefined ? 1 : undefined);
      const body: Schemas['WriteRequest'] = {
        [options.space]: at,
        ...(bytes === undefined ? {} : { size: bytes }),
        ...(fill === undefined ? {} : { fill }),
        ...(data === undefined ? {} : { data }),
        ...(via === undefined ? {} : { via }),
      };
      const answer = await context.rampart.vm(vm).write(body, { signal: io.signal });
      printAccess(context, answer, plural(answer.bytesWritten, 'byte'), '');
      check(answer, options);
    });

  withService(program.command('read').argument('<vm>').argument('<address>', 'where, see --space', address))
    .description('the VMM or the kernel loads from memory')
    .option('--size <size>', 'bytes', size, 64)
    .addOption(spaceOption())
    .addOption(new Option('--via <how>', 'who loads').choices(['user', 'direct-map']))
    .addOption(new Option('--expect <outcome>', 'exit with 5 where it ends otherwise').choices(OUTCOMES))
    .addHelpText('after', '\nExample:\n  $ rampart read $VM 0x207000 --size 32')
    .action(async (vm: string, at: string, options: AccessOptions) => {
      const context = contextOf(io, options);
      const via = options.via === 'direct-map' ? 'direct-map' : 'user';
      const answer = await context.rampart.vm(vm).load({ [options.space]: at, size: options.size ?? 64, via }, { signal: io.signal });
      printAccess(context, answer, plural(answer.bytesRead, 'byte'), hexDump(answer.data, at));
      check(answer, options);
    });

  for (const [name, description] of [
    ['private', 'the guest makes pages private'],
    ['share', 'the guest shares pages'],
  ] as const) {
    withService(program.command(name).argument('<vm>').argument('<gpa>', 'first guest address', address))
      .description(description)
      .option('--pages <count>', 'how many pages', wholeNumber(1, PAGES_MAX), 1)
      .addOption(pageSizeOption())
      .option('--no-validate', 'without the PVALIDATE of the guest')
      .addHelpText('after', `\nExample:\n  $ rampart ${name} $VM 0x200000 --page-size 2M`)
      .action(
        async (vm: string, gpa: string, options: CommonOptions & { pages: number; pageSize: Schemas['PageSize']; validate: boolean }) => {
          const { rampart, print, paint } = contextOf(io, options);
          const { pages, pageSize, validate } = options;
          const answer = await rampart.vm(vm)[name](gpa, { pages, pageSize, validate, signal: io.signal });
          print(answer, () => {
            const changed = answer.results.reduce((sum, { rmpPages }) => sum + rmpPages, 0);
            return `${statusWords(answer.status, paint)}, RMP entries of ${plural(changed, 'page')} changed, ${plural(answer.events, 'event')}\n`;
          });
        },
      );
  }

  withService(program.command('pvalidate').argument('<vm>').argument('<gpa>', 'guest address', address))
    .description('the guest executes PVALIDATE')
    .addOption(pageSizeOption())
    .option('--rescind', 'take the validation back')
    .option('--vmpl <n>', 'at this VMPL', wholeNumber(0, 3), 0)
    .addHelpText('after', '\nExample:\n  $ rampart pvalidate $VM 0x200000 --page-size 2M')
    .action(async (vm: string, gpa: string, options: CommonOptions & { pageSize: Schemas['PageSize']; rescind?: true; vmpl: number }) => {
      const { rampart, print, paint } = contextOf(io, options);
      const { pageSize, rescind, vmpl } = options;
      const body = { gpa, pageSize, validate: rescind !== true, vmpl: vmpl as 0 | 1 | 2 | 3 };
      const answer = await rampart.vm(vm).pvalidate(body, { signal: io.signal });
      print(answer, () => {
        const carry = answer.carry === null ? '' : `, CF ${answer.carry ? 1 : 0}`;
        const met = answer.faults.map((fault) => `  ${nestedFaultWords(fault)}\n`);
        return `${answer.outcome}: ${statusWords(answer.status, paint)}${carry}\n${met.join('')}`;
      });
    });

  withService(program.command('page').argument('<vm>').argument('<gpa>', 'guest address', address))
    .description('one guest page seen from everywhere')
    .addHelpText('after', '\nExample:\n  $ rampart page $VM 0x207000')
    .action(async (vm: string, gpa: string, options: CommonOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const page = await rampart.vm(vm).page(gpa, { signal: io.signal });
      print(page, () => {
        const { mapping, rmp, vma } = page;
        const leaf = mapping === null ? 'none' : `${mapping.level}${mapping.present ? '' : ', not present'}, from pfn ${mapping.pfn}`;
        return fields(
          [
            ['gpa', page.gpa],
            ['hva', page.hva],
            ['pfn', page.pfn],
            ['vma', vma === null ? 'none' : `${vma.backing} at ${vma.start}, ${vma.protection}`],
            ['mapping', leaf],
            ['nested', page.nestedLevel ?? 'none'],
            ['direct map', page.directMapLevel],
            ['RMP', entryWords(rmp)],
            ['state', page.state],
          ],
          paint,
        );
      });
    });

  withService(program.command('map <vm>'))
    .description('the memory map, drawn')
    .option('--from <gpa>', 'first address', address)
    .option('--to <gpa>', 'end', address)
    .option('--cells <count>', 'how many cells; as many as fit where it is left out', wholeNumber(1, CELLS_MAX))
    .addHelpText('after', '\nExample:\n  $ rampart map $VM --from 0x200000 --to 0x400000 --cells 512')
    .action(async (vm: string, options: CommonOptions & { from?: string; to?: string; cells?: number }) => {
      const { rampart, print, paint } = contextOf(io, options);
      const columns = columnsOf(io.width);
      const { from, to, cells = columns * MAP_ROWS } = options;
      const query = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), cells: String(cells) };
      const map = await rampart.vm(vm).map(query, { signal: io.signal });
      print(map, () => drawMap(map.cells, columns, paint));
    });
}

type AccessAnswer = Pick<Schemas['WriteAnswer'], 'outcome' | 'faults'>;

function printAccess({ print, paint }: Context, answer: AccessAnswer, done: string, after: string): void {
  print(answer, () => {
    const met = answer.faults.map((fault) => `  ${faultWords(fault, paint)}\n${faultDetails(fault, paint, '    ')}`);
    return `${outcomeWords(answer.outcome, paint)}, ${done}\n${met.join('')}${after}`;
  });
}

function check({ outcome, faults }: AccessAnswer, { expect, expectDecisions }: AccessOptions): void {
  if (expect !== undefined && outcome !== expect) throw new CheckFailed(`expected the outcome ${expect}, it was ${outcome}`);
  if (expectDecisions === undefined) return;
  const decisions = faults.map(({ decision }) => decision).filter((decision) => decision !== null);
  if (decisions.join() !== expectDecisions.join())
    throw new CheckFailed(`expected the decisions ${expectDecisions.join(', ') || 'none'}, they were ${decisions.join(', ') || 'none'}`);
}

function statusWords(status: string, paint: Context['paint']): string {
  return paint(status === 'SUCCESS' ? 'green' : 'red', status);
}

const ROW_BYTES = 16;

function hexDump(base64: string, start: string): string {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length > 64 * ROW_BYTES) throw new UsageError('that is much for a terminal: use --json, or read at most 1024 bytes');
  let text = '';
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const row = [...bytes.subarray(at, at + ROW_BYTES)];
    const place = `0x${(BigInt(start) + BigInt(at)).toString(16)}`;
    const printable = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    text += `  ${place}  ${row
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(' ')
      .padEnd(ROW_BYTES * 3 - 1)}  ${printable}\n`;
  }
  return text;
}
