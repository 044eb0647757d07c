/**
 * `npm run load`: the rate of the service's main job beside that of a bare server, in alternating turns. Absolute rates say more
 * about the machine than about the service; the ratio is the result.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundle } from '../bench/child.js';
import { pairedRatios, spreadOf, spreadText, tableText } from '../bench/statistics.js';
import { createVm, deleteVm, type Target, targetOf } from './main-job.js';
import { type LoadOptions, readOptions } from './options.js';
import { type Server, startServer } from './processes.js';
import { runTurn, type Turn } from './turn.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUNDLE = `${ROOT}/dist/main.js`;
/** A first turn that is not counted: both servers compile their hot paths in it. */
const WARM_UP_SECONDS = 1;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    console.error(options);
    return 2;
  }
  const started: Server[] = [];
  try {
    return await measure(options, started);
  } catch (error) {
    console.error(`load: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await Promise.all(started.map((server) => server.stop()));
  }
}

async function measure(options: LoadOptions, started: Server[]): Promise<number> {
  const headers: Record<string, string> = options.token === null ? {} : { authorization: `Bearer ${options.token}` };
  const base = options.url?.replace(/\/$/, '') ?? (await startService(started)).url;
  const vm = await createVm(base, headers);
  const targets = [await targetOf('rampart', base, vm, headers)];
  if (options.url === null) targets.push(await startBaseline(started));
  console.log(
    `${options.rounds} rounds of ${options.seconds} s a turn, ${options.connections} connections${options.rate === null ? '' : `, ${options.rate} requests a second`}`,
  );
  const turns = await alternate(targets, options);
  report(targets, turns);
  await deleteVm(base, vm, headers);
  return 0;
}

async function startService(started: Server[]): Promise<Server> {
  if (!existsSync(BUNDLE)) throw new Error('dist/main.js is missing: npm run build');
  const server = await startServer([BUNDLE], { RAMPART_MEMORY: '1', RAMPART_HOST: '127.0.0.1' });
  started.push(server);
  return server;
}

async function startBaseline(started: Server[]): Promise<Target> {
  const server = await startServer([bundle(fileURLToPath(new URL('baseline.ts', import.meta.url)))], { NODE_ENV: 'production' });
  started.push(server);
  return targetOf('bare fastify', server.url, 'none', {});
}

/** Turns by target; who goes first changes from round to round. */
async function alternate(targets: readonly Target[], options: LoadOptions): Promise<readonly Turn[][]> {
  for (const target of targets) await runTurn(target, options, WARM_UP_SECONDS);
  const turns: Turn[][] = targets.map(() => []);
  for (let round = 0; round < options.rounds; round++) {
    const order = targets.map((_, at) => (at + round) % targets.length);
    for (const at of order) {
      const target = targets[at];
      if (target !== undefined) turns[at]?.push(await runTurn(target, options, options.seconds));
    }
  }
  return turns;
}

function report(targets: readonly Target[], turns: readonly Turn[][]): void {
  const rates = turns.map((own) => own.map((turn) => turn.perSecond));
  const rows = targets.map((target, at) => {
    const own = turns[at] ?? [];
    const p50 = spreadOf(own.map((turn) => turn.p50Ms)).median;
    const p99 = spreadOf(own.map((turn) => turn.p99Ms)).median;
    return [target.name, spreadText(spreadOf(rates[at] ?? []), 0), p50.toFixed(1), p99.toFixed(1)];
  });
  console.log(tableText([['', 'requests a second, median (quartiles)', 'p50 ms', 'p99 ms'], ...rows]));
  const [service, baseline] = rates;
  if (service !== undefined && baseline !== undefined) {
    console.log(`ratio of the rates, by round: ${spreadText(spreadOf(pairedRatios(service, baseline)), 2)}; the goal is 0.90 or more`);
  }
  console.log('every reply had the expected body');
}

process.exitCode = await main();
