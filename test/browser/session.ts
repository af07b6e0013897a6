import type { Browser, Locator, Page } from 'playwright-core';
import type { LocalGateway } from '../../local/local-gateway.ts';
import { startBrowser } from './browser.ts';
import { type JobApi, newJobApi } from './job-api.ts';

export const wide = { width: 1280, height: 800 };
export const narrow = { width: 320, height: 640 };
export const schemes = ['light', 'dark'] as const;
const patienceMs = 10_000;

/** The console of a gateway, open in a browser. */
export class Session {
  readonly api: JobApi;
  readonly browser: Browser;
  readonly page: Page;
  gateway: LocalGateway;
  /** Script errors, and violations of the page's content security policy. */
  readonly complaints: string[] = [];
  /** The contents of the page's files. */
  readonly received: Promise<string>[] = [];

  private constructor(api: JobApi, gateway: LocalGateway, browser: Browser, page: Page) {
    this.api = api;
    this.gateway = gateway;
    this.browser = browser;
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    // Not at the response: the page may give up what it asked for, and its content never comes.
    page.on('requestfinished', (request) => {
      if (request.url().endsWith('/events')) return;
      // What was left behind with a document has no content.
      const content = request.response().then((response) => response?.text() ?? '');
      this.received.push(content.catch(() => ''));
    });
  }

  /** @param hasTable whether clients may be in a table */
  static async open(browserPath: string, hasTable = false): Promise<Session> {
    const api = await newJobApi(hasTable);
    const gateway = await api.start(0);
    const browser = await startBrowser(browserPath);
    const page = await browser.newPage({ viewport: wide, colorScheme: 'light' });
    const session = new Session(api, gateway, browser, page);
    await page.goto(gateway.consoleUrl);
    return session;
  }

  /** Calls the API as a client; the status of its answer. */
  async call(...how: Parameters<JobApi['callAs']> extends [unknown, ...infer R] ? R : never) {
    const response = await this.api.callAs(this.gateway, ...how);
    await response.arrayBuffer();
    return response.status;
  }

  /** Starts the gateway anew on the same port, with new tokens and nothing counted. */
  async start(): Promise<void> {
    this.gateway = await this.api.start(Number(new URL(this.gateway.url).port));
  }

  rows(): Locator {
    return this.page.getByRole('table').locator('tbody').getByRole('row');
  }

  /** The rows that have all of these texts. */
  rowOf(...texts: readonly string[]): Locator {
    return texts.reduce((found, hasText) => found.filter({ hasText }), this.rows());
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.gateway.stop();
    await this.api.close();
  }
}
