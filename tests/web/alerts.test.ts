// Alerts in a real browser: a rule is tried on the past, made, changed and silenced, and what fires is seen at once.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, open, settled } from './browser';
import { MAIL, newcomer } from './people';
import { BASE, type Sample, sample } from './server';

const SHOTS = process.env.SHOTS;
/** More than any card of the demo market costs. */
const ALWAYS = '9999999';
let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

const alert = (page: Page) => page.getByTestId('alert').filter({ hasText: known.name });
const phase = (page: Page, word: string) =>
  alert(page).getByTestId('alert-phase').getByText(word, { exact: true }).waitFor();
const tried = (page: Page, words: RegExp) => page.getByTestId('simulation').getByText(words).waitFor();
const choose = (dialog: Locator, label: string, option: string) =>
  dialog
    .locator('select')
    .and(dialog.getByLabel(label, { exact: true }))
    .selectOption({ label: option });

async function openAlerts(page: Page, search = ''): Promise<void> {
  await page.goto(`${BASE}/alerts${search}`);
  await live(page);
  await settled(page);
}

/** The panel for a new alert about the demo market's price of the known card, without an amount. */
async function begin(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'New alert' }).click();
  const dialog = page.getByRole('dialog', { name: 'Tell me about a price' });
  await dialog.getByLabel('Card', { exact: true }).fill(known.name);
  await page.getByRole('option').filter({ hasText: known.name }).first().click();
  await choose(dialog, 'Where', 'Demo market');
  return dialog;
}

async function act(page: Page, item: string): Promise<void> {
  await alert(page)
    .getByRole('button', { name: /^What to do with/ })
    .click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/alerts-${name}.png`, fullPage: true });
}

async function narrow(page: Page): Promise<void> {
  await page.setViewportSize({ width: 375, height: 812 });
  await settled(page);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide, 'it scrolls sideways on a phone').toBeLessThanOrEqual(375);
}

describe.skipIf(!MAIL)('alerts', { timeout: 120_000 }, () => {
  it('are tried on the past, made, changed, silenced and deleted', async () => {
    const { page, context, offences } = await newcomer(browser, 'watcher');
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await page.getByText('No alert yet').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    const dialog = await begin(page);
    await dialog.getByLabel('Amount').fill('0');
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await dialog.locator('[name=amount][aria-invalid=true]').waitFor();
    await dialog.getByText('Must be more than zero', { exact: false }).first().waitFor();
    await dialog.getByLabel('Amount').fill('0.01');
    await tried(page, /^It would not have fired in the last year/);
    await dialog.getByLabel('Amount').fill(ALWAYS);
    await tried(page, /^It would have fired/);
    expect(await page.getByTestId('simulated-times').getByRole('listitem').count()).toBeGreaterThan(0);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'new');
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await dialog.waitFor({ state: 'detached' });
    await phase(page, 'Waiting');
    await alert(page).getByText('for 12 hours', { exact: false }).waitFor();

    await act(page, 'Edit…');
    const edit = page.getByRole('dialog', { name: `Edit ${known.name}` });
    expect(await edit.getByLabel('Card', { exact: true }).inputValue()).toBe(known.name);
    await edit.getByLabel('Amount').fill('0.01');
    await edit.getByText('More', { exact: true }).click();
    await edit.getByLabel('Your name for it').fill('Bargain');
    await edit.getByLabel('Most often in a day').fill('25');
    await edit.getByText('More', { exact: true }).click();
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.locator('[name=dailyLimit][aria-invalid=true]').waitFor();
    await edit.getByLabel('Most often in a day').fill('2');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.waitFor({ state: 'detached' });
    await phase(page, 'Armed');
    await alert(page).getByText('Bargain').waitFor();
    await alert(page)
      .getByText(/to go$/)
      .waitFor();

    await act(page, 'Pause');
    await phase(page, 'Paused');
    await act(page, 'Let it work again');
    await phase(page, 'Armed');
    await act(page, 'A week');
    await alert(page).getByText('Snoozed', { exact: true }).waitFor();
    await alert(page).getByRole('button', { name: /^Why / }).click();
    await page
      .getByTestId('alert-details')
      .getByText(/^Armed; fires once .*; snoozed\.$/)
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await act(page, 'Tell me again');
    await alert(page).getByText('Snoozed', { exact: true }).waitFor({ state: 'detached' });
    await page
      .getByTestId('alert-details')
      .getByText('; snoozed', { exact: false })
      .waitFor({ state: 'detached' });

    await act(page, 'Delete…');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete alert' }).click();
    await page.getByText('No alert yet').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('are seen in every window when they fire', async () => {
    const { page, context, offences } = await newcomer(browser, 'sentinel');
    await openAlerts(page);
    const other = await context.newPage();
    await openAlerts(other, '?view=events');
    await other.getByText('Nothing happened yet').waitFor();

    const dialog = await begin(page);
    await dialog.getByLabel('Amount').fill(ALWAYS);
    await choose(dialog, 'Once it has lasted', 'Tell me at once');
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await phase(page, 'Fired');
    const event = other.getByTestId('alert-event').filter({ hasText: known.name });
    await event.getByText('Told', { exact: true }).waitFor();
    await other.getByRole('link', { name: 'Notifications, 1 not read' }).waitFor();
    expect(await seriousViolations(other)).toEqual([]);
    await shot(other, 'events');

    await alert(page).getByRole('button', { name: /^Why / }).click();
    await page.waitForURL((url) => url.searchParams.has('alert'));
    await page.getByTestId('alert-details').getByTestId('alert-event').waitFor();
    await shot(page, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'dark');
    await narrow(page);
    await page.reload();
    await page.getByTestId('alert-details').waitFor();
    const place = await page.getByRole('link', { name: 'Alerts', exact: true }).boundingBox();
    expect(place?.x ?? -1, 'the navigation shows where somebody is').toBeGreaterThanOrEqual(0);
    expect((place?.x ?? 0) + (place?.width ?? 0)).toBeLessThanOrEqual(375);
    await shot(page, 'phone');
    await narrow(other);
    await shot(other, 'phone-events');
    await begin(page);
    await narrow(page);
    await shot(page, 'phone-new');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('are made of a price that somebody looks at, by who is logged in', async () => {
    const path = `/cards/${known.cardId}?printing=${known.printingId}`;
    const stranger = await open(browser, path);
    await stranger.page.getByRole('link', { name: 'Tell me about this price' }).click();
    await stranger.page.waitForURL((url) => url.searchParams.get('next')?.startsWith('/alerts') === true);
    await stranger.context.close();

    const { page, context, offences } = await newcomer(browser, 'shopper');
    await page.goto(`${BASE}${path}`);
    await page.getByRole('link', { name: 'Tell me about this price' }).click();
    const dialog = page.getByRole('dialog', { name: 'Tell me about a price' });
    expect(await dialog.getByLabel('Card', { exact: true }).inputValue()).toBe(known.name);
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[name=printingId]')?.value);
    await dialog.getByText(/^Now .* at /).waitFor();
    await shot(page, 'printing');
    await choose(dialog, 'Tell me when it', 'moves by per cent');
    await dialog.getByLabel('Per cent').fill('5');
    await choose(dialog, 'Once it has lasted', 'Tell me at once');
    await tried(page, /^It would (?:not )?have fired/);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'percent');
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await dialog.waitFor({ state: 'detached' });
    await alert(page).getByText('up or down 5 % or more within 30 days', { exact: false }).waitFor();

    await page.getByRole('button', { name: 'New alert' }).click();
    await dialog.getByText('A whole set', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await dialog.getByText('This is needed.').first().waitFor();
    await dialog.getByRole('combobox', { name: 'Set', exact: true }).fill(known.setCode);
    await page
      .getByRole('option')
      .filter({ hasText: `(${known.setCode.toUpperCase()})` })
      .first()
      .click();
    await choose(dialog, 'Tell me when it', 'is bought by a store again');
    await tried(page, /^It would (?:not )?have fired/);
    await dialog.getByRole('button', { name: 'Make alert' }).click();
    await page.getByTestId('alert').filter({ hasText: 'A store buys it again' }).waitFor();
    await shot(page, 'list');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
