// Cards that are like a card, on its page.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open, settled } from './browser';
import { ask, BASE, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;

const STATE = 'query ($id: ID!) { similarCards(cardId: $id, first: 12) { state nodes { name } } }';

interface Answer {
  similarCards: { state: string; nodes: { name: string }[] };
}

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

const state = async () => (await ask<Answer>(STATE, { id: known.cardId })).similarCards.state;
const path = () => `/cards/${known.cardId}?printing=${known.printingId}`;

it('compares by itself what was loaded', { timeout: 70_000 }, async () => {
  await expect.poll(state, { timeout: 60_000 }).toBe('READY');
});

it('shows the cards that the server finds, and leads to them', async () => {
  const { similarCards } = await ask<Answer>(STATE, { id: known.cardId });
  expect(similarCards.nodes.length).toBeGreaterThan(3);
  const { context, page, offences } = await open(browser, path());
  const tiles = page.getByTestId('similar-card');
  await tiles.first().waitFor();
  const names = () => page.locator('[data-testid=similar-card] .tile-name').allTextContents();
  expect(await names()).toEqual(similarCards.nodes.map((card) => card.name));
  expect(await tiles.first().textContent()).toMatch(/\d+% alike/);
  await tiles.first().click();
  await page.getByRole('heading', { level: 1, name: similarCards.nodes[0]?.name ?? '' }).waitFor();
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});

it('puts the cheapest first when asked, and those without a price last', async () => {
  const { context, page } = await open(browser, path());
  await page.getByTestId('similar-card').first().waitFor();
  await page.getByLabel('Cheapest first').check();
  const prices = await page.locator('[data-testid=similar-card] .tile-price').allTextContents();
  const costs = prices.map((text) =>
    /\d/.test(text) ? Number(text.replace(/[^\d.]/g, '')) : Number.POSITIVE_INFINITY,
  );
  expect(costs).toEqual(costs.toSorted((a, b) => (a === b ? 0 : a - b)));
  await context.close();
});

it('says so when they cannot be loaded, and tries again when asked', async () => {
  const { context, page } = await open(browser, '/about');
  let broken = true;
  await page.route('**/graphql', async (route) => {
    const asked = route.request().postData() ?? '';
    if (broken && asked.includes('SimilarCards')) await route.fulfill({ status: 500, body: 'no' });
    else await route.fallback();
  });
  await page.goto(`${BASE}${path()}`);
  const notice = page.getByRole('alert').filter({ hasText: 'Similar cards could not be loaded' });
  await notice.waitFor();
  broken = false;
  await notice.getByRole('button', { name: 'Try again' }).click();
  await page.getByTestId('similar-card').first().waitFor();
  await context.close();
});

it('scrolls inside its strip on a narrow screen', async () => {
  const { context, page } = await open(browser, path(), { width: 375 });
  await page.getByTestId('similar-card').first().waitFor();
  await settled(page);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  const strip = await page
    .locator('ul.similar-strip')
    .evaluate((list) => list.scrollWidth > list.clientWidth);
  expect(strip).toBe(true);
  await context.close();
});
