// A portfolio in a real browser: what cards are worth shows, moves with the market and says where it is from.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, settled } from './browser';
import { dear, own } from './owned';
import { bearerOf, MAIL, newcomer } from './people';
import { BASE } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** An alert about the whole collection, tried on its days. */
async function tellOfIt(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Tell me about its value' }).click();
  const dialog = page.getByRole('dialog', { name: 'Tell me about a price' });
  await dialog.getByText('What all your copies are worth', { exact: false }).waitFor();
  expect(await dialog.getByLabel('Condition', { exact: true }).count()).toBe(0);
  await dialog.getByLabel('Amount').fill('9999999');
  const tried = page.getByTestId('simulation');
  await expect.poll(() => tried.textContent(), { timeout: 120_000 }).toContain('It would have fired once');
  expect(await seriousViolations(page)).toEqual([]);
  await shot(page, 'alert');
  await dialog.getByRole('button', { name: 'Make alert' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = page.getByTestId('alert').filter({ hasText: 'My collection' });
  await row.getByText('by the best price of each card', { exact: false }).waitFor();
  await row.getByTestId('alert-value').getByText('$').waitFor();
  await shot(page, 'alerts');
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/portfolio-${name}.png`, fullPage: true });
}

describe.skipIf(!MAIL)('a portfolio', { timeout: 240_000 }, () => {
  it('is empty at first, then worth what the market says, at every moment', async () => {
    const { page, context, offences } = await newcomer(browser, 'investor');
    await page.getByRole('navigation').getByRole('link', { name: 'Portfolio', exact: true }).click();
    await page.getByText('Nothing to value yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await own(await bearerOf(page), await dear(), 2);
    // By the demo's own market: another test may have brought prices of real ones, which stand still here.
    await page.goto(`${BASE}/portfolio?source=DEMO`);
    await live(page);
    await settled(page);
    const value = page.getByTestId('portfolio-value');
    await page.getByTestId('portfolio-chart').waitFor({ timeout: 60_000 });
    await page.getByTestId('as-of').waitFor();
    expect(await page.getByTestId('portfolio-days').locator('tbody tr').count()).toBeGreaterThan(30);
    // The market moves by itself: nobody reloads.
    const before = await value.textContent();
    await page.waitForFunction(
      (old) => document.querySelector('[data-testid=portfolio-value]')?.textContent !== old,
      before,
      { timeout: 60_000 },
    );
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'light');
    await tellOfIt(page);
    await page.goto(`${BASE}/portfolio`);
    await live(page);
    await page.getByTestId('portfolio-chart').waitFor();
    await page.getByLabel('Valued by').selectOption('CARDMARKET');
    await page.waitForURL((url) => url.searchParams.get('source') === 'CARDMARKET');
    await page.getByLabel('Valued by').selectOption('best');
    await page.getByText('Rarity', { exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('parts') === 'RARITY');
    await page.emulateMedia({ colorScheme: 'dark' });
    await settled(page);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'dark');
    await page.setViewportSize({ width: 375, height: 812 });
    await settled(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(wide, 'it scrolls sideways on a phone').toBe(false);
    await shot(page, 'phone');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
