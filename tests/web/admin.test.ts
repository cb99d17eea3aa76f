// The background work in a real browser: who runs the platform sees it as it goes on, others do not.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, open, settled } from './browser';
import { logIn, MAIL, newcomer } from './people';
import { BASE, sample } from './server';

const PROGRAM = process.env.SERVER_PROGRAM;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Makes an admin of a person, who then goes to the admin page. */
async function promote(page: Page, email: string): Promise<void> {
  await promisify(execFile)(PROGRAM as string, ['user', 'promote', email, 'admin']);
  // New rights end the sockets and tokens of before.
  await page.context().clearCookies();
  await logIn(page, email);
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: 'Background work' }).click();
}

describe.skipIf(!MAIL || !PROGRAM)('the background work', { timeout: 90_000 }, () => {
  it('is run by an admin, and seen as it goes on', async () => {
    const { page, context, email, offences } = await newcomer(browser, 'admin');
    await page.goto(`${BASE}/admin`);
    await page.getByText('This page is for admins').waitFor();
    await promote(page, email);

    const schedule = (name: string) => page.locator(`[data-testid="schedule"][data-name="${name}"]`);
    await schedule('prediction_signals').getByText('Not built yet').waitFor();
    expect(await schedule('prediction_signals').getByRole('button').count()).toBe(0);

    // Nothing is reloaded: the feed brings it.
    await page.getByRole('button', { name: 'Run token_cleanup now' }).click();
    await page
      .locator('[data-testid="job"][data-kind="token_cleanup"][data-state="SUCCEEDED"]')
      .first()
      .waitFor();
    await schedule('token_cleanup').getByText('Succeeded').waitFor();

    await page.getByRole('button', { name: 'Run bulk_refresh now' }).click();
    const idle = page.locator('[data-testid="job"][data-kind="bulk_refresh"]').first();
    await idle.getByText('the demo market is no place for what is real').waitFor();
    expect(await idle.getAttribute('data-state')).toBe('NOTHING_TO_DO');
    expect(await idle.locator('.up').count(), 'what did nothing is not green').toBe(0);

    await page.getByRole('button', { name: 'Switch off retention' }).click();
    await schedule('retention').getByText('Switched off').waitFor();
    await page.getByRole('button', { name: 'Switch on retention' }).click();
    await schedule('retention').getByRole('button', { name: 'Switch off retention' }).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('shows how everything stands, and goes on reading', async () => {
    const { page, context, email, offences } = await newcomer(browser, 'healer');
    await promote(page, email);
    await page.getByRole('link', { name: 'Health' }).click();
    const health = page.getByTestId('health');
    await health.waitFor();
    await page.getByTestId('database').getByText('Reachable').waitFor();
    await page.getByTestId('redis').getByText('Reachable').waitFor();
    await health.getByText('All have run').waitFor();
    await page.locator('[data-testid="last-run"][data-name="retention"]').waitFor();
    expect(
      await page.locator('[data-testid="source"], [data-testid="never-visited"]').count(),
    ).toBeGreaterThan(0);

    // The page is written on, not anew: its first panel stays the same element.
    await health.evaluate((element) => Object.assign(element, { untouched: true }));
    const taken = await health.getAttribute('data-taken');
    await vi.waitFor(async () => expect(await health.getAttribute('data-taken')).not.toBe(taken), 20_000);
    expect(await health.evaluate((element) => 'untouched' in element)).toBe(true);
    expect(await page.locator('main .skeleton').count()).toBe(0);

    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await seriousViolations(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 375, height: 740 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('brings prices of five markets into an open page', { timeout: 180_000 }, async ({ skip }) => {
    const known = await sample();
    if (known.origin !== 'DEMO') return skip('stand-ins are for the demo market');
    const { page, context, email, offences } = await newcomer(browser, 'visitor');
    await promote(page, email);
    await page.locator('[data-testid="schedule"][data-name="dispatch_market_collection"]').waitFor();
    const card = await open(browser, `/cards/${known.cardId}?printing=${known.printingId}`);
    await settled(card.page);
    await live(card.page);
    await card.page.evaluate(() => Object.assign(window, { untouched: true }));

    const visit = (state: string) =>
      page.locator(`[data-testid="job"][data-kind="visit_market"][data-state="${state}"]`);
    const [{ stdout }] = await Promise.all([
      promisify(execFile)(PROGRAM as string, ['trigger', 'dispatch_market_collection', '--with', 'fakes']),
      visit('RUNNING').getByTestId('job-progress').first().waitFor({ timeout: 120_000 }),
    ]);
    expect(stdout.match(/visit_market +succeeded/g)).toHaveLength(6);
    await vi.waitFor(async () => expect(await visit('SUCCEEDED').count()).toBe(6), 20_000);
    for (const market of ['Cardmarket', 'Card Kingdom', 'Mana Pool', 'TCGplayer', 'CardTrader']) {
      await card.page.locator('table.prices tr.group', { hasText: market }).waitFor({ timeout: 20_000 });
    }
    expect(await card.page.evaluate(() => 'untouched' in window), 'nothing was loaded again').toBe(true);
    for (const seen of [offences, card.offences]) expect(seen).toEqual({ console: [], foreign: [] });
    await Promise.all([context.close(), card.context.close()]);
  });
});
