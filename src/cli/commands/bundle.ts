/** `rampart export` and `import`: a VM in a file. */
import type { Command } from 'commander';
import { type Io, UsageError } from '../io.js';
import { type CommonOptions, contextOf, withService } from '../options.js';
import { plural } from '../text.js';
import { vmFields } from '../words.js';

export function addBundleCommands(program: Command, io: Io): void {
  withService(program.command('export <vm> [file]'))
    .description('write the VM as a bundle, to a file or to standard output')
    .option('--no-history', 'without the commands since its creation')
    .addHelpText(
      'after',
      '\nExamples:\n  $ rampart export $VM mine.rampart\n  $ rampart export $VM | rampart import --url http://other:7670',
    )
    .action(async (id: string, file: string | undefined, options: CommonOptions & { history: boolean }) => {
      if (file === undefined && io.isTerminal) throw new UsageError('a bundle is no text for a terminal: name a file, or send it on');
      const { rampart, print } = contextOf(io, options);
      const bundle = await rampart.vm(id).export({ history: options.history, signal: io.signal });
      await io.write(file ?? null, bundle);
      if (file !== undefined) print({ file, bytes: bundle.length }, () => `${file}: ${plural(bundle.length, 'byte')}\n`);
    });

  withService(program.command('import [file]'))
    .description('make a VM out of a bundle, from a file or from standard input')
    .option('-q, --quiet', 'print the id alone, for scripts')
    .addHelpText('after', '\nExample:\n  $ VM=$(rampart import mine.rampart -q)')
    .action(async (file: string | undefined, options: CommonOptions & { quiet?: true }) => {
      const { rampart, print, paint } = contextOf(io, options);
      const pieces: Uint8Array[] = [];
      for await (const piece of io.read(file ?? null)) pieces.push(piece);
      const { created } = await rampart.importVm(Buffer.concat(pieces), { signal: io.signal });
      print(created, () => (options.quiet === true ? `${created.id}\n` : vmFields(created, paint)));
    });
}
