// Wants in a real browser: cards come one by one and by decklist, change where they stand, and in every window.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, settled } from './browser';
import { fill, MAIL, newcomer } from './people';
import { BASE, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

const want = (page: Page) => page.getByTestId('want');
const totals = (page: Page, text: string) =>
  page.getByTestId('want-totals').getByText(text, { exact: true }).waitFor();

async function openWants(page: Page): Promise<void> {
  await page.goto(`${BASE}/wants`);
  await live(page);
  await settled(page);
}

async function add(page: Page, quantity: number, target: string): Promise<void> {
  await page.getByRole('button', { name: 'Add a want' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a want' });
  await dialog.getByLabel('Card', { exact: true }).fill(known.name);
  await page.getByRole('option').filter({ hasText: known.name }).first().click();
  await fill(page, 'Quantity', String(quantity));
  await fill(page, 'Target price', target);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

describe.skipIf(!MAIL)('wants', { timeout: 120_000 }, () => {
  it('are added, changed where they stand, removed and added back, in both windows', async () => {
    const { page, context, offences } = await newcomer(browser, 'seeker');
    await page.getByRole('link', { name: 'Wants', exact: true }).click();
    await page.getByText('You want nothing yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await add(page, 4, '0.01');
    await totals(page, '4 copies wanted, 4 missing');
    const row = want(page).filter({ hasText: known.name });
    await row.getByText('any printing').waitFor();

    const other = await context.newPage();
    await openWants(other);
    await want(other).filter({ hasText: known.name }).waitFor();
    const field = row.getByLabel(`Wanted copies of ${known.name}`);
    await field.fill('7');
    await field.press('Enter');
    await totals(page, '7 copies wanted, 7 missing');
    await totals(other, '7 copies wanted, 7 missing');
    expect(await seriousViolations(page)).toEqual([]);

    await row.getByRole('button', { name: `What to do with ${known.name}` }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await want(page).waitFor({ state: 'detached' });
    await want(other).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Add it back' }).click();
    await totals(other, '7 copies wanted, 7 missing');

    await row.getByRole('button', { name: `What to do with ${known.name}` }).click();
    await page.getByRole('menuitem', { name: 'Tell me about its price…' }).click();
    const alert = page.getByRole('dialog', { name: 'Tell me about a price' });
    expect(await alert.getByLabel('Card', { exact: true }).inputValue()).toBe(known.name);

    // Its target has an alert of its own, which goes by the want.
    await other.getByRole('link', { name: `Alert of ${known.name}` }).click();
    await other.getByTestId('alert').getByText('From a want').waitFor();
    await other.getByRole('button', { name: `What to do with ${known.name}` }).click();
    await other.getByRole('menuitem', { name: 'Change it in your wants' }).click();
    await want(other).filter({ hasText: known.name }).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('come from a decklist, whose bad lines are shown', async () => {
    const { page, context, offences } = await newcomer(browser, 'deckbuilder');
    await openWants(page);
    await page.getByRole('button', { name: 'Paste a decklist' }).click();
    const dialog = page.getByRole('dialog', { name: 'Paste a decklist' });
    await dialog.getByLabel('Decklist').fill(`// Mine\n3 ${known.name}\n1 Nobody Has This Card\n`);
    await dialog.getByRole('button', { name: 'Add its cards' }).click();
    const refused = dialog.getByTestId('refused-lines');
    await refused.getByText('1 Nobody Has This Card').waitFor();
    expect(await refused.getByRole('listitem').count()).toBe(1);
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await totals(page, '3 copies wanted, 3 missing');
    await page.setViewportSize({ width: 375, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(375);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
