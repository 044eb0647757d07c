/** The built page in a browser, on a real service. Whatever the page does wrong by itself fails the test that saw it. */
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { readBuiltPage } from '../../src/app.js';
import type { Config } from '../../src/config.js';
import { Rampart } from '../../src/client/index.js';
import { type RealService, startRealService } from '../client/real-service.js';
import { chromiumPath } from './chromium.js';

const BUILT = new URL('../../dist/web/', import.meta.url);

/** A view that no test leaves open. */
const NEUTRAL = '#/scenarios/none';

/** No name but the service's own leads anywhere: the page has to do without. */
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', OFFLINE];

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'dark' | 'light';
}

export class Visit {
  readonly rampart: Rampart;
  /** What the page should not have done. */
  readonly sins: string[] = [];

  private constructor(
    readonly service: RealService,
    readonly browser: Browser,
    /** One for all pages, so that they share what was loaded and compiled. */
    private readonly context: BrowserContext,
    token: string | undefined,
  ) {
    this.rampart = new Rampart({ url: service.url, ...(token === undefined ? {} : { token }) });
  }

  static async begin(changes: Partial<Config> = {}): Promise<Visit> {
    const page = readBuiltPage(BUILT);
    if (page === null) throw new Error('the page is not built: npm run build');
    const service = await startRealService(changes, { page });
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    context.setDefaultTimeout(10_000);
    const visit = new Visit(service, browser, context, changes.token ?? undefined);
    await visit.watch();
    return visit;
  }

  /** In the one page there is: what was open is left, and what is opened begins anew, without loading the page again. */
  async open(path = '#/vms', { width = 1440, height = 1000, scheme = 'dark' }: Look = {}): Promise<Page> {
    const page = this.context.pages()[0] ?? (await this.load());
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`${this.service.url}/${NEUTRAL}`);
    await page.goto(`${this.service.url}/${path}`);
    return page;
  }

  private async load(): Promise<Page> {
    const page = await this.context.newPage();
    page.on('pageerror', ({ message }) => this.sins.push(`error: ${message}`));
    page.on('console', (message) => {
      // A browser says so of every answer that is no success, also of those that the page expects.
      if (message.type() === 'error' && !/status of (401|404)/.test(message.text())) this.sins.push(`console: ${message.text()}`);
    });
    return page;
  }

  /** No request leaves the service. */
  private async watch(): Promise<void> {
    const { context } = this;
    context.on('request', (request) => {
      if (new URL(request.url()).origin !== this.service.url) this.sins.push(`asked for ${request.url()}`);
    });
    await context.addInitScript(() => {
      const heard = globalThis as unknown as {
        addEventListener(type: string, hear: (event: { violatedDirective: string; blockedURI: string }) => void): void;
      };
      heard.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
        throw new Error(`the policy forbids it: ${violatedDirective} ${blockedURI}`);
      });
    });
  }

  async end(): Promise<void> {
    await this.browser.close();
    await this.service.close();
  }
}

/** Resolves when the map shows what the service says. */
export async function mapIsDrawn(page: Page): Promise<void> {
  await page.locator('.map-field[data-fresh=true]').waitFor();
}

/** Resolves when the page has asked the service for nothing in a second. */
export async function quiet(page: Page): Promise<void> {
  for (;;) {
    const asked = await page
      .context()
      .waitForEvent('request', { timeout: 1000 })
      .then(
        () => true,
        () => false,
      );
    if (!asked) return;
  }
}
