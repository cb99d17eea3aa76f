// An inventory in a real browser: copies come, change, are sold and come back, in every window.
import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, open, settled } from './browser';
import { addCopies, bar, choose, deal, lot, makeBinder, mark, openInventory, totals } from './lots';
import { bearerOf, fill, logIn, MAIL, newcomer } from './people';
import { ask, BASE, post, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
});
afterAll(() => browser?.close());

const add = (page: Page, quantity: number, also?: (dialog: Locator) => Promise<void>) =>
  addCopies(page, known.name, quantity, also);

describe.skipIf(!MAIL)('an inventory', { timeout: 120_000 }, () => {
  it('is for who is logged in, and begins empty', async () => {
    const stranger = await open(browser, '/');
    await settled(stranger.page);
    expect(await stranger.page.getByRole('link', { name: 'Inventory' }).count()).toBe(0);
    await stranger.page.goto(`${BASE}/inventory?trade=yes`);
    await stranger.page.waitForURL((url) => url.searchParams.get('next') === '/inventory?trade=yes');
    await stranger.context.close();

    const { page, context, offences } = await newcomer(browser, 'collector');
    await page.getByRole('link', { name: 'Inventory', exact: true }).click();
    await page.getByText('You have no cards yet').waitFor();
    await totals(page, '0 copies in 0 lots');
    expect(await seriousViolations(page)).toEqual([]);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('goes along as a file, which says what it leaves out', async () => {
    const { page, context, offences } = await newcomer(browser, 'mover');
    await openInventory(page);
    expect(await page.getByRole('button', { name: 'Export' }).count()).toBe(0);
    await add(page, 3);
    const save = async (format: string) => {
      await page.getByRole('button', { name: 'Export' }).click();
      const saved = page.waitForEvent('download');
      await page.getByRole('menuitem', { name: format, exact: true }).click();
      const file = await saved;
      const text = await readFile(await file.path(), 'utf8');
      return { name: file.suggestedFilename(), text };
    };
    const moved = await save('ManaBox');
    expect(moved.name).toMatch(/^inventory-manabox-\d{4}-\d{2}-\d{2}\.csv$/);
    expect(moved.text.split('\n')[1]).toContain(known.name.split(',')[0]);
    await page.getByText('1 lot in a file for ManaBox.').waitFor();
    // Cardmarket's file has nothing but its own numbers, and the demo market knows them only with stand-ins.
    const query = 'query ($id: ID!) { printing(id: $id) { marketIds { cardmarket } } }';
    const ids = await ask<{ printing: { marketIds: { cardmarket: number | null } } }>(query, {
      id: known.printingId,
    });
    const isThere = ids.printing.marketIds.cardmarket !== null;
    await save('Cardmarket stock');
    await page.getByText(isThere ? '1 lot in a file for Cardmarket' : '1 lot left out').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('takes copies in, changes, splits and sells them, and takes it all back', async () => {
    const { page, context, offences } = await newcomer(browser, 'dealer');
    await openInventory(page);
    await makeBinder(page, 'Red box');
    await page.getByText('Cards', { exact: true }).last().click();

    await add(page, 4, async (dialog) => {
      await dialog.getByLabel('Paid for one').fill('1,50');
      await dialog.getByLabel('Tags').fill('first, best');
    });
    await totals(page, '4 copies in 1 lot');
    await lot(page).getByText('best', { exact: true }).waitFor();
    await lot(page).getByText('$1.50').waitFor();
    await bar(page).getByText('4 copies added.').waitFor();

    // Some copies go to a binder: the lot is split.
    const edit = await deal(page, lot(page), 'Edit');
    await fill(page, 'Quantity', '1');
    await choose(edit, 'Binder', 'Red box');
    await choose(edit, 'Grade', 'Played (HP)');
    await fill(page, 'Score', '9.5');
    await edit.getByRole('button', { name: 'Save' }).click();
    await edit.getByText('Must say which company.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('grading.grader');
    await fill(page, 'Company', 'BGS');
    await edit.getByRole('button', { name: 'Save' }).click();
    await totals(page, '4 copies in 2 lots');
    const moved = lot(page, 'Red box');
    await moved.getByText('Played', { exact: true }).waitFor();
    await moved.getByText('BGS 9.5').waitFor();
    expect(await lot(page).count()).toBe(2);

    // Who looks and goes back is where they were.
    await deal(page, moved, 'Edit');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() =>
      document.activeElement?.getAttribute('aria-label')?.startsWith('What to do with'),
    );

    // More than there are cannot be sold, and the server's word stands beside the field.
    const sale = await deal(page, moved, 'Sell');
    await fill(page, 'Quantity', '3');
    await fill(page, 'Got for one', '2.00');
    await sale.getByRole('button', { name: 'Sell', exact: true }).click();
    await sale.getByText('There is 1 copy.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('quantity');
    await totals(page, '4 copies in 2 lots');
    await fill(page, 'Quantity', '1');
    await sale.getByRole('button', { name: 'Sell', exact: true }).click();
    await totals(page, '3 copies in 1 lot');
    await moved.waitFor({ state: 'detached' });

    await bar(page).getByText('1 copy sold.').waitFor();
    await bar(page).getByRole('button', { name: 'Undo' }).click();
    await totals(page, '4 copies in 2 lots');
    await moved.waitFor();
    await bar(page).getByRole('button', { name: 'Redo' }).click();
    await totals(page, '3 copies in 1 lot');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('filters by what is in the address, and does one thing to many', async () => {
    const { page, context, offences } = await newcomer(browser, 'sorter');
    await openInventory(page);
    await makeBinder(page, 'Blue box');
    await page.goto(`${BASE}/inventory`);
    await settled(page);
    await add(page, 2);
    await add(page, 3, async (dialog) => {
      await choose(dialog, 'Language', 'Japanese');
    });
    await totals(page, '5 copies in 2 lots');
    await page.getByLabel('Select all lots that are loaded').check();
    await page.getByTestId('bulk').getByText('2 lots selected').waitFor();
    await mark(page, 'Hidden from shared pages');
    await bar(page).getByText('5 copies hidden from shared pages.').waitFor();
    await lot(page, 'Hidden').nth(1).waitFor();
    await page.getByLabel('Select all lots that are loaded').check();
    await mark(page, 'For trade');
    await bar(page).getByText('5 copies marked for trade.').waitFor();
    await lot(page, 'For trade').nth(1).waitFor();

    await lot(page, 'Japanese').getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Move to binder' }).click();
    await page.getByRole('menuitem', { name: 'Blue box' }).click();
    await lot(page, 'Blue box').waitFor();
    await choose(page, 'Binder', 'Blue box');
    await page.waitForURL(/binder=/);
    await lot(page, 'English').waitFor({ state: 'detached' });
    expect(await lot(page).count()).toBe(1);
    await choose(page, 'For trade', 'Not for trade');
    await page.getByText('No cards here').waitFor();
    await page.goBack();
    await lot(page, 'Blue box').waitFor();

    // A binder with copies in it stays, and it is said why.
    await page.getByText('Binders', { exact: true }).click();
    await page.getByRole('button', { name: 'Delete Blue box' }).click();
    await page.getByRole('button', { name: 'Delete binder' }).click();
    await page.getByText('There are copies in it: move them first.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Rename Blue box' }).click();
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Green box');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    await page.getByTestId('binder').filter({ hasText: 'Green box' }).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('is the same in two windows, and its history takes back in both', async () => {
    const { page, context, email, offences } = await newcomer(browser, 'twowindows');
    await openInventory(page);
    const other = await open(browser, '/login');
    await logIn(other.page, email);
    await openInventory(other.page);
    await other.page.getByText('You have no cards yet').waitFor();

    await add(page, 4);
    await lot(other.page, known.name).waitFor();
    await totals(other.page, '4 copies in 1 lot');
    const removal = await deal(other.page, lot(other.page), 'Remove');
    await removal.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('You have no cards yet').waitFor();
    await totals(page, '0 copies in 0 lots');

    await page.getByText('History', { exact: true }).click();
    const removed = page.locator('[data-testid=change][data-kind=REMOVED]');
    await removed.getByRole('button', { name: /^Undo/ }).click();
    await page.locator('[data-testid=change][data-kind=UNDONE]').waitFor();
    await page.locator('[data-testid=change][data-kind=REMOVED][data-undone=true]').waitFor();
    expect(await removed.getByRole('button').count()).toBe(0);
    await lot(other.page, known.name).waitFor();
    await totals(other.page, '4 copies in 1 lot');
    expect(offences).toEqual({ console: [], foreign: [] });
    expect(other.offences).toEqual({ console: [], foreign: [] });
    await other.context.close();
    await context.close();
  });

  it('reads on while scrolling, and anew when more changed than the feed names', async () => {
    const { page, context, offences } = await newcomer(browser, 'hoarder');
    const authorization = await bearerOf(page);
    const told = async (query: string, variables: object): Promise<{ id: string }[]> => {
      const response = await post(query, { ...variables }, { authorization });
      const { data } = (await response.json()) as { data: { done: { lots: { id: string }[] } } };
      return data.done.lots;
    };
    const {
      printing: {
        finishes: [finish],
      },
    } = await ask<{ printing: { finishes: string[] } }>(
      'query ($id: ID!) { printing(id: $id) { finishes } }',
      { id: known.printingId },
    );
    const lots = Array.from({ length: 100 }, (_, n) => ({
      printingId: known.printingId,
      finish,
      quantity: n + 1,
      tags: [`number ${n}`],
    }));
    const adds =
      'mutation ($lots: [InventoryLotInput!]!) { done: addToInventory(lots: $lots) { lots { id } } }';
    const made = await told(adds, { lots });
    await openInventory(page);
    await totals(page, '5,050 copies in 100 lots');
    await page.waitForFunction(() => {
      window.scrollTo(0, document.body.scrollHeight);
      const rows = [...document.querySelectorAll('[data-testid=lot]')];
      return rows.some((row) => row.getAttribute('aria-rowindex') === '101');
    });
    expect(await lot(page).count()).toBeLessThan(60);

    // Each copy leaves one lot and comes into another: two hundred lots.
    const edits = made.map(({ id }) => ({ lotId: id, set: { forTrade: true } }));
    await told(
      'mutation ($edits: [InventoryEditInput!]!) { done: editInventory(edits: $edits) { lots { id } } }',
      { edits },
    );
    await page.waitForFunction(() => {
      const rows = [...document.querySelectorAll('[data-testid=lot]')];
      return rows.length > 0 && rows.every((row) => row.textContent?.includes('For trade'));
    });
    await totals(page, '5,050 copies in 100 lots');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('takes one card after another', async () => {
    const { page, context } = await newcomer(browser, 'typist');
    await page.goto(`${BASE}/inventory?add=${known.printingId}`);
    const dialog = page.getByRole('dialog', { name: 'Add copies' });
    await dialog.getByRole('button', { name: 'Add', exact: true }).waitFor();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('input[name=printingId]')?.value,
    );
    await choose(dialog, 'Grade', 'Good (LP)');
    await dialog.getByLabel('Paid for one').fill('3');
    await dialog.getByLabel('And another one after it').check();
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText(`1 copy of ${known.name} added.`).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'card');
    expect(await dialog.getByLabel('Card', { exact: true }).inputValue()).toBe('');
    expect(await dialog.getByLabel('Paid for one').inputValue()).toBe('');
    expect(await dialog.getByLabel('Grade').inputValue()).toBe('GOOD');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByText('This is needed.').waitFor();
    await context.close();
  });

  it('is begun from the page of a card', async () => {
    const { page, context } = await newcomer(browser, 'reader');
    await page.goto(`${BASE}/cards/${known.cardId}?printing=${known.printingId}`);
    await page.getByRole('link', { name: 'Add to inventory' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add copies' });
    await page.waitForFunction(
      (id) => document.querySelector<HTMLInputElement>('input[name=printingId]')?.value === id,
      known.printingId,
    );
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await lot(page, known.name).waitFor();
    expect(await page.evaluate(() => location.search)).not.toContain('add=');
    await context.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 375],
  ] as const)('can be used by everybody: %s, %i pixels wide', async (scheme, width) => {
    const { page, context } = await newcomer(browser, 'everybody');
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 812 });
    await openInventory(page);
    await add(page, 4, async (dialog) => {
      await dialog.getByLabel('Tags').fill('cube, a tag of many letters');
      await dialog.getByText('For trade').click();
      expect(await seriousViolations(page)).toEqual([]);
    });
    await lot(page).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    for (const tab of ['cards', 'binders', 'history']) {
      await page.goto(`${BASE}/inventory?tab=${tab}`);
      await settled(page);
      expect(await seriousViolations(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    }
    await context.close();
  });
});
