/** Finds Debian's chromium: CHROMIUM_PATH, then /usr/bin/chromium, then apt where this is root. No browser is downloaded from anywhere else. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';

const USUAL_PATH = '/usr/bin/chromium';
const INSTALL = 'apt-get update && apt-get install -y --no-install-recommends chromium';

export function chromiumPath(): string {
  const asked = process.env['CHROMIUM_PATH'];
  if (asked !== undefined) {
    if (isProgram(asked)) return asked;
    throw new Error(`CHROMIUM_PATH names ${asked}, which is no program`);
  }
  if (isProgram(USUAL_PATH)) return USUAL_PATH;
  if (process.getuid?.() === 0) {
    console.error('rampart: the tests of the page need chromium, installing it');
    const { status, stderr } = spawnSync('sh', ['-c', INSTALL], {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status === 0 && isProgram(USUAL_PATH)) return USUAL_PATH;
    throw new Error(`chromium could not be installed: ${stderr}`);
  }
  throw new Error(`the tests of the page need chromium: sudo sh -c '${INSTALL}', or set CHROMIUM_PATH`);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
