/** `rampart bench-load`: how many hypervisor writes a second the service answers, one request each. */
import type { Command } from 'commander';
import type { Io } from '../io.js';
import { type CommonOptions, contextOf, withService, wholeNumber } from '../options.js';
import { fields } from '../text.js';

interface LoadOptions extends CommonOptions {
  readonly seconds: number;
  readonly connections: number;
}

const PAGES = 1024;

export function addBenchLoadCommand(program: Command, io: Io): void {
  withService(program.command('bench-load'))
    .description('write to a VM of its own as fast as the service answers, and print the rate')
    .option('--seconds <n>', 'how long', wholeNumber(1, 3600), 5)
    .option('--connections <n>', 'requests at a time', wholeNumber(1, 1000), 16)
    .addHelpText('after', '\nExample:\n  $ rampart bench-load --seconds 10 --connections 32')
    .action(async (options: LoadOptions) => {
      const { rampart, print, paint } = contextOf(io, options);
      const vm = await rampart.createVm({ name: 'bench-load', ttlSeconds: options.seconds + 600 }, { signal: io.signal });
      const took: number[] = [];
      const begun = performance.now();
      const end = begun + options.seconds * 1000;
      let page = 0;
      try {
        const work = async (): Promise<void> => {
          while (performance.now() < end) {
            const sent = performance.now();
            await vm.write({ gpa: (page++ % PAGES) * 4096, size: 64 }, { signal: io.signal });
            took.push(performance.now() - sent);
          }
        };
        await Promise.all(Array.from({ length: options.connections }, work));
      } finally {
        await vm.delete();
      }
      const seconds = (performance.now() - begun) / 1000;
      took.sort((a, b) => a - b);
      const at = (share: number): number => Number((took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(2));
      const result = {
        requests: took.length,
        perSecond: Math.round(took.length / seconds),
        ms: { p50: at(0.5), p99: at(0.99), max: at(1) },
      };
      print(result, () =>
        fields(
          [
            ['requests', result.requests],
            ['a second', result.perSecond],
            ['latency', `${result.ms.p50} ms (median), ${result.ms.p99} ms (99 %), ${result.ms.max} ms (most)`],
          ],
          paint,
        ),
      );
    });
}
