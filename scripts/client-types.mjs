/**
 * Writes src/client/api.ts, the types of the API, from openapi/openapi.json. The generator lives in tools/client-types with a lock
 * file of its own, since it wants an older TypeScript than this project has; it is installed when it is needed first. The head of
 * the file says which document it was made of, which a test compares.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TOOL = join(ROOT, 'tools', 'client-types');
const DOCUMENT = join(ROOT, 'openapi', 'openapi.json');
const TYPES = join(ROOT, 'src', 'client', 'api.ts');

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status === 0) return stdout;
  process.stderr.write(`${stdout}${stderr}`);
  throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

if (!existsSync(join(TOOL, 'node_modules', 'openapi-typescript'))) {
  run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], TOOL);
}
const types = run(process.execPath, [join(TOOL, 'node_modules', 'openapi-typescript', 'bin', 'cli.js'), DOCUMENT], TOOL);
const hash = createHash('sha256').update(readFileSync(DOCUMENT)).digest('hex');
const head = `/** Made by \`npm run openapi\` from openapi/openapi.json, sha256 ${hash}. */\n`;
writeFileSync(TYPES, head + types.slice(types.indexOf('export interface paths')));
run(process.execPath, [join(ROOT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome'), 'format', '--write', TYPES], ROOT);
console.log(`src/client/api.ts: ${types.split('\n').length} lines`);
