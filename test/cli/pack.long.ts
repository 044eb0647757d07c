/** The packed tarball in an empty folder: the command, the client and its types. In the long run only: it needs the registry. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LAUNCH_AFTER_FINISH } from '../decode/logs.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const CLIENT = `
import { Rampart } from 'rampart/client';
const rampart = new Rampart({ url: process.argv[2] });
const vm = await rampart.createVm({ onSigbus: 'report' });
await vm.private('0x200000', { pageSize: '2M' });
await vm.share('0x207000');
console.log((await vm.write({ gpa: '0x207000', size: 64 })).faults[0].decision);
for await (const { type } of vm.events({ after: 'oldest' })) { console.log(type); break; }
`;

const TYPED = `
import { Rampart, type Schemas } from 'rampart/client';
const answer: Schemas['WriteAnswer'] = await new Rampart().vm('x').write({ gpa: '0x0', size: 1 });
// @ts-expect-error: there is no such field
await new Rampart().vm('x').write({ gpa: '0x0', sise: 1 });
export const decision: string | null | undefined = answer.faults[0]?.decision;
`;

describe('the package', () => {
  let folder = '';
  const node = (...argv: readonly string[]): string => execFileSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  const bin = (): string => join(folder, 'node_modules', '.bin', 'rampart');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rampart-pack-'));
    const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [{ filename, files }] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'dist/rampart.js',
        'dist/main.js',
        'dist/client/browser.js',
        'dist/web/index.html',
        'scenarios/mail-story.yaml',
        'README.md',
      ]),
    );
    expect(files.filter(({ path }) => path.startsWith('src/') || path.startsWith('test/'))).toEqual([]);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, filename)], { cwd: folder });
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the command runs', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(execFileSync(bin(), ['--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
    expect(execFileSync(bin(), ['decode'], { encoding: 'utf8', input: LAUNCH_AFTER_FINISH })).toContain('launch-after-finish');
  });

  test('the service runs, and the client talks to it', async () => {
    const served = spawn(bin(), ['serve', '--port', '0', '--data-dir', join(folder, 'data')], { cwd: folder });
    let out = '';
    served.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    while (!out.includes('listens on') && served.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    const url = /listens on (\S+)/.exec(out)?.[1] ?? '';
    writeFileSync(join(folder, 'client.js'), CLIENT);
    expect(node('client.js', url)).toBe('PAGE_SPLIT\nvm-created\n');
    served.kill('SIGTERM');
  });

  test('the types are there, and say what is wrong', () => {
    writeFileSync(join(folder, 'typed.ts'), TYPED);
    const options = [
      '--noEmit',
      '--strict',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--typeRoots',
      join(ROOT, 'node_modules/@types'),
      '--types',
      'node',
    ];
    node(join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), ...options, 'typed.ts');
  });
});
