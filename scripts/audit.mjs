/**
 * Known weaknesses of what the service runs with: `npm run audit`. Ends with 0 where none is high or critical, 1 where one is, and 2 where
 * the registry gave no answer, which is not the same as a good one. Only `node:` imports.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GRAVE = ['high', 'critical'];

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const run = spawnSync(npm, ['audit', '--omit=dev', '--json'], { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
process.exitCode = judge(reportIn(run.stdout ?? ''));

function reportIn(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function judge(report) {
  if (typeof report.vulnerabilities !== 'object' || report.metadata === undefined) {
    const why = report.message ?? report.error?.summary ?? run.error?.message ?? run.stderr?.trim().split('\n')[0] ?? '';
    console.error(`rampart: the registry gave no answer about weaknesses, so nothing is known: ${why}`);
    console.error('rampart: ask one that has them: npm run audit --registry=<address>');
    return 2;
  }
  const grave = Object.values(report.vulnerabilities).filter(({ severity }) => GRAVE.includes(severity));
  for (const { name, severity, range } of grave) console.error(`rampart: ${name} ${range}: ${severity}`);
  if (grave.length > 0) return 1;
  const { total = 0 } = report.metadata.vulnerabilities ?? {};
  console.log(
    `rampart: no high or critical weakness is known in ${report.metadata.dependencies?.prod ?? 'the'} packages (${total} lesser ones)`,
  );
  return 0;
}
