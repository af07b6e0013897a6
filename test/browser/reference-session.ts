import assert from 'node:assert/strict';
import type { Browser, Locator, Page } from 'playwright-core';
import type { LocalGateway } from '../../local/local-gateway.ts';
import type { ApiDocument } from '../../local/served-app.ts';
import { startBrowser } from './browser.ts';
import { see } from './check.ts';
import { type JobApi, newJobApi, tokenOf } from './job-api.ts';
import { wide } from './session.ts';

export const narrow = { width: 320, height: 640 };
const patienceMs = 15_000;

const originOf = (url: string) => new URL(url).origin;

/** The reference of a gateway, in a browser. */
export class ReferenceSession {
  readonly api: JobApi;
  readonly page: Page;
  /** Script errors, and violations of the page's content security policy. */
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  /** Whom the page has asked, and whom it may ask. */
  readonly #asked = new Set<string>();
  readonly #ours = new Set<string>();

  /** With the app's own document. */
  readonly gateway: LocalGateway;

  private constructor(api: JobApi, gateway: LocalGateway, browser: Browser, page: Page) {
    this.api = api;
    this.gateway = gateway;
    this.#ours.add(originOf(gateway.url));
    this.#browser = browser;
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal that somebody tries is one, too.
      const isRefusal = /^Failed to load resource: .* 401 /.test(message.text());
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
    page.on('request', (request) => this.#asked.add(originOf(request.url())));
  }

  static async open(browserPath: string): Promise<ReferenceSession> {
    const api = await newJobApi(false);
    const gateway = await api.start(0);
    const browser = await startBrowser(browserPath);
    const options = { viewport: wide, colorScheme: 'light', reducedMotion: 'reduce' } as const;
    return new ReferenceSession(api, gateway, browser, await browser.newPage(options));
  }

  get url(): string {
    return `${this.gateway.consoleUrl}/reference`;
  }

  /** Starts another gateway, with these documents; it is the caller's to stop. */
  async start(documents: readonly ApiDocument[]): Promise<LocalGateway> {
    const started = await this.api.start(0, documents);
    this.#ours.add(originOf(started.url));
    return started;
  }

  /** The origins that the page has asked for something, but for the gateways. */
  strangers(): string[] {
    return [...this.#asked].filter((origin) => !this.#ours.has(origin));
  }

  token(): string {
    return tokenOf(this.gateway, 'bravo') ?? assert.fail('bravo has no token');
  }

  /** Opens the panel that tries a request. */
  tryButton(route: string): Locator {
    return this.page
      .getByRole('button', { name: /^Test Request/ })
      .filter({ hasText: `(${route})` });
  }

  panel(): Locator {
    return this.page.getByRole('dialog', { name: 'API Client' });
  }

  tokenField(): Locator {
    return this.panel().getByRole('textbox', { name: 'Value' });
  }

  /** The status of an answer, such as `200 OK`. */
  status(text: string): Locator {
    return this.panel().getByRole('link', { name: text });
  }

  /** Scrolls until something is there: the viewer lays out what comes near. */
  async scrollTo(target: Locator): Promise<void> {
    for (let i = 0; i < 100 && !(await target.first().isVisible()); i++) {
      await this.page.mouse.wheel(0, 300);
      await this.page.evaluate('new Promise(requestAnimationFrame)');
    }
    await see(target);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.gateway.stop();
    await this.api.close();
  }
}
