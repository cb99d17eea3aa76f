// An inventory that is searched and sorted in a real browser: the address says it, and it stays right live.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, open, settled } from './browser';
import { lot, mark } from './lots';
import { bearerOf, logIn, MAIL, newcomer } from './people';
import { ask, BASE, post } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;
let names: string[];
let printings: { printingId: string; finish: string }[];

const CATALOGUE = `{ search(query: "-is:dfc", order: USD, direction: DESC, first: 6) {
  nodes { id finishes card { name } } } }`;
const ADD = `mutation ($lots: [InventoryLotInput!]!) {
  addToInventory(lots: $lots) { lots { id tags } errors { message } } }`;
const EDIT = `mutation ($edits: [InventoryEditInput!]!) {
  editInventory(edits: $edits) { errors { message } } }`;

beforeAll(async () => {
  browser = await launch();
  const { search } = await ask<{
    search: { nodes: { id: string; finishes: string[]; card: { name: string } }[] };
  }>(CATALOGUE);
  names = search.nodes.map(({ card }) => card.name);
  printings = search.nodes.map(({ id, finishes }) => ({ printingId: id, finish: finishes[0] ?? '' }));
});
afterAll(() => browser?.close());

const box = (page: Page) => page.getByLabel('Search your cards');
const matching = (page: Page, text: string) =>
  page.getByTestId('matching').getByText(text, { exact: true }).waitFor();
const param = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const quantities = (page: Page) => page.locator('.lot .lot-quantity').allTextContents();
const shown = (page: Page, wanted: string[]) =>
  page.waitForFunction(
    (texts) =>
      !document.querySelector('.stale') &&
      JSON.stringify([...document.querySelectorAll('.lot .lot-quantity')].map((one) => one.textContent)) ===
        JSON.stringify(texts),
    wanted.map((quantity) => `${quantity}×`),
  );

interface Made {
  lots: { id: string; tags: string[] }[];
}

/** Somebody with six lots of six cards: 1 to 6 copies, every other one played, every third for trade. */
async function collector(
  name: string,
): Promise<Awaited<ReturnType<typeof newcomer>> & { bearer: string; lots: Made['lots'] }> {
  const watched = await newcomer(browser, name);
  const bearer = await bearerOf(watched.page);
  const lots = printings.map((printing, n) => ({
    ...printing,
    quantity: n + 1,
    grade: n % 2 === 0 ? 'NEAR_MINT' : 'PLAYED',
    forTrade: n % 3 === 0,
    tags: [`number ${n + 1}`],
  }));
  const response = await post(ADD, { lots }, { authorization: bearer });
  const { data } = (await response.json()) as { data: { addToInventory: Made } };
  await watched.page.goto(`${BASE}/inventory`);
  await live(watched.page);
  await lot(watched.page).nth(5).waitFor();
  return { ...watched, bearer, lots: data.addToInventory.lots };
}

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/inventory-search-${name}.png` });
}

describe.skipIf(!MAIL)('a search over an inventory', { timeout: 120_000 }, () => {
  it('is typed, kept in the address, and says what it does not understand', async () => {
    const { page, context, offences } = await collector('finder');
    const history = await page.evaluate(() => window.history.length);
    await box(page).pressSequentially('cond:hp');
    await matching(page, '3 of 6 lots match');
    await shown(page, ['6', '4', '2']);
    expect(param(page, 'q')).toBe('cond:hp');
    expect(await page.evaluate(() => window.history.length), 'typing fills no history').toBe(history);
    await box(page).fill('cond:hp is:crisp');
    await page.getByText('“crisp” is not a value of “is”').waitFor();
    await matching(page, '3 of 6 lots match');
    expect(await page.locator('.query-underlay mark').textContent()).toBe('is:crisp');
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'warning');
    await page.getByRole('button', { name: 'Syntax' }).click();
    await page.getByText('in a binder of this name; in none').waitFor();
    await shot(page, 'syntax');
    await page.keyboard.press('Escape');

    await page.reload();
    await matching(page, '3 of 6 lots match');
    expect(await box(page).inputValue()).toBe('cond:hp is:crisp');
    await box(page).fill('qty>100');
    await page.getByText('No cards here').waitFor();
    await page.getByRole('button', { name: 'Show all cards' }).click();
    await lot(page).nth(5).waitFor();
    expect(await box(page).inputValue()).toBe('');
    expect(param(page, 'q')).toBeNull();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('is sorted by its columns, and by a list of words where there are none', async () => {
    const { page, context, offences } = await collector('orderer');
    const head = (name: string) => page.getByRole('columnheader', { name });
    expect(await head('Copies').getAttribute('aria-sort')).toBe('none');
    await head('Copies').getByRole('button').click();
    await shown(page, ['6', '5', '4', '3', '2', '1']);
    expect(await head('Copies').getAttribute('aria-sort')).toBe('descending');
    await head('Copies').getByRole('button').click();
    await shown(page, ['1', '2', '3', '4', '5', '6']);
    expect(await head('Copies').getAttribute('aria-sort')).toBe('ascending');
    expect([param(page, 'order'), param(page, 'direction')]).toEqual(['QUANTITY', 'ASC']);
    await head('Copies').getByRole('button').click();
    await shown(page, ['6', '5', '4', '3', '2', '1']);
    expect(param(page, 'order')).toBeNull();
    await page.goBack();
    await shown(page, ['1', '2', '3', '4', '5', '6']);
    await head('Card').getByRole('button').click();
    await page.waitForFunction(
      (first) => document.querySelector('.lot .link-name')?.textContent === first,
      names.toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))[0],
    );
    await head('Market').getByRole('button').click();
    // The market moves: which of these cards is the dearest now is not known here.
    await page.locator('th.col-price[aria-sort=descending]').waitFor();
    await page.locator('.stale').waitFor({ state: 'detached' });
    expect(await lot(page).count()).toBe(6);
    expect(param(page, 'order')).toBe('USD');
    await shot(page, 'sorted');
    await page.setViewportSize({ width: 375, height: 812 });
    await page.locator('select').and(page.getByLabel('Order')).selectOption({ label: 'Fewest copies first' });
    await page.waitForURL((url) => url.searchParams.get('order') === 'QUANTITY');
    await shown(page, ['1', '2', '3', '4', '5', '6']);
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await shot(page, 'phone');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('keeps the old rows, dimmed, until the answer is there', async () => {
    const { page, context } = await collector('waiter');
    const answers: (() => void)[] = [];
    const held = new Promise<void>((resolve) => {
      answers.push(resolve);
    });
    await page.route('**/graphql', async (route) => {
      if (route.request().postData()?.includes('query Inventory(')) await held;
      await route.continue();
    });
    await page.getByRole('columnheader', { name: 'Copies' }).getByRole('button').click();
    await page.locator('.stale').waitFor();
    expect(await lot(page).count()).toBe(6);
    expect(await page.locator('main .skeleton').count()).toBe(0);
    answers[0]?.();
    await shown(page, ['6', '5', '4', '3', '2', '1']);
    await page.locator('.stale').waitFor({ state: 'detached' });
    // What cannot be had is said, and is asked for again.
    await page.unroute('**/graphql');
    await page.route('**/graphql', (route) =>
      route.request().postData()?.includes('query Inventory(') ? route.abort() : route.continue(),
    );
    await box(page).fill('cond:hp');
    await page.getByText('Your cards could not be loaded.').waitFor();
    expect(await lot(page).count()).toBe(0);
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await shown(page, ['6', '4', '2']);
    await context.close();
  });

  it('stays right when lots change, here and elsewhere', async () => {
    const { page, context, email, bearer, lots, offences } = await collector('watcher');
    await box(page).fill('cond:hp');
    await matching(page, '3 of 6 lots match');

    // Elsewhere a lot comes to fit, and another one does not fit any more.
    const of = (tag: string) => lots.find(({ tags }) => tags.includes(tag))?.id;
    const edits = [
      { lotId: of('number 1'), set: { grade: 'PLAYED' } },
      { lotId: of('number 4'), set: { grade: 'MINT' } },
    ];
    await post(EDIT, { edits }, { authorization: bearer });
    await shown(page, ['1', '6', '2']);

    // Here what is done to a selection can be taken back.
    await page.getByLabel('Select all lots that are loaded').check();
    await page.getByTestId('bulk').getByText('3 lots selected').waitFor();
    await mark(page, 'For trade');
    await page.getByTestId('undo-bar').getByText('9 copies marked for trade.').waitFor();
    await lot(page, 'For trade').nth(2).waitFor();
    await page.getByTestId('undo-bar').getByRole('button', { name: 'Undo' }).click();
    await lot(page, 'For trade').nth(1).waitFor({ state: 'detached' });
    await matching(page, '3 of 6 lots match');

    // In another window it is sorted by copies: a lot moves when copies are sold.
    const other = await open(browser, '/login');
    await logIn(other.page, email);
    await other.page.goto(`${BASE}/inventory?order=QUANTITY&q=qty%3E1`);
    await live(other.page);
    await shown(other.page, ['6', '5', '4', '3', '2']);
    await lot(page, 'number 6')
      .getByRole('button', { name: /^What to do with/ })
      .click();
    await page.getByRole('menuitem', { name: 'Sell…' }).click();
    const dialog = page.getByRole('dialog', { name: /^Sell / });
    await dialog.getByLabel('Quantity').fill('4');
    await dialog.getByLabel('Got for one').fill('2');
    await dialog.getByRole('button', { name: 'Sell', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await other.page.waitForFunction(
      () => document.querySelector('.lot .lot-quantity')?.textContent === '5×',
    );
    expect((await quantities(other.page)).toSorted()).toEqual(['2×', '2×', '3×', '4×', '5×']);
    await settled(other.page);
    expect(offences).toEqual({ console: [], foreign: [] });
    expect(other.offences).toEqual({ console: [], foreign: [] });
    await other.context.close();
    await context.close();
  });
});
