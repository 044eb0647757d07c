/** `rampart decode`: needs no service. */
import type { Command } from 'commander';
import { type Decoded, type Incident, LogDecoder } from '../../decode/index.js';
import { CheckFailed, type Io } from '../io.js';
import { type CommonOptions, withOutput } from '../options.js';
import { fields, type Paint, painter, plural, wrapped } from '../text.js';

export function addDecodeCommand(program: Command, io: Io): void {
  withOutput(program.command('decode [file]'))
    .description('explain the lines of a kernel log about SEV-SNP memory; reads standard input without a file')
    .option('--fail', 'exit with 5 where there is an incident, for CI')
    .addHelpText(
      'after',
      '\nExamples:\n  $ dmesg | rampart decode\n  $ rampart decode console.log --json\n  $ rampart decode --fail console.log',
    )
    .action(async (file: string | undefined, { json, color, fail }: Omit<CommonOptions, 'url'> & { fail?: true }) => {
      const decoder = new LogDecoder();
      const utf8 = new TextDecoder();
      for await (const bytes of io.read(file === undefined || file === '-' ? null : file))
        decoder.push(utf8.decode(bytes, { stream: true }));
      const decoded = decoder.finish();
      io.out(json === true ? `${JSON.stringify(decoded, null, 2)}\n` : decodedWords(decoded, painter(io.colour && color), io.width));
      if (fail === true && decoded.incidents.length > 0) throw new CheckFailed(plural(decoded.incidents.length, 'incident'));
    });
}

function decodedWords({ incidents, summary }: Decoded, paint: Paint, width: number): string {
  return `${incidents.map((incident) => `${incidentWords(incident, paint, width)}\n`).join('')}${summary}\n`;
}

function incidentWords(incident: Incident, paint: Paint, width: number): string {
  const [from, to] = incident.lines;
  const where = from === to ? `line ${from}` : `lines ${from}-${to}`;
  const often = incident.repeats === 1 ? '' : `, ${incident.repeats} times`;
  const { entry, region, neighbours = [], neighbourPages = 0 } = incident;
  const hidden = neighbourPages - neighbours.reduce((sum, { pages }) => sum + pages, 0);
  return [
    `${paint('bold', incident.title)} ${paint('dim', `(${where}${often})`)}\n`,
    fields(
      [
        [
          'error code',
          incident.errorCode === undefined ? undefined : `${incident.errorCode} ${incident.errorCodeBits?.join(' ') ?? ''}`.trim(),
        ],
        ['address', incident.address],
        ['gpa', incident.gpa],
        ['pfn', incident.pfn],
        ['function', incident.function],
        ['entry', entry === undefined ? undefined : entryWords(entry)],
        [
          'region',
          region === undefined
            ? undefined
            : `${region.from} - ${region.to}, ${plural(neighbourPages, 'entry').replace('entrys', 'entries')} not zero`,
        ],
        ...neighbours.map((run) => ['', `${run.pfn}${run.pages === 1 ? '' : ` (${run.pages} frames)`}: ${entryWords(run)}`] as const),
        ['', hidden === 0 ? undefined : `and ${plural(hidden, 'frame')} more`],
        ['returned', incident.firmware?.returned ?? undefined],
        ['leaked', incident.leaked === undefined ? undefined : `${incident.leaked.from} - ${incident.leaked.to}`],
        ['scenario', incident.scenario ?? undefined],
      ],
      paint,
      '  ',
    ),
    wrapped(incident.cause, width, '  '),
  ].join('');
}

function entryWords(entry: NonNullable<Incident['entry']>): string {
  const marks = [entry.assigned && 'assigned', entry.validated && 'validated', entry.immutable && 'immutable', entry.vmsa && 'vmsa'];
  const owner = entry.asid === 0 ? '' : `, ASID ${entry.asid}, gpa ${entry.gpa}`;
  const inner = entry.subPageCount === null || entry.subPageCount === 0 ? '' : `, ${entry.subPageCount} more assigned in its region`;
  return `${entry.state} (${marks.filter((mark) => mark !== false).join(', ') || 'not assigned'}), ${entry.pageSize}${owner}${inner}`;
}
