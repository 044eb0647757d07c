/**
 * Makes a checkout ready before an npm script runs: `node scripts/ensure.mjs deps` installs what package-lock.json says,
 * `… dist` also builds. Each is done only where it is stale, says one line, and is silent otherwise. Only `node:` imports,
 * since it runs before there is a node_modules.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE_MINIMUM = [20, 19];
const INSTALLED_MARK = join(ROOT, 'node_modules', '.rampart-lock');
const BUILT_MARK = join(ROOT, 'dist', '.sources');
/** Without these a build is not whole. */
const BUNDLES = [join(ROOT, 'dist', 'main.js'), join(ROOT, 'dist', 'web', 'index.html')];
/** What a build depends on besides these folders and the installed packages. */
const BUILD_FOLDERS = ['src', 'web'];
const BUILD_FILES = ['tsconfig.json', 'tsconfig.build.json', 'tsconfig.client.json', join('scripts', 'build.mjs')];

function fail(message) {
  console.error(`rampart: ${message}`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor >= NODE_MINIMUM[1])) return;
  fail(`Node ${NODE_MINIMUM.join('.')} or later is needed, this is ${process.versions.node}`);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function hashOf(files, salt) {
  const hash = createHash('sha256').update(salt);
  for (const file of files) hash.update(`\0${relative(ROOT, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function markOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Runs npm quietly; its output is shown only where it failed. */
function npm(args, what) {
  const command = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' });
  if (run.error) fail(`${what} failed: ${run.error.message}`);
  if (run.status === 0) return;
  process.stderr.write(`${run.stdout}${run.stderr}`);
  fail(`${what} failed: npm ${args.join(' ')} ended with ${run.status ?? run.signal}`);
}

/** The platform is part of it: some packages are native. The mark is written last, so a broken install is repeated. */
function ensureInstalled() {
  const lock = join(ROOT, 'package-lock.json');
  if (!existsSync(lock)) fail('package-lock.json is missing; restore it with git');
  const wanted = hashOf([lock], `${process.platform}-${process.arch}`);
  if (markOf(INSTALLED_MARK) === wanted) return wanted;
  console.error('rampart: installing packages (npm ci)');
  // No package used here needs its install script; not running them keeps an install from executing foreign code.
  npm(['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], 'the installation');
  writeFileSync(INSTALLED_MARK, wanted);
  return wanted;
}

function ensureBuilt(installed) {
  const files = [...BUILD_FOLDERS.flatMap((folder) => filesUnder(join(ROOT, folder))), ...BUILD_FILES.map((file) => join(ROOT, file))];
  const wanted = hashOf(files, installed);
  if (BUNDLES.every((file) => existsSync(file)) && markOf(BUILT_MARK) === wanted) return;
  console.error('rampart: building dist/');
  npm(['run', '--silent', 'build'], 'the build');
  writeFileSync(BUILT_MARK, wanted);
}

const step = process.argv[2];
if (step !== 'deps' && step !== 'dist') fail('usage: node scripts/ensure.mjs deps|dist');
checkNode();
const installed = ensureInstalled();
if (step === 'dist') ensureBuilt(installed);
