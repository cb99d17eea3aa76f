// Notifications in a real browser: a finished import rings in every window, and what is read is read in all.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, settled } from './browser';
import { MAIL, newcomer } from './people';
import { BASE, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

const bell = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

async function bringCards(page: Page): Promise<void> {
  await page.goto(`${BASE}/inventory/import`);
  await live(page);
  const buffer = Buffer.from(`Name,Set code,Quantity\n"${known.name}",${known.setCode},2\n`);
  const file = { name: 'shoebox.csv', mimeType: 'text/csv', buffer };
  await page.getByLabel('File of your collection').setInputFiles(file);
  await page.locator('[data-testid=import-head][data-state=READY]').waitFor();
}

describe.skipIf(!MAIL)('notifications', { timeout: 120_000 }, () => {
  it('ring in every window when an import is in, and are read in all of them', async () => {
    const { page, context, offences } = await newcomer(browser, 'listener');
    await live(page);
    const other = await context.newPage();
    await other.goto(`${BASE}/notifications`);
    await live(other);
    await settled(other);
    await other.getByText('Nothing yet').waitFor();
    await bell(other, 'Notifications').waitFor();

    await bringCards(page);
    await page.getByRole('button', { name: /^Enter / }).click();
    await page.locator('[data-testid=import-head][data-state=DONE]').waitFor();
    await bell(page, 'Notifications, 1 not read').waitFor();
    await bell(other, 'Notifications, 1 not read').waitFor();
    const told = other.getByTestId('notification').filter({ hasText: 'shoebox.csv is in your inventory' });
    await told.waitFor();
    expect(await seriousViolations(other)).toEqual([]);

    await bell(page, 'Notifications, 1 not read').click();
    await page.getByRole('link', { name: 'shoebox.csv is in your inventory' }).click();
    await page.locator('[data-testid=import-head][data-state=DONE]').waitFor();
    await bell(page, 'Notifications').waitFor();
    await bell(other, 'Notifications').waitFor();
    await told.getByRole('button', { name: /^Mark as new/ }).click();
    await bell(page, 'Notifications, 1 not read').waitFor();
    await other.getByRole('button', { name: 'Mark all as read' }).click();
    await bell(page, 'Notifications').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('go out by mail as their reader wants it', async () => {
    const { page, context, offences } = await newcomer(browser, 'sleeper');
    await page.goto(`${BASE}/settings/notifications`);
    await settled(page);
    await page.getByLabel('Imports by e-mail').check();
    await page.getByLabel('How mails are put together').selectOption('DAILY');
    await page.getByLabel('Quiet hours: mail waits until they end').check();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Ravnica/Tenth');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('There is no such time zone', { exact: false }).waitFor();
    await page.getByRole('combobox', { name: 'Time zone' }).fill('Europe/Berlin');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.reload();
    await settled(page);
    expect(await page.getByLabel('Imports by e-mail').isChecked()).toBe(true);
    expect(await page.getByLabel('How mails are put together').inputValue()).toBe('DAILY');
    expect(await page.getByRole('combobox', { name: 'Time zone' }).inputValue()).toBe('Europe/Berlin');
    await page.setViewportSize({ width: 375, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(375);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
