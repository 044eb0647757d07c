/** HTML as text, with everything that is inserted escaped, and the frame that all pages share. No script, nothing from elsewhere. */

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

/** A template whose values are escaped, except those that are HTML. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, i) => text + (i < parts.length ? rendered(parts[i] ?? '') : '')).join('') };
}

function rendered(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** `like this` in a description → code. */
export function prose(text: string): Html {
  return { html: escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>') };
}

export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #0a6; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
nav a { margin-right: 1rem; } a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: 3px; }
code, pre { font: 14px/1.45 ui-monospace, monospace; } pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: 6px; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
details { border: 1px solid var(--line); border-radius: 6px; padding: .4rem .75rem; margin: .4rem 0; } summary { cursor: pointer; }
.method { display: inline-block; min-width: 4.2rem; font-weight: 600; } .dim { opacity: .75; } .wide { overflow-x: auto; }
`;

export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<nav><a href="/">Rampart</a><a href="/docs">API</a><a href="/docs/problems">Problems</a><a href="/openapi.json">openapi.json</a><a href="/asyncapi.json">asyncapi.json</a></nav>
${body}
</body>
</html>
`.html;
}
