// The background work in a real browser: who runs the platform sees it as it goes on, others do not.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { logIn, MAIL, newcomer } from './people';
import { BASE } from './server';

const PROGRAM = process.env.SERVER_PROGRAM;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.skipIf(!MAIL || !PROGRAM)('the background work', { timeout: 90_000 }, () => {
  it('is run by an admin, and seen as it goes on', async () => {
    const { page, context, email, offences } = await newcomer(browser, 'admin');
    await page.goto(`${BASE}/admin`);
    await page.getByText('This page is for admins').waitFor();

    await promisify(execFile)(PROGRAM as string, ['user', 'promote', email, 'admin']);
    // New rights end the sockets and tokens of before.
    await context.clearCookies();
    await logIn(page, email);
    await page.getByTestId('account-menu').click();
    await page.getByRole('menuitem', { name: 'Background work' }).click();

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
});
