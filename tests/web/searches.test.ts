// Saved searches in a real browser: saved where somebody searches, followed in every window.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, open, settled } from './browser';
import { fill, MAIL, newcomer } from './people';
import { BASE } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/searches-${name}.png` });
}

const line = (page: Page, name: string) => page.getByTestId('saved-search').filter({ hasText: name });

const numberIn = (text: string | null) => Number(/[\d,.]+/.exec(text ?? '')?.[0].replaceAll(/\D/g, ''));

/** How many the card browser says there are. */
async function found(page: Page): Promise<number> {
  const total = page.getByTestId('total').getByText(/found/);
  await total.waitFor();
  return numberIn(await total.textContent());
}

async function choose(page: Page, name: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `What to do with ${name}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function wide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
}

describe('searching as a stranger', { timeout: 60_000 }, () => {
  it('leads to the login and back', async () => {
    const { page, context, offences } = await open(browser, '/cards?q=t:creature');
    const save = page.getByRole('link', { name: 'Save search' });
    await save.click();
    await page.waitForURL((url) => url.pathname === '/login');
    expect(new URL(page.url()).searchParams.get('next')).toBe('/cards?q=t%3Acreature');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});

describe.skipIf(!MAIL)('saved searches', { timeout: 120_000 }, () => {
  it('are saved, counted, changed, deleted and brought back, in both windows', async () => {
    const { page, context, offences } = await newcomer(browser, 'searcher');
    await page.goto(`${BASE}/cards`);
    await page.getByRole('link', { name: 'Saved searches' }).click();
    await page.getByText('No saved search yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    const other = await context.newPage();
    await other.goto(`${BASE}/searches`);
    await live(other);
    await other.getByText('No saved search yet').waitFor();

    await page.goto(`${BASE}/cards?q=t:creature&unique=PRINTS`);
    const creatures = await found(page);
    await page.getByRole('button', { name: 'Save search' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save this search' });
    expect(await dialog.getByLabel('Every printing counts').isChecked()).toBe(true);
    expect(await dialog.getByLabel('Search', { exact: true }).inputValue()).toBe('t:creature');
    await dialog.getByRole('button', { name: 'Save search' }).click();
    await dialog.getByText('This is needed.').waitFor();
    await fill(page, 'Name', 'All creatures');
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'dialog');
    await dialog.getByRole('button', { name: 'Save search' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Saved as “All creatures”.').waitFor();

    const there = line(other, 'All creatures');
    await there.waitFor();
    expect(numberIn(await there.getByTestId('search-count').textContent())).toBe(creatures);
    await page.getByRole('button', { name: 'Save search' }).click();
    await fill(page, 'Name', 'all creatures');
    await dialog.getByRole('button', { name: 'Save search' }).click();
    await dialog.getByText('You have a search all creatures already.').waitFor();
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Saved searches' }).click();
    await live(page);
    await choose(page, 'All creatures', 'Edit…');
    await fill(page, 'Name', 'Dear dragons');
    await fill(page, 'Search', 't:dragon usd>=1');
    await page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await line(page, 'Dear dragons').waitFor();
    await line(other, 'Dear dragons').getByText('t:dragon usd>=1').waitFor();
    await shot(page, 'light');

    await choose(page, 'Dear dragons', 'Delete');
    await line(page, 'Dear dragons').waitFor({ state: 'detached' });
    await other.getByText('No saved search yet').waitFor();
    await page.getByRole('button', { name: 'Add it back' }).click();
    await line(other, 'Dear dragons').waitFor();
    await line(page, 'Dear dragons').waitFor();

    await page.emulateMedia({ colorScheme: 'dark' });
    await settled(page);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'dark');
    await page.setViewportSize({ width: 375, height: 812 });
    expect(await wide(page), 'the list scrolls sideways on a phone').toBe(false);
    await shot(page, 'phone');
    await line(page, 'Dear dragons').getByRole('link').click();
    await page.waitForURL((url) => url.searchParams.get('unique') === 'PRINTS');
    await page.getByRole('button', { name: 'Save search' }).waitFor();
    await found(page);
    expect(await wide(page), 'the card browser scrolls sideways on a phone').toBe(false);
    await shot(page, 'browser-phone');
    expect(await seriousViolations(page)).toEqual([]);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
