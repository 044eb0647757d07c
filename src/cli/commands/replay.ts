/** `rampart replay`: operations of a file, or of the trace of a real host, on one VM after the other. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CreatedVm, Schemas, Vm } from '../../client/index.js';
import { CheckFailed, type Io, UsageError } from '../io.js';
import { type CommonOptions, type Context, contextOf, size, withService } from '../options.js';
import { type Operation, type Placed, type Sent, send, sentWords } from '../replay-send.js';
import { plural } from '../text.js';
import { linesOf, type NumberedLine } from '../text-lines.js';
import { type Skipped, TraceImport, type TracedSlot } from '../trace/import.js';

interface ReplayOptions extends CommonOptions {
  readonly vm?: string;
  readonly format: 'auto' | 'operations' | 'trace';
  readonly size?: Schemas['SizeIn'];
  readonly backing?: Schemas['Backing'];
  readonly generation?: Schemas['GenerationName'];
  readonly initialState?: Schemas['InitialState'];
  readonly memslot: readonly TracedSlot[];
  readonly mode: 'continue' | 'stop';
  readonly dryRun?: true;
}

const HUGE_PAGE = 2n ** 21n;
/** What x86 can address, where nothing else limits a trace. */
const ADDRESS_END = 2n ** 52n;

export function addReplayCommand(program: Command, io: Io): void {
  withService(program.command('replay').argument('<file>', 'operations, one JSON object a line, or a trace; - is standard input'))
    .description('carry out the operations of a file, or what the trace of a real host says about page states')
    .option('--vm <id>', 'on this VM; one is made where it is left out')
    .addOption(new Option('--format <what>', 'what the file has').choices(['auto', 'operations', 'trace']).default('auto'))
    .option('--size <size>', 'of the VM that is made: memory; as much as a trace speaks of where it is left out', size)
    .addOption(new Option('--backing <backing>', 'of the VM that is made: what the host maps'))
    .option('--generation <name>', 'of the VM that is made: version of the host kernel')
    .addOption(new Option('--initial-state <state>', 'of the VM that is made').choices(['shared', 'private']))
    .option('--memslot <hva:gpa:size>', 'of a trace: where the VMM had guest memory, for faults of the host; may be given again', slot, [])
    .addOption(new Option('--mode <what>', 'at an operation that fails').choices(['continue', 'stop']).default('continue'))
    .option('--dry-run', 'print the operations, one a line, and carry out none; needs no service')
    .addHelpText(
      'after',
      `
Exits with 5 where an operation was refused, or its own \`expect\` did not hold.

Traces are read as trace-cmd report, perf script and the file trace of tracefs print them: kvm_page_fault, kvm_rmp_fault,
kvm_hypercall (MAP_GPA_RANGE), kvm_snp_psc, kvm_vmgexit_msr_protocol_enter, page_fault_user and page_fault_kernel, and QEMU's
kvm_convert_memory. What else is there is skipped, and the reasons are printed.

Examples:
  $ rampart replay operations.ndjson --vm $VM --mode stop
  $ trace-cmd report | rampart replay - --generation upstream --memslot 0x7f5a40000000:0x0:4GiB
  $ perf script | rampart replay - --dry-run > operations.ndjson`,
    )
    .action(async (file: string, options: ReplayOptions) => {
      const context = contextOf(io, options);
      const path = file === '-' ? null : file;
      const lines = linesOf(io.read(path));
      const first = await lines.next();
      const begun = startingWith(first.done === true ? null : first.value, lines);
      const isTrace =
        options.format === 'trace' || (options.format === 'auto' && first.done !== true && !first.value.text.trimStart().startsWith('{'));
      const total = await io.size(path);
      if (isTrace) return replayTrace(begun, options, context);
      const operations = parsed(begun);
      if (options.dryRun === true) return printAll(operations, io);
      const vm = options.vm === undefined ? await makeVm(options, context, undefined) : context.rampart.vm(options.vm);
      return finish(await send(vm, operations, { mode: options.mode, total }, io), vm, null, context);
    });
}

/** `0x7f5a40000000:0x0:4GiB` */
function slot(text: string, before: readonly TracedSlot[]): readonly TracedSlot[] {
  const [, hva = '', gpa = '', count = '', unit = ''] =
    /^(0x[0-9a-f]{1,16}):(0x[0-9a-f]{1,13}):([1-9]\d{0,12})([KMGT]?)(?:iB)?$/i.exec(text) ?? [];
  if (hva === '') throw new InvalidArgumentError('Give it as 0x7f5a40000000:0x0:4GiB.');
  const power = { '': 0n, K: 10n, M: 20n, G: 30n, T: 40n }[unit.toUpperCase()] ?? 0n;
  return [...before, { hva: BigInt(hva), gpa: BigInt(gpa), bytes: BigInt(count) << power }];
}

async function* startingWith(first: NumberedLine | null, rest: AsyncIterable<NumberedLine>): AsyncGenerator<NumberedLine> {
  if (first !== null) yield first;
  yield* rest;
}

async function* parsed(lines: AsyncIterable<NumberedLine>): AsyncGenerator<Placed> {
  for await (const { text, number, bytes } of lines) {
    if (text.trim() === '') continue;
    yield { operation: operationOf(text, number), line: number, at: bytes };
  }
}

function operationOf(text: string, line: number): Operation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`line ${line} is no JSON: ${(error as Error).message}`);
  }
  if (typeof value === 'object' && value !== null && 'op' in value && typeof value.op === 'string') return value as Operation;
  throw new UsageError(`line ${line} is no operation: an object with the operation's name as op is wanted`);
}

async function printAll(operations: AsyncIterable<Placed> | Iterable<Placed>, io: Io): Promise<void> {
  for await (const { operation } of operations) {
    io.out(`${JSON.stringify(operation)}\n`);
    await io.drained();
  }
}

// --- traces ----------------------------------------------------------------------------------------------------------------------

/** It is read whole before anything is done: how much memory it speaks of is known at its end. */
async function replayTrace(lines: AsyncIterable<NumberedLine>, options: ReplayOptions, context: Context): Promise<void> {
  const { io, rampart } = context;
  const memory = await memoryOf(options, context);
  const trace = new TraceImport({
    slots: options.memslot,
    isMemory: (gpa, bytes) => memory.some(({ from, end }) => gpa >= from && gpa + bytes <= end),
  });
  const operations: Placed[] = [];
  let end = HUGE_PAGE;
  for await (const { text, number } of lines) {
    for (const operation of trace.push(text)) {
      operations.push({ operation, line: number, at: operations.length + 1 });
      const last = endOf(operation);
      if (last > end) end = last;
    }
  }
  const skipped = [...trace.skipped.values()];
  if (options.dryRun === true) {
    await printAll(operations, io);
    io.err(skippedWords(trace.lines, operations.length, skipped));
    return;
  }
  if (operations.length === 0) {
    io.err(skippedWords(trace.lines, 0, skipped));
    throw new UsageError('the trace says nothing about page states');
  }
  const fitting = Number(((end + HUGE_PAGE - 1n) / HUGE_PAGE) * HUGE_PAGE);
  const vm = options.vm === undefined ? await makeVm(options, context, fitting) : rampart.vm(options.vm);
  const sent = await send(vm, operations, { mode: options.mode, total: operations.length }, io);
  finish(sent, vm, { lines: trace.lines, operations: operations.length, skipped }, context);
}

interface Range {
  readonly from: bigint;
  readonly end: bigint;
}

async function memoryOf({ vm, size: bytes, dryRun }: ReplayOptions, { rampart, io }: Context): Promise<readonly Range[]> {
  if (vm !== undefined && dryRun !== true) {
    const { memslots } = await rampart.vm(vm).read({ signal: io.signal });
    return memslots.map(({ gpa, size: length }) => ({ from: BigInt(gpa), end: BigInt(gpa) + BigInt(length) }));
  }
  return [{ from: 0n, end: bytes === undefined ? ADDRESS_END : bytesOf(bytes) }];
}

function bytesOf(given: string | number): bigint {
  const [, count = '0', unit = ''] = /^(\d+)([KMGT]?)/.exec(String(given)) ?? [];
  return BigInt(count) << ({ K: 10n, M: 20n, G: 30n, T: 40n }[unit] ?? 0n);
}

function endOf(operation: Operation): bigint {
  const { gpa, entries } = operation as { gpa?: string; entries?: readonly { gpa: string; pages: number; pageSize?: string }[] };
  const [entry] = entries ?? [];
  if (entry === undefined) return BigInt(gpa ?? 0) + 1n;
  return BigInt(entry.gpa) + BigInt(entry.pages) * (entry.pageSize === '2M' ? HUGE_PAGE : 4096n);
}

function makeVm(
  { backing, generation, initialState, size: asked }: ReplayOptions,
  { rampart, io }: Context,
  fitting: number | undefined,
): Promise<CreatedVm> {
  const bytes = asked ?? fitting;
  const memory = {
    ...(bytes === undefined ? {} : { size: bytes }),
    ...(backing === undefined ? {} : { backing }),
    ...(initialState === undefined ? {} : { initialState }),
  };
  return rampart.createVm(
    { name: 'replay', onSigbus: 'report', memory, ...(generation === undefined ? {} : { generation }) },
    { signal: io.signal },
  );
}

interface Traced {
  readonly lines: number;
  readonly operations: number;
  readonly skipped: readonly Skipped[];
}

function finish({ seconds, ...sent }: Sent, vm: Vm, trace: Traced | null, { print, paint }: Context): void {
  const perSecond = Math.round(sent.operations / Math.max(seconds, 0.001));
  print({ vm: vm.id, ...sent, seconds: Number(seconds.toFixed(3)), perSecond, ...(trace === null ? {} : { trace }) }, () => {
    const head = trace === null ? '' : skippedWords(trace.lines, trace.operations, trace.skipped);
    return `${head}${sentWords(vm.id, { seconds, ...sent }, perSecond, paint)}`;
  });
  if (sent.failed > 0) throw new CheckFailed(`${plural(sent.failed, 'operation')} failed`);
}

function skippedWords(lines: number, operations: number, skipped: readonly Skipped[]): string {
  const head = `${plural(lines, 'line')} of a trace, ${plural(operations, 'operation')}\n`;
  const rows = skipped.map(
    ({ what, why, times, first }) => `  skipped ${times}× ${what} (line ${first}${times > 1 ? ' first' : ''}): ${why}\n`,
  );
  return `${head}${rows.join('')}`;
}
