// What must hold on every page, in light and dark, wide and narrow.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, open, settled } from './browser';
import { MAIL, newcomer } from './people';
import { ask, BASE, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;
const titles = new Map<string, string>();

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

const PAGES: [name: string, path: () => string][] = [
  ['market', () => '/'],
  ['cards as pictures', () => '/cards'],
  ['cards as a table', () => '/cards?view=table'],
  ['a search with an unknown term', () => '/cards?q=t%3Acreature+nosuchkey%3A1'],
  ['a search without results', () => '/cards?q=qzxjqzxj+t%3Acreature'],
  ['card', () => `/cards/${known.cardId}?printing=${known.printingId}`],
  ['sets', () => '/sets'],
  ['set', () => `/sets/${known.setCode}`],
  ['news', () => '/news'],
  ['tournaments', () => '/tournaments'],
  ['a tournament that is none', () => '/tournaments/nosuchthing'],
  ['about', () => '/about'],
  ['login', () => '/login'],
  ['login after a failure elsewhere', () => '/login?error=email-known&provider=google'],
  ['registration', () => '/register'],
  ['a mail to be confirmed', () => '/verify-email#token=abc'],
  ['a broken link', () => '/verify-email'],
  ['a forgotten password', () => '/forgot-password'],
  ['a password to be set', () => '/reset-password#token=abc'],
  ['a new e-mail', () => '/confirm-email#token=abc'],
  ['unknown address', () => '/no/such/page'],
];

describe.each(PAGES)('%s', (name, path) => {
  it.each([false, true])('is accessible, quiet and at home (dark: %s)', async (dark) => {
    const { context, page, offences } = await open(browser, path(), { dark });
    await settled(page);
    expect(await page.locator('h1').count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    expect(offences).toEqual({ console: [], foreign: [] });
    titles.set(name, await page.title());
    await context.close();
  });

  it('fits 375 pixels', async () => {
    const { context, page } = await open(browser, path(), { width: 375, height: 740 });
    await settled(page);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    await context.close();
  });

  it('says so when prices are simulated, and only then', async () => {
    const { context, page } = await open(browser, path());
    await settled(page);
    const banner = page.getByTestId('demo-banner');
    if (known.origin === 'DEMO') await banner.waitFor();
    else expect(await banner.count()).toBe(0);
    await context.close();
  });
});

describe.skipIf(!MAIL)('settings', () => {
  const SECTIONS = ['profile', 'security', 'linked', 'keys', 'events', 'account'];
  let context: BrowserContext;
  let page: Page;
  let offences: { console: string[]; foreign: string[] };

  beforeAll(async () => {
    ({ context, page, offences } = await newcomer(browser, 'pages'));
  });
  afterAll(() => context?.close());

  it.each(SECTIONS)('%s is accessible in light and dark, and fits 375 pixels', async (section) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 1280, height: 860 });
      await page.goto(`${BASE}/settings/${section}`);
      await settled(page);
      await page.waitForSelector('main .panel');
      expect(await page.locator('h1').count()).toBe(1);
      expect(await seriousViolations(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 375, height: 740 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(offences).toEqual({ console: [], foreign: [] });
  });
});

it('gives pages titles of their own', () => {
  expect(titles.get('market')).toContain('Market');
  expect(titles.get('card')).toContain(known.name);
  const distinct = [
    'market',
    'cards as pictures',
    'card',
    'sets',
    'set',
    'about',
    'login',
    'registration',
    'a forgotten password',
    'unknown address',
  ];
  expect(new Set(distinct.map((name) => titles.get(name))).size).toBe(distinct.length);
});

describe('card pictures', () => {
  it('are drawn by us when Scryfall is out of reach, and never filtered or cropped', async () => {
    const { context, page } = await open(browser, `/cards/${known.cardId}?printing=${known.printingId}`);
    await settled(page);
    await page.waitForSelector('.picture .drawn');
    const box = await page.locator('.picture .card-frame').boundingBox();
    expect(box && box.width / box.height).toBeCloseTo(488 / 680, 2);
    await context.close();
  });

  it('are shown whole when they arrive', async () => {
    const { context, page } = await open(browser, '/about');
    const pixel = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    await page.route('https://cards.scryfall.io/**', (route) =>
      route.fulfill({ contentType: 'image/png', body: pixel }),
    );
    const { printing } = await ask<{ printing: { images: { large: string }[] } }>(
      'query ($id: ID!) { printing(id: $id) { images { large } } }',
      { id: known.printingId },
    );
    if (printing.images.length > 0) {
      await page.goto(`${BASE}/cards/${known.cardId}?printing=${known.printingId}`);
      const image = page.locator('.picture img');
      await image.waitFor({ state: 'visible' });
      expect(await page.locator('.picture .drawn').count()).toBe(0);
      const style = await image.evaluate((element) => {
        const { filter, opacity, objectFit, clipPath, mixBlendMode } = getComputedStyle(element);
        return { filter, opacity, objectFit, clipPath, mixBlendMode };
      });
      expect(style).toEqual({
        filter: 'none',
        opacity: '1',
        objectFit: 'fill',
        clipPath: 'none',
        mixBlendMode: 'normal',
      });
    }
    await context.close();
  });
});
