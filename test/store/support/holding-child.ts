/** A process that opens the store in its folder, says so, and holds it until it is ended. */
import { openStore } from '../../../src/service/store/lmdb-store.js';

const store = await openStore(process.argv[2] ?? '', { mode: 'always', intervalMs: 1000 });
process.stdout.write('refused' in store ? `refused ${store.code}: ${store.detail}\n` : `open ${process.pid}\n`);
if (!('refused' in store)) setInterval(() => undefined, 1000);
