// The session of a browser: tokens that are renewed in time, by one tab at a time, for queries and socket.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from './browser';
import { MAIL, newcomer, signedIn } from './people';
import { BASE } from './server';

let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  if (MAIL) ({ context, page } = await newcomer(browser, 'session'));
});
afterAll(() => browser?.close());

const isRefresh = (request: { url: () => string }) => request.url() === `${BASE}/auth/refresh`;

describe.skipIf(!MAIL)('a session', { timeout: 90_000 }, () => {
  it('is renewed by one tab at a time, and all stay logged in', async () => {
    const tabs = await Promise.all([1, 2, 3, 4].map(() => context.newPage()));
    let [open, most, all] = [0, 0, 0];
    for (const tab of tabs) {
      await tab.route(`${BASE}/auth/refresh`, async (route) => {
        open += 1;
        all += 1;
        most = Math.max(most, open);
        const response = await route.fetch();
        open -= 1;
        await route.fulfill({ response });
      });
    }
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(tabs.map((tab) => tab.goto(`${BASE}/settings/profile`)));
      await Promise.all(tabs.map((tab) => tab.getByText('You log in with').waitFor()));
    }
    expect({ most, all }).toEqual({ most: 1, all: 8 });
    await Promise.all(tabs.map((tab) => tab.close()));
  });

  it('has a new token before the old one ends', async () => {
    const tab = await context.newPage();
    await tab.clock.install();
    await tab.goto(`${BASE}/about`);
    await signedIn(tab);
    const first = tab.waitForRequest(isRefresh);
    await tab.clock.fastForward('09:30');
    await first;
    const next = tab.waitForRequest(isRefresh);
    await tab.clock.fastForward('09:30');
    await next;
    await signedIn(tab);
    await tab.close();
  });

  it('gets another token when one is not taken, and asks again', async () => {
    const tab = await context.newPage();
    let refused = 0;
    await tab.route(`${BASE}/graphql`, async (route) => {
      if (!route.request().postData()?.includes('MyAccount') || refused > 0) return route.continue();
      refused += 1;
      const errors = [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }];
      return route.fulfill({
        status: 401,
        contentType: 'application/graphql-response+json',
        body: JSON.stringify({ errors }),
      });
    });
    await tab.goto(`${BASE}/settings/profile`);
    await tab.getByText('You log in with').waitFor();
    expect(refused).toBe(1);
    await tab.close();
  });

  it('comes back with a fresh token after its socket was closed with 4403', async () => {
    const tab = await context.newPage();
    const shown: (string | undefined)[] = [];
    let refreshes = 0;
    tab.on('request', (request) => {
      if (isRefresh(request)) refreshes += 1;
    });
    await tab.routeWebSocket(/\/graphql$/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const { type, payload } = JSON.parse(message.toString());
        if (type !== 'connection_init') return server.send(message);
        shown.push(payload?.authorization);
        if (shown.length === 1) return socket.close({ code: 4403, reason: 'Forbidden' });
        return server.send(message);
      });
    });
    await tab.goto(`${BASE}/about`);
    await tab.locator('[data-testid=live-badge][data-state=live]').waitFor();
    expect(shown).toHaveLength(2);
    expect(shown[0]).toMatch(/^Bearer /);
    expect(shown[1]).toMatch(/^Bearer /);
    expect(shown[1]).not.toBe(shown[0]);
    expect(refreshes).toBe(2);
    await tab.close();
  });

  it('goes on when the server could not be asked at the start', async () => {
    const tab = await context.newPage();
    let failures = 0;
    await tab.route(`${BASE}/auth/refresh`, (route) => {
      failures += 1;
      return failures < 3 ? route.fulfill({ status: 503, body: '' }) : route.continue();
    });
    await tab.goto(`${BASE}/settings/profile`);
    await tab.getByText('You log in with').waitFor({ timeout: 30_000 });
    expect(failures).toBe(3);
    await tab.close();
  });

  it('that is over leaves a calm notice and a working page', async () => {
    await page.goto(`${BASE}/cards`);
    await page.getByTestId('tile').first().waitFor();
    await context.clearCookies();
    await page.route(`${BASE}/graphql`, (route) => {
      if (!route.request().headers().authorization) return route.continue();
      const errors = [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }];
      return route.fulfill({
        status: 401,
        contentType: 'application/graphql-response+json',
        body: JSON.stringify({ errors }),
      });
    });
    await page.getByRole('link', { name: 'Sets', exact: true }).click();
    await page.getByTestId('session-ended').waitFor();
    await page.getByTestId('set').first().waitFor();
    await page.getByTestId('session-ended').getByRole('button', { name: 'Dismiss' }).click();
    await page.getByTestId('session-ended').waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Log in', exact: true }).waitFor();
  });
});
