/** The page at `/`: what this is, three commands to paste, and where to read on. */
import type { PasteCommand } from './commands.js';
import { html, page } from './html.js';

export function indexPage(version: string, commands: readonly PasteCommand[]): string {
  return page(
    'Rampart',
    html`<h1>Rampart ${version}</h1>
<p>An emulator of a hypervisor’s memory under AMD SEV-SNP: host page tables, the Reverse Map Table, page-state changes of a guest,
and what becomes of a store that hits a guest’s private page, under several versions of the Linux kernel.</p>
<h2>Paste into a shell</h2>
${commands.map(({ what, command }) => html`<p>${what}</p><pre>${command}</pre>`)}
<h2>Read on</h2>
<ul>
<li><a href="/docs">Every endpoint</a>, and <a href="/docs/problems">every problem code</a></li>
<li><a href="/openapi.json">openapi.json</a>, <a href="/asyncapi.json">asyncapi.json</a>: the same for programs</li>
<li><a href="/v1/vms">/v1/vms</a>, <a href="/v1/generations">/v1/generations</a>, <a href="/v1/about">/v1/about</a>, <a href="/v1/events?limit=100">/v1/events</a>, <a href="/metrics">/metrics</a></li>
</ul>`,
  );
}
