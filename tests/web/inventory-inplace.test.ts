// A lot is changed where it stands in the table, with a mouse, by keys and with a finger.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live } from './browser';
import { addCopies, bar, lot, openInventory, totals } from './lots';
import { ADD, dear, say } from './owned';
import { bearerOf, MAIL, newcomer } from './people';
import { BASE, post, type Sample, sample } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

const cellOf = (page: Page, what: string) => lot(page).getByTitle(`Change the ${what}`);
const fieldOf = (page: Page, what: string) =>
  lot(page).getByLabel(`${what} of ${known.name}`, { exact: true });

/** Keeps a mutation from the server until it is let go. */
async function hold(page: Page, mutation: string): Promise<{ held: () => number; letGo: () => void }> {
  let held = 0;
  let letGo: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route('**/graphql', async (route) => {
    if (route.request().postData()?.includes(`mutation ${mutation}(`)) {
      held += 1;
      await gone;
    }
    return route.fallback();
  });
  return { held: () => held, letGo: () => letGo?.() };
}

describe.skipIf(!MAIL)('a lot', { timeout: 120_000 }, () => {
  it('is changed where it stands: at once, in every window, and back again if the server refuses', async () => {
    const { page, context, offences } = await newcomer(browser, 'sorter');
    await openInventory(page);
    await addCopies(page, known.name, 2);
    const other = await context.newPage();
    await openInventory(other);
    const cell = (what: string) => cellOf(page, what);
    const field = (what: string) => fieldOf(page, what);
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
    const told = await field('copies').getAttribute('aria-describedby');
    expect(await page.locator(`[id="${told}"]`).textContent()).toBe('Must be a whole number.');
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

  it('shows a change before the server knows of it, and what was there if that refuses', async () => {
    const { page, context } = await newcomer(browser, 'hasty');
    await openInventory(page);
    await addCopies(page, known.name, 2);
    const edit = await hold(page, 'EditInventory');
    await cellOf(page, 'grade').click();
    await fieldOf(page, 'grade').selectOption({ label: 'Played (HP)' });
    await cellOf(page, 'grade').getByText('Played', { exact: true }).waitFor();
    await expect.poll(edit.held).toBe(1);
    expect(await bar(page).getByText('changed.').count(), 'it is not done yet').toBe(0);
    edit.letGo();
    await bar(page).getByText('changed.').waitFor();
    expect(await cellOf(page, 'grade').textContent()).toContain('Played');
    // More than a lot may hold.
    const add = await hold(page, 'AddToInventory');
    await cellOf(page, 'copies').click();
    await fieldOf(page, 'copies').fill('9000000');
    await page.keyboard.press('Enter');
    await cellOf(page, 'copies').getByText('9,000,000').waitFor();
    add.letGo();
    // It is said where it is seen, however far down the row is.
    await bar(page).getByRole('alert').filter({ hasText: known.name }).waitFor();
    await bar(page).getByRole('button', { name: 'Close this message' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await cellOf(page, 'copies').getByText('2').waitFor();
    await context.close();
  });

  it.each([
    ['all of them', ''],
    ['a search', '?q=quantity%3E0'],
  ])('is changed twice in a row, and typed in meanwhile: in %s', async (_list, search) => {
    const { page, context } = await newcomer(browser, 'nimble');
    await openInventory(page);
    await addCopies(page, known.name, 2);
    await page.goto(`${BASE}/inventory${search}`);
    await live(page);
    const edit = await hold(page, 'EditInventory');
    for (const [what, label] of [
      ['grade', 'Played (HP)'],
      ['language', 'German'],
    ] as const) {
      await cellOf(page, what).click();
      await fieldOf(page, what).selectOption({ label });
    }
    await cellOf(page, 'copies').click();
    await fieldOf(page, 'copies').fill('4');
    expect(edit.held(), 'the second change waits for the first').toBe(1);
    edit.letGo();
    await expect.poll(edit.held).toBe(2);
    await bar(page).getByText('changed.').waitFor();
    await totals(page, '2 copies in 1 lot');
    expect(await fieldOf(page, 'copies').inputValue()).toBe('4');
    await page.keyboard.press('Enter');
    await totals(page, '4 copies in 1 lot');
    await cellOf(page, 'copies').getByText('4').waitFor();
    await cellOf(page, 'grade').getByText('Played', { exact: true }).waitFor();
    await cellOf(page, 'language').getByText('German').waitFor({ state: 'attached' });
    expect(await page.getByRole('alert').count()).toBe(0);
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
    const [cell, field] = [cellOf(page, 'grade'), fieldOf(page, 'grade')];
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
    await cell.and(page.locator(':focus')).waitFor();
    await choose('Escape');
    await choose('Tab');
    await cell.getByText('Played', { exact: true }).waitFor();
    await expect.poll(() => sent.length).toBe(2);
    expect(sent.map((body) => /"grade":"(\w+)"/.exec(body)?.[1])).toEqual(['GOOD', 'PLAYED']);
    await context.close();
  });

  it('keeps its binder while the others are not known, and the words that its state came with', async () => {
    const { page, context } = await newcomer(browser, 'archivist');
    const authorization = await bearerOf(page);
    const make = 'mutation { createBinder(name: "Trades") { binder { id } errors { message } } }';
    const made = await post(make, {}, { authorization });
    const binderId = /"id":"(\w+)"/.exec(await made.text())?.[1];
    const printing = (await dear()).find(({ id }) => id === known.printingId);
    const finish = printing?.latestPrices[0]?.finish;
    const conditionText = 'one bent corner';
    const lots = [{ printingId: known.printingId, finish, binderId, conditionText }];
    await say(authorization, ADD, { lots });
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Binders ')
        ? route.fulfill({ status: 500, body: 'broken' })
        : route.fallback(),
    );
    const edit = await hold(page, 'EditInventory');
    await openInventory(page);
    await page.getByText('Your binders could not be loaded.').waitFor();
    await page.getByTitle(conditionText).waitFor();
    await cellOf(page, 'binder').click();
    expect(await fieldOf(page, 'binder').locator('option').allTextContents()).toEqual(['None', 'Trades']);
    expect(await fieldOf(page, 'binder').inputValue()).toBe(binderId);
    await page.keyboard.press('Enter');
    await cellOf(page, 'binder').getByText('Trades').waitFor();
    expect(edit.held()).toBe(0);
    await context.close();
  });

  it('keeps its day when another one is not finished', async () => {
    const { page, context } = await newcomer(browser, 'dater');
    await page.setViewportSize({ width: 1500, height: 860 });
    await openInventory(page);
    await addCopies(page, known.name, 1);
    const [cell, field] = [cellOf(page, 'day'), fieldOf(page, 'day')];
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
      const cell = cellOf(page, what);
      await cell.click();
      await fieldOf(page, what).waitFor();
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
