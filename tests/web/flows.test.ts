// What a person does: search, open, look, go back.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, settled } from './browser';
import { bearerOf, MAIL, newcomer } from './people';
import { ask, post, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

describe('from a search to a chart and back', () => {
  it('finds a card, opens it, draws its history, and Back finds the list again', async () => {
    const { context, page, offences } = await open(browser, '/cards');
    const box = page.getByRole('textbox', { name: 'Search cards' });
    await box.fill(`!"${known.name}"`);
    await box.press('Enter');
    await page.waitForURL((url) => url.searchParams.get('q') === `!"${known.name}"`);
    const tile = page.getByTestId('tile').first();
    await page.waitForFunction(
      (name) => document.querySelector('[data-testid=tile] .tile-name')?.textContent === name,
      known.name,
    );
    await tile.click();
    await page.waitForURL(/\/cards\/[^?]+\?printing=/);
    await page.getByRole('heading', { level: 1, name: known.name }).waitFor();
    await page.getByTestId('price-row').first().waitFor();

    const { priceHistory } = await ask<{ priceHistory: { points: { minor: (number | null)[] } }[] }>(
      'query ($id: ID!) { priceHistory(printingId: $id, days: 3650) { points } }',
      { id: new URL(page.url()).searchParams.get('printing') ?? '' },
    );
    await page.getByText('All', { exact: true }).click();
    await page.waitForURL(/range=all/);
    const lines = priceHistory.filter((one) => one.points.minor.some((minor) => minor !== null));
    if (lines.length > 0) {
      await page.locator('[data-testid=price-chart] canvas').first().waitFor();
      expect(await page.locator('.legend-item').count()).toBe(lines.length);
      const rows = page.getByTestId('history-table').locator('tbody tr');
      expect(await rows.count()).toBeGreaterThan(0);
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download CSV' }).click(),
      ]);
      expect(file.suggestedFilename()).toMatch(/-prices\.csv$/);
      await page.locator('.legend-item').first().click();
      await page.waitForURL(/hide=/);
      expect(await page.locator('.legend-item').first().getAttribute('aria-pressed')).toBe('false');
    }

    await page.goBack();
    await page.waitForURL(/\/cards\?q=/);
    expect(await page.getByTestId('tile').count()).toBeGreaterThan(0);
    expect(await box.inputValue()).toBe(`!"${known.name}"`);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('moves the focus with the arrows and opens with Enter', async () => {
    const { context, page } = await open(browser, '/cards');
    await settled(page);
    await page.getByTestId('tile').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-index') === '1');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => Number(document.activeElement?.getAttribute('data-index')) > 1);
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-index') === '0');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/cards\/[^?]+\?printing=/);
    await context.close();
  });

  it('loads on while scrolling and keeps few rows in the document', async () => {
    const { search } = await ask<{ search: { totalCount: number } }>(
      '{ search(query: "", unique: PRINTS, first: 1) { totalCount } }',
    );
    const { context, page } = await open(browser, '/cards?view=table&unique=PRINTS');
    await settled(page);
    const wanted = Math.min(search.totalCount, 150);
    await page.waitForFunction((least) => {
      window.scrollTo(0, document.body.scrollHeight);
      const rows = [...document.querySelectorAll('[data-testid=card-row]')];
      return rows.some((row) => Number(row.getAttribute('aria-rowindex')) >= least);
    }, wanted);
    expect(await page.getByTestId('card-row').count()).toBeLessThan(100);
    await context.close();
  });
});

const DEAR =
  'query ($first: Int!) { search(query: "", first: $first) { nodes { latestPrices { version } } } }';

describe('a budget that is spent', () => {
  // Of somebody's own: that of the address is the other tests' too.
  it.skipIf(!MAIL)('is waited for, and no error is shown', async () => {
    const { context, page } = await newcomer(browser, 'spender');
    const authorization = await bearerOf(page);
    await settled(page);
    const spend = async (first: number) => (await post(DEAR, { first }, { authorization })).status;
    while ((await spend(100)) !== 429);
    // It comes back quickly: what does is spent, by many at once, until the page has asked for some.
    const others = { spend: true };
    const spender = async () => {
      while (others.spend) await spend(10);
    };
    const spent = Promise.all(Array.from({ length: 8 }, spender));
    const refused = page.waitForResponse((response) => response.status() === 429);
    await page.getByRole('link', { name: 'Cards', exact: true }).click();
    await refused;
    others.spend = false;
    await spent;
    await page.getByTestId('tile').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await context.close();
  });

  it('ends in a notice and no skeleton where it does not come back', async () => {
    const { context, page } = await open(browser, '/about');
    await settled(page);
    await page.clock.install();
    const refusal = { errors: [{ message: 'spent', extensions: { code: 'RATE_LIMITED' } }] };
    await page.route('**/graphql', (route) => route.fulfill({ status: 429, json: refusal }));
    await page.getByRole('link', { name: 'Cards', exact: true }).click();
    const notice = page.getByRole('alert');
    while (!(await notice.isVisible())) await page.clock.runFor(1_000);
    await settled(page);
    await context.close();
  });
});

describe('the search box', () => {
  it('underlines what it does not understand and answers the rest', async () => {
    const { context, page } = await open(browser, '/cards?q=nosuchkey%3A1');
    await page.locator('.query-underlay mark').waitFor();
    expect(await page.locator('.query-underlay mark').textContent()).toBe('nosuchkey:1');
    expect(await page.locator('.query-warnings li').count()).toBe(1);
    await context.close();
  });

  it('is written by the filters, and the address follows', async () => {
    const { context, page } = await open(browser, '/cards');
    await settled(page);
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByRole('button', { name: 'Red' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'c:r');
    await page.getByText('Rare', { exact: true }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'c:r r:rare');
    expect(await page.getByRole('textbox', { name: 'Search cards' }).inputValue()).toBe('c:r r:rare');
    await page.goBack();
    await page.waitForURL((url) => url.searchParams.get('q') === 'c:r');
    await context.close();
  });

  it('offers to drop a term when nothing fits', async () => {
    const { context, page } = await open(browser, '/cards?q=qzxjqzxj+mv%3E%3D0');
    await page.getByTestId('nothing-found').waitFor();
    await page.getByRole('link', { name: 'without qzxjqzxj' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'mv>=0');
    await page.getByTestId('tile').first().waitFor();
    await context.close();
  });
});

describe('the address', () => {
  it('keeps what the market shows over a reload, and Back undoes it', async () => {
    const { context, page } = await open(browser, '/');
    await settled(page);
    await page.getByText('30 d', { exact: true }).click();
    await page.waitForURL(/window=MONTH/);
    await page.getByRole('combobox', { name: 'Lowest price' }).selectOption('5.00');
    await page.waitForURL(/floor=5\.00/);
    await page.getByRole('combobox', { name: 'Currency' }).selectOption('EUR');
    await page.waitForURL(/currency=EUR/);
    await page.reload();
    await settled(page);
    expect(await page.getByRole('combobox', { name: 'Lowest price' }).inputValue()).toBe('5.00');
    expect(await page.getByRole('combobox', { name: 'Currency' }).inputValue()).toBe('EUR');
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('floor'));
    await context.close();
  });
});

describe('the command palette', () => {
  it.each(['Control+k', '/'])('opens with %s and goes to a card', async (key) => {
    const { context, page } = await open(browser, '/sets');
    await settled(page);
    await page.keyboard.press(key);
    const input = page.getByPlaceholder('Find a card or a page');
    await input.waitFor();
    await input.fill(known.name);
    await page.waitForFunction(
      (name) => document.querySelector('[data-action][data-selected]')?.textContent?.startsWith(name),
      known.name,
    );
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/cards\/[^?]+/);
    await page.waitForFunction((name) => document.querySelector('h1')?.textContent === name, known.name);
    await context.close();
  });
});

it('keeps the chosen theme', async () => {
  const { context, page } = await open(browser, '/about');
  await page.getByRole('button', { name: /^Theme/ }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await page.reload();
  expect(await page.getAttribute('html', 'data-mantine-color-scheme')).toBe('dark');
  await context.close();
});
