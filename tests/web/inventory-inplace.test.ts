// A lot is changed where it stands in the table, with a mouse, by keys and with a finger.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch } from './browser';
import { addCopies, bar, lot, openInventory, totals } from './lots';
import { MAIL, newcomer } from './people';
import { type Sample, sample } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

describe.skipIf(!MAIL)('a lot', { timeout: 120_000 }, () => {
  it('is changed where it stands: at once, in every window, and back again if the server refuses', async () => {
    const { page, context, offences } = await newcomer(browser, 'sorter');
    await openInventory(page);
    await addCopies(page, known.name, 2);
    const other = await context.newPage();
    await openInventory(other);
    const cell = (what: string) => lot(page).getByTitle(`Change the ${what}`);
    const field = (what: string) => lot(page).getByLabel(`${what} of ${known.name}`, { exact: true });
    await cell('grade').click();
    await field('grade').selectOption({ label: 'Played (HP)' });
    await lot(page).getByText('Played', { exact: true }).waitFor();
    await lot(other).getByText('Played', { exact: true }).waitFor();
    await bar(page).getByText(`2 copies of ${known.name} changed.`).waitFor();
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await lot(other).getByText('Near Mint', { exact: true }).waitFor();
    await cell('copies').click();
    await field('copies').fill('many');
    await page.keyboard.press('Enter');
    await lot(page).getByText('Must be a whole number.').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await field('copies').fill('5');
    await page.keyboard.press('Enter');
    await totals(page, '5 copies in 1 lot');
    await totals(other, '5 copies in 1 lot');
    expect(await cell('copies').evaluate((button) => document.activeElement === button)).toBe(true);
    await cell('price paid for one').click();
    await field('price paid for one').fill('2,5');
    await cell('grade').click();
    await lot(other).getByText('$2.50').waitFor();
    await page.keyboard.press('Escape');
    // More than a lot may hold: it shows at once, and goes again.
    await cell('copies').click();
    await field('copies').fill('9000000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: known.name }).waitFor();
    await cell('copies').getByText('5').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('is changed by keys: a choice is sent once, when it is made', async () => {
    const { page, context } = await newcomer(browser, 'typist');
    const sent: string[] = [];
    page.on('request', (request) => {
      const body = request.postData() ?? '';
      if (body.includes('mutation EditInventory')) sent.push(body);
    });
    await openInventory(page);
    await addCopies(page, known.name, 1);
    const cell = lot(page).getByTitle('Change the grade');
    const field = lot(page).getByLabel(`grade of ${known.name}`, { exact: true });
    const choose = async (leave: string) => {
      await cell.focus();
      await page.keyboard.press('Enter');
      await field.and(page.locator(':focus')).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press(leave);
      await cell.waitFor();
    };
    await choose('Enter');
    await bar(page).getByText('changed.').waitFor();
    await cell.getByText('Good').waitFor();
    await choose('Escape');
    await choose('Tab');
    await cell.getByText('Played', { exact: true }).waitFor();
    await expect.poll(() => sent.length).toBe(2);
    expect(sent.map((body) => /"grade":"(\w+)"/.exec(body)?.[1])).toEqual(['GOOD', 'PLAYED']);
    await context.close();
  });

  it('keeps its day when another one is not finished', async () => {
    const { page, context } = await newcomer(browser, 'dater');
    await page.setViewportSize({ width: 1500, height: 860 });
    await openInventory(page);
    await addCopies(page, known.name, 1);
    const cell = lot(page).getByTitle('Change the day');
    const field = lot(page).getByLabel(`day of ${known.name}`, { exact: true });
    await cell.click();
    await field.fill('2026-01-02');
    await page.keyboard.press('Enter');
    await bar(page).getByText('changed.').waitFor();
    await cell.getByText('2026').waitFor();
    const problem = lot(page).getByText('Must be a day.');
    for (const leave of [
      () => page.keyboard.press('Enter'),
      () => page.getByRole('heading').first().click(),
    ]) {
      await cell.click();
      await page.keyboard.press('Backspace');
      await leave();
      await problem.waitFor();
      await field.focus();
      await page.keyboard.press('Escape');
      await cell.getByText('2026').waitFor();
    }
    await context.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
    ['dark', 375],
  ] as const)('can be changed by everybody: %s, %i pixels wide', async (scheme, width) => {
    const { page, context } = await newcomer(browser, 'thumb');
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 812 });
    await openInventory(page);
    await addCopies(page, known.name, 2);
    // A phone shows neither a price nor a binder where there is none.
    const wide = ['price paid for one', 'binder'];
    for (const what of ['grade', 'copies', ...(width > 375 ? wide : [])]) {
      const cell = lot(page).getByTitle(`Change the ${what}`);
      await cell.click();
      await lot(page).getByLabel(`${what} of ${known.name}`, { exact: true }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      const taken = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(taken, `${what} makes the page scroll sideways`).toBeLessThanOrEqual(width);
      if (SHOTS)
        await page.screenshot({ path: `${SHOTS}/inplace-${scheme}-${width}-${what.split(' ')[0]}.png` });
      await page.keyboard.press('Escape');
      await cell.waitFor();
    }
    await context.close();
  });
});
