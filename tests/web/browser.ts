import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { BASE } from './server';

const IMAGE_HOSTS = new Set(['cards.scryfall.io', 'svgs.scryfall.io']);
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-first-run',
      '--no-pings',
    ],
  });
}

/** What a page did that it must not do. */
export interface Offences {
  console: string[];
  foreign: string[];
}

export interface Watched {
  context: BrowserContext;
  page: Page;
  offences: Offences;
  /** Where the server sees it come from. */
  address: string;
}

interface Options {
  dark?: boolean;
  width?: number;
  height?: number;
}

const byte = () => Math.floor(Math.random() * 256);

/** Where somebody is: they have a budget of their own. */
export const somewhere = (): string => `10.${byte()}.${byte()}.${byte()}`;

/**
 * A fresh page, of somebody with an address and so a budget of their own, that reaches no host but the
 * server. Scryfall's images are allowed by the site's policy, but blocked here, so that every test also sees
 * the drawn card. Any other host is an offence.
 */
export async function open(browser: Browser, path: string, options: Options = {}): Promise<Watched> {
  const address = somewhere();
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 860 },
    colorScheme: options.dark ? 'dark' : 'light',
    reducedMotion: 'no-preference',
    extraHTTPHeaders: { 'x-forwarded-for': address },
  });
  const page = await context.newPage();
  const offences: Offences = { console: [], foreign: [] };
  await page.route('**/*', (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (protocol === 'data:' || protocol === 'blob:' || LOOPBACK.test(hostname)) return route.continue();
    if (!IMAGE_HOSTS.has(hostname)) offences.foreign.push(route.request().url());
    return route.abort();
  });
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const from = message.location().url;
    const blocked = from.startsWith('https://') && IMAGE_HOSTS.has(new URL(from).hostname);
    if (!blocked) offences.console.push(`${message.text()} (${from})`);
  });
  page.on('pageerror', (error) => offences.console.push(error.message));
  await page.goto(`${BASE}${path}`);
  return { context, page, offences, address };
}

/** The page follows the market. */
export async function live(page: Page): Promise<void> {
  await page.locator('[data-testid=live-badge][data-state=live]').waitFor();
}

/** The page has what it asked for: a heading, no skeleton. */
export async function settled(page: Page): Promise<void> {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => document.querySelectorAll('main .skeleton').length === 0);
}
