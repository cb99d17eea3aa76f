// Sharing in a real browser: by a link, whoever has it sees what its owner shows, and nobody else anything.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, open, settled, type Watched } from './browser';
import { askAs, bearerOf, MAIL, newcomer } from './people';
import { ask, BASE } from './server';

const SHOTS = process.env.SHOTS;
let browser: Browser;
let cards: { id: string; finishes: string[]; card: { name: string } }[];

beforeAll(async () => {
  browser = await launch();
  const query =
    '{ search(query: "is:nonfoil", order: USD, direction: DESC, first: 60) { nodes { id finishes card { name } } } }';
  cards = (await ask<{ search: { nodes: typeof cards } }>(query)).search.nodes;
});
afterAll(() => browser?.close());

async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/shares-${name}.png` });
}

const lots = (page: Page) => page.getByTestId('shared-lot');
const gone = (page: Page) =>
  page.getByRole('heading', { name: 'This page is not shared any more' }).waitFor();

/** Whether the page can be used by everybody, in light, in dark and on a phone. */
async function looks(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width: 1280, height: 860 });
    expect(await seriousViolations(page)).toEqual([]);
    await shot(page, `${name}-${scheme}`);
    await page.setViewportSize({ width: 375, height: 812 });
    expect(await seriousViolations(page)).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(wide, `${name} scrolls sideways on a phone`).toBeLessThanOrEqual(375);
    await shot(page, `${name}-phone-${scheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 860 });
}

async function visit(path: string): Promise<Watched> {
  const stranger = await open(browser, path);
  await settled(stranger.page);
  return stranger;
}

async function again({ page }: Watched): Promise<void> {
  await page.reload();
  await settled(page);
}

/** A binder with cards in it, made without the pages that other tests are about. */
async function filled(page: Page, name: string): Promise<void> {
  const bearer = (await bearerOf(page)).replace('Bearer ', '');
  const made = await askAs(bearer, `mutation { createBinder(name: "${name}") { binder { id } } }`);
  const binder = (made.body.data as { createBinder: { binder: { id: string } } }).createBinder.binder.id;
  const of = cards.map(({ id, finishes }, n) => {
    const finish = n % 3 === 1 && finishes.includes('FOIL') ? 'FOIL' : 'NONFOIL';
    const more = n % 4 === 0 ? 'forTrade: true' : n % 5 === 0 ? 'signed: true, language: JA' : '';
    const cost = 'cost: { amount: "7654.32", currency: "CHF" }, notes: "nobody else reads this"';
    return `{ printingId: "${id}", finish: ${finish}, quantity: ${(n % 4) + 1}, binderId: "${binder}", ${cost}, ${more} }`;
  });
  const added = await askAs(
    bearer,
    `mutation { addToInventory(lots: [${of.join()}]) { errors { message } } }`,
  );
  expect(JSON.stringify(added.body)).toContain('"errors":[]');
}

describe('a link that leads nowhere', { timeout: 60_000 }, () => {
  it('says so', async () => {
    const stranger = await visit('/shared/AAAAAAAAAAAAAAAAAAAAAA');
    await gone(stranger.page);
    await looks(stranger.page, 'gone');
    expect(stranger.offences).toEqual({ console: [], foreign: [] });
    await stranger.context.close();
  });
});

describe.skipIf(!MAIL)('sharing', { timeout: 180_000 }, () => {
  it('shows a binder to strangers, without what is hidden, until it is taken back', async () => {
    const { page, context, offences } = await newcomer(browser, 'sharer');
    await filled(page, 'Trade binder');
    await page.goto(`${BASE}/inventory`);
    await page.getByText('Binders', { exact: true }).click();
    await page.getByRole('button', { name: 'Share Trade binder' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share “Trade binder”' });
    await dialog.getByText('They never see').waitFor();
    await shot(page, 'before');
    await dialog.getByRole('button', { name: 'Make a link' }).click();
    const link = dialog.getByLabel('Link', { exact: true });
    await link.waitFor();
    const url = new URL(await link.inputValue());
    expect(url.pathname).toMatch(/^\/shared\/[\w-]{22}$/);
    await looks(page, 'dialog');

    const stranger = await visit(url.pathname);
    const shown = stranger.page;
    await shown.getByRole('heading', { name: 'Trade binder' }).waitFor();
    await shown.getByTestId('shared-totals').getByText('sharer').waitFor();
    expect(await lots(shown).count()).toBe(48);
    expect(await shown.getByTestId('shared-value').count()).toBe(0);
    expect(await lots(shown).locator('.tile-price').count()).toBe(0);
    const next = shown.waitForResponse((response) =>
      /query SharedLots\b/.test(response.request().postData() ?? ''),
    );
    await shown.getByRole('button', { name: 'Show more' }).click();
    expect(await (await next).text(), 'prices are not asked for').not.toContain('latestPrices');
    await shown.waitForFunction(() => document.querySelectorAll('[data-testid=shared-lot]').length === 60);
    expect(await shown.locator('meta[name=robots]').getAttribute('content')).toBe('noindex');
    expect(await shown.content()).not.toMatch(/7654|nobody else/);

    await dialog.getByLabel('Show prices').click();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[role=dialog] input[type=checkbox]')?.checked,
    );
    await again(stranger);
    await shown.getByTestId('shared-value').waitFor();
    expect(await lots(shown).locator('.tile-price').count()).toBe(48);
    await looks(shown, 'binder');

    await page.keyboard.press('Escape');
    await page.getByTestId('binder').getByText('Shared', { exact: true }).waitFor();
    await page.getByText('Cards', { exact: true }).first().click();
    const dearest = cards[0]?.card.name ?? '';
    await shown.getByText(dearest, { exact: true }).first().waitFor();
    await page.goto(`${BASE}/inventory?q=${encodeURIComponent(`name:"${dearest}"`)}`);
    const row = page.getByTestId('lot').filter({ hasText: dearest }).first();
    await row.getByRole('button', { name: `What to do with ${dearest}` }).click();
    await page.getByRole('menuitem', { name: 'Edit…' }).click();
    const editing = page.getByRole('dialog', { name: /^Edit / });
    await editing.getByLabel('Hidden from shared pages').check();
    await shot(page, 'hide');
    await editing.getByRole('button', { name: 'Save' }).click();
    await editing.waitFor({ state: 'detached' });
    await row.getByText('Hidden', { exact: true }).waitFor();
    await shot(page, 'row');
    const before = await lots(shown).filter({ hasText: dearest }).count();
    await again(stranger);
    expect(await lots(shown).filter({ hasText: dearest }).count()).toBe(before - 1);

    await page.goto(`${BASE}/inventory`);
    await page.getByText('Binders', { exact: true }).click();
    await page.getByRole('button', { name: 'Share Trade binder' }).click();
    await dialog.getByRole('button', { name: 'Stop sharing' }).click();
    await dialog.getByRole('button', { name: 'Make a link' }).waitFor();
    await again(stranger);
    await gone(shown);
    expect(stranger.offences).toEqual({ console: [], foreign: [] });
    expect(offences).toEqual({ console: [], foreign: [] });
    await stranger.context.close();
    await context.close();
  });

  it('shows a list of wants to strangers', async () => {
    const { page, context, offences } = await newcomer(browser, 'wisher');
    await page.goto(`${BASE}/wants`);
    await page.getByRole('button', { name: 'Paste a decklist' }).click();
    const names = [...new Set(cards.map(({ card }) => card.name))].slice(0, 20);
    await page
      .getByRole('textbox', { name: 'Decklist' })
      .fill(names.map((name, n) => `${(n % 4) + 1} ${name}`).join('\n'));
    await page.getByRole('button', { name: 'Add its cards' }).click();
    await page.getByTestId('want').first().waitFor();
    await page.getByRole('button', { name: 'List…' }).click();
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Share “Wants”' });
    await dialog.getByRole('button', { name: 'Make a link' }).click();
    const link = dialog.getByLabel('Link', { exact: true });
    const path = new URL(await link.inputValue()).pathname;
    await shot(page, 'list-dialog');

    const stranger = await visit(path);
    await stranger.page.getByRole('heading', { name: 'Wants' }).waitFor();
    await stranger.page.getByTestId('shared-want').first().waitFor();
    expect(await stranger.page.getByTestId('shared-want').count()).toBe(names.length);
    expect(await stranger.page.getByRole('columnheader', { name: 'Price' }).count()).toBe(0);
    await dialog.getByLabel('Show prices').click();
    await page.waitForFunction(
      () => document.querySelector<HTMLInputElement>('[role=dialog] input[type=checkbox]')?.checked,
    );
    await again(stranger);
    await stranger.page.getByRole('columnheader', { name: 'Price' }).waitFor();
    await looks(stranger.page, 'list');
    await stranger.page.getByTestId('shared-want').first().getByRole('link').click();
    await stranger.page.waitForURL(/\/cards\//);

    await dialog.getByRole('button', { name: 'Stop sharing' }).click();
    await dialog.getByRole('button', { name: 'Make a link' }).waitFor();
    await stranger.page.goto(`${BASE}${path}`);
    await gone(stranger.page);
    expect(stranger.offences).toEqual({ console: [], foreign: [] });
    expect(offences).toEqual({ console: [], foreign: [] });
    await stranger.context.close();
    await context.close();
  });
});
