/**
 * Bundles the service, the command, the client and the page into dist/: one file starts in a fraction of the time that resolving a few
 * hundred takes. Types are checked by `tsc` before (npm run build).
 */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPage } from 'vite';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Bundled CommonJS packages expect these three; ES modules have none of them. */
const BANNER = [
  `import { createRequire as __createRequire } from 'node:module';`,
  `const require = __createRequire(import.meta.url);`,
  `const __filename = import.meta.filename ?? new URL(import.meta.url).pathname;`,
  `const __dirname = import.meta.dirname ?? new URL('.', import.meta.url).pathname;`,
].join('\n');

const SHARED = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'external',
  legalComments: 'none',
  logLevel: 'warning',
};

await build({
  ...SHARED,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  // Left in node_modules: it loads a binary that lies beside its own code.
  external: ['lmdb'],
  banner: { js: BANNER },
});

// The service is a file of its own, which `rampart serve` loads.
await build({
  ...SHARED,
  entryPoints: ['src/cli-main.ts'],
  outfile: 'dist/rampart.js',
  external: ['./main.js'],
  banner: { js: `#!/usr/bin/env node\n${BANNER}` },
});
chmodSync(join(ROOT, 'dist', 'rampart.js'), 0o755);

await build({ ...SHARED, entryPoints: ['src/client/index.ts'], outfile: 'dist/client/index.js', external: ['ws'] });
await build({
  ...SHARED,
  entryPoints: ['src/client/browser.ts'],
  outfile: 'dist/client/browser.js',
  platform: 'browser',
  target: 'es2022',
});
// On the client of the package, so that there is one class of each error.
await build({ ...SHARED, entryPoints: ['src/vitest.ts'], outfile: 'dist/vitest.js', external: ['vitest', './client/index.js'] });

await buildPage({ configFile: join(ROOT, 'web', 'vite.config.ts'), logLevel: 'warn' });
