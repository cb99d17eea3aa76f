// The dashboard in a real browser: what somebody opens every morning, each panel by itself, live in every window.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, settled } from './browser';
import { dear, own, say } from './owned';
import { bearerOf, MAIL, newcomer } from './people';
import { BASE, post } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const WANT = 'mutation ($wants: [WantInput!]!) { addWants(wants: $wants) { errors { message } } }';
const ALERT = 'mutation ($input: AlertInput!) { createAlert(input: $input) { errors { message } } }';
const SEARCH =
  'mutation ($input: SavedSearchInput!) { createSavedSearch(input: $input) { errors { message } } }';
const TOLD = `mutation ($input: NotificationPreferencesInput!) {
  setNotificationPreferences(input: $input) { errors { message } } }`;

/** What the panels ask. */
const PANELS = [
  'FirstSteps',
  'Portfolio',
  'PortfolioHistory',
  'PortfolioMovers',
  'AlertsAtAGlance',
  'WantsReached',
  'LatestNotifications',
  'SavedSearches',
  'LatestChanges',
];

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/dashboard-${name}.png`, fullPage: true });
}

const panel = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const step = (page: Page, name: string) => page.getByTestId('step').filter({ hasText: name });
const valueOf = (page: Page) => page.getByTestId('portfolio-value').textContent();

/** How often a page asked something. */
function askedBy(page: Page, query: string): () => number {
  let times = 0;
  page.on('request', (request) => {
    if (new RegExp(`query ${query}\\b`).test(request.postData() ?? '')) times += 1;
  });
  return () => times;
}

/** How often a page asked what moves with the market, panel by panel. */
function movingIn(page: Page): () => readonly number[] {
  const each = ['PortfolioMovers', 'AlertsAtAGlance'].map((query) => askedBy(page, query));
  return () => each.map((asked) => asked());
}

const grown = (before: readonly number[], now: readonly number[], by: number) =>
  now.every((times, at) => times >= (before[at] ?? 0) + by);

/** Has a page believe that it is looked at, or not. */
async function look(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((now) => {
    Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

async function fits(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  expect(wide, 'it scrolls sideways on a phone').toBe(false);
}

describe.skipIf(!MAIL)('the dashboard', { timeout: 180_000 }, () => {
  it('leads a newcomer from the first steps to a collection that lives in both windows', async () => {
    const { page, context, offences } = await newcomer(browser, 'collector');
    // Who logs in and comes from nowhere begins here.
    await page.waitForURL((url) => url.pathname === '/dashboard');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await settled(page);
    await panel(page, 'First steps').waitFor();
    expect(await step(page, 'Enter what you own').getAttribute('data-done')).toBe('false');
    await panel(page, 'Value').getByText('Nothing to value yet').waitFor();
    expect(await panel(page, 'Your cards that moved').count(), 'nothing is there that could move').toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'newcomer');
    await page.setViewportSize({ width: 375, height: 812 });
    await fits(page);
    await shot(page, 'newcomer-phone');
    await page.setViewportSize({ width: 1280, height: 860 });

    const authorization = await bearerOf(page);
    const other = await context.newPage();
    await other.goto(`${BASE}/dashboard`);
    await live(other);
    await live(page);
    const printings = await dear();
    await own(authorization, printings, 3);
    for (const window of [page, other]) {
      await window.getByTestId('portfolio-value').waitFor();
      await step(window, 'Enter what you own').and(window.locator('[data-done=true]')).waitFor();
      await window.getByTestId('last-change').getByText('Added').waitFor();
    }
    await settled(page);
    await page.getByTestId('portfolio-chart').waitFor({ timeout: 60_000 });

    const [first] = printings;
    if (!first) throw new Error('no card has a price');
    const target = { amount: '999999', currency: 'USD' };
    const wants = [{ of: { printingId: first.id }, quantity: 9, target, tells: false }];
    await say(authorization, WANT, { wants });
    const amount = first.latestPrices.find(({ money }) => money)?.money?.amount ?? '1';
    const below = (Number(amount) / 2).toFixed(2);
    await say(authorization, ALERT, {
      input: { printingId: first.id, currency: 'USD', rule: 'BELOW', amount: below },
    });
    await say(authorization, SEARCH, {
      input: { name: 'All of it', query: 'usd>=0.01', prints: true, tells: false },
    });
    await page.getByTestId('counted-search').getByText('All of it').waitFor();
    await page.reload();
    await page.getByTestId('reached-want').waitFor();
    await step(page, 'Write down what you look for').and(page.locator('[data-done=true]')).waitFor();
    const left = page.getByTestId('step').and(page.locator('[data-done=false]'));
    expect(await left.count(), 'one step is left').toBe(1);
    expect(await left.textContent()).toContain('Choose what comes by e-mail');
    await say(authorization, TOLD, { input: { email: ['ALERT'], timeZone: 'Europe/Berlin' } });
    await page.reload();
    await settled(page);
    await page.getByTestId('portfolio-value').waitFor();
    expect(await panel(page, 'First steps').count(), 'they go when they are done').toBe(0);

    // The demo market moves by itself, and so does what is shown of it, in both windows.
    await live(page);
    const [here, there] = [await valueOf(page), await valueOf(other)];
    for (const [window, before] of [[page, here] as const, [other, there] as const]) {
      await window.waitForFunction(
        (old) => document.querySelector('[data-testid=portfolio-value]')?.textContent !== old,
        before,
        { timeout: 60_000 },
      );
      await window.getByTestId('own-mover').first().waitFor({ timeout: 60_000 });
    }
    await page.getByTestId('near-alert').waitFor({ timeout: 60_000 });
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await settled(page);
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, 'dark');
    await page.setViewportSize({ width: 375, height: 812 });
    await settled(page);
    await fits(page);
    await shot(page, 'phone');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('works the days out anew when one of three copies goes, and not for a price', async () => {
    const { page, context } = await newcomer(browser, 'seller');
    const authorization = await bearerOf(page);
    await own(authorization, (await dear()).slice(0, 5), 3);
    const asked = askedBy(page, 'PortfolioHistory');
    await page.goto(`${BASE}/dashboard`);
    await live(page);
    await page.getByTestId('portfolio-chart').waitFor({ timeout: 60_000 });
    await page.getByText('Days are being worked out').waitFor({ state: 'detached' });
    const before = asked();
    const worth = await valueOf(page);
    await expect.poll(() => valueOf(page), { timeout: 60_000 }).not.toBe(worth);
    expect(asked(), 'a price moves no day').toBe(before);
    const lots = 'query { viewer { inventory(first: 1) { nodes { id } } } }';
    const response = await post(lots, {}, { authorization });
    const lotId = /"id":"(\w+)"/.exec(await response.text())?.[1];
    const remove =
      'mutation ($lots: [InventoryRemovalInput!]!) { removeFromInventory(lots: $lots) { errors { message } } }';
    await say(authorization, remove, { lots: [{ lotId, quantity: 1 }] });
    await page.getByTestId('last-change').getByText('Removed').waitFor();
    await expect.poll(asked).toBeGreaterThan(before);
    await context.close();
  });

  it('asks for nothing while nobody looks, and catches up', async () => {
    const { page, context } = await newcomer(browser, 'absent');
    const authorization = await bearerOf(page);
    await own(authorization, await dear(), 3);
    // One that every price is about.
    const input = { portfolio: true, currency: 'USD', rule: 'ABOVE', amount: '999999' };
    await say(authorization, ALERT, { input });
    const other = await context.newPage();
    const [here, there] = [movingIn(page), movingIn(other)];
    await Promise.all([page.goto(`${BASE}/dashboard`), other.goto(`${BASE}/dashboard`)]);
    await Promise.all([live(page), live(other)]);
    await page.getByTestId('near-alert').waitFor({ timeout: 60_000 });
    await look(page, 'hidden');
    const [before, elsewhere] = [here(), there()];
    await expect.poll(() => grown(elsewhere, there(), 2), { timeout: 60_000 }).toBe(true);
    expect(here()).toEqual(before);
    await look(page, 'visible');
    await expect.poll(() => grown(before, here(), 1)).toBe(true);
    await context.close();
  });

  it('is worth what the portfolio says, to the cent', async () => {
    const { page, context, offences } = await newcomer(browser, 'accountant');
    const authorization = await bearerOf(page);
    await own(authorization, (await dear()).slice(0, 5), 3);
    const other = await context.newPage();
    await Promise.all([page.goto(`${BASE}/dashboard`), other.goto(`${BASE}/portfolio`)]);
    await Promise.all([live(page), live(other)]);
    await Promise.all([settled(page), settled(other)]);
    // Both follow the market, a moment apart.
    await expect
      .poll(async () => (await valueOf(page)) === (await valueOf(other)), { timeout: 30_000 })
      .toBe(true);
    await page.getByLabel('Window').getByText('7 d').click();
    await page.waitForURL((url) => url.searchParams.get('window') === 'WEEK');
    await page.getByLabel('Range').getByText('90D').click();
    await page.waitForURL((url) => url.searchParams.get('span') === 'QUARTER');
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('loses a panel alone, and gets it back', async () => {
    const { page, context } = await newcomer(browser, 'unlucky');
    const authorization = await bearerOf(page);
    await own(authorization, await dear(), 3);
    let broken = true;
    await page.route('**/graphql', (route) => {
      const body = route.request().postData() ?? '';
      return broken && /query (?:PortfolioMovers|LatestNotifications)\b/.test(body)
        ? route.fulfill({ status: 500, body: 'broken' })
        : route.fallback();
    });
    await page.goto(`${BASE}/dashboard`);
    const movers = panel(page, 'Your cards that moved');
    await movers.getByText('Your cards that moved could not be loaded.').waitFor();
    await panel(page, 'Notifications').getByText('Notifications could not be loaded.').waitFor();
    await page.getByTestId('portfolio-value').waitFor();
    await panel(page, 'Saved searches').getByText('No saved search yet').waitFor();
    expect(await page.getByRole('alert').count(), 'the others stand').toBe(2);
    expect(await seriousViolations(page)).toEqual([]);
    broken = false;
    // What moves with the market comes back by itself; what nobody changes is asked for.
    const told = panel(page, 'Notifications');
    await told.getByRole('button', { name: 'Try again' }).click();
    await told.getByText('could not be loaded').waitFor({ state: 'detached' });
    await movers.getByText('could not be loaded').waitFor({ state: 'detached' });
    await context.close();
  });

  it('costs little, panel by panel', async () => {
    const { page, context } = await newcomer(browser, 'thrifty');
    const authorization = await bearerOf(page);
    await own(authorization, (await dear()).slice(0, 2), 3);
    // What the page asked that was open before does not count.
    await page.goto('about:blank');
    const points = new Map<string, number>();
    page.on('response', async (response) => {
      const text = response.url().endsWith('/graphql') ? await response.text().catch(() => '') : '';
      const name = /query (\w+)/.exec(response.request().postData() ?? '')?.[1];
      const cost = /"requested":(\d+)/.exec(text)?.[1];
      // What is asked twice costs twice.
      if (name && cost) points.set(name, (points.get(name) ?? 0) + Number(cost));
    });
    await page.goto(`${BASE}/dashboard`);
    await expect.poll(() => PANELS.filter((query) => !points.has(query))).toEqual([]);
    const all = [...points.values()].reduce((sum, one) => sum + one, 0);
    console.log(Object.fromEntries(points), all);
    expect(all).toBeLessThan(600);
    await context.close();
  });
});
