/** The page: built into dist/web, from where the service serves it. `npx vite web` shows it beside a service on port 7670. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const SERVICE = 'http://127.0.0.1:7670';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // The policy of the page allows nothing inline, and data: is inline too.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': { target: SERVICE, ws: true }, '/docs': SERVICE, '/openapi.json': SERVICE, '/schemas': SERVICE } },
});
