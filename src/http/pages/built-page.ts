/** The page as it was built into dist/web: read once, when the service starts, and served from memory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

export interface BuiltPage {
  readonly html: string;
  /** By file name, which has a hash of what is in it. */
  readonly assets: ReadonlyMap<string, Asset>;
}

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** null where nothing was built. Throws on a file of a kind that no page of this service has. */
export function readBuiltPage(folder: URL): BuiltPage | null {
  const index = new URL('index.html', folder);
  if (!existsSync(index)) return null;
  const assets = new URL('assets/', folder);
  const files = readdirSync(assets).map((name): [string, Asset] => {
    const type = TYPES[extname(name)];
    if (type === undefined) throw new Error(`the page has a file of an unknown kind: ${name}`);
    return [name, { type, bytes: readFileSync(new URL(name, assets)) }];
  });
  return { html: readFileSync(index, 'utf8'), assets: new Map(files) };
}
