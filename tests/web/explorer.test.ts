// The explorer: all of it from our own server, queries and subscriptions running.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { launch, open } from './browser';
import { MAIL, newcomer } from './people';
import { BASE } from './server';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

it('has examples, shows the schema and runs a query', { timeout: 120_000 }, async () => {
  const { context, page, offences } = await open(browser, '/explorer', { width: 1440 });
  const tabs = page.getByRole('tab');
  await tabs.first().waitFor();
  expect(await tabs.count()).toBeGreaterThanOrEqual(8);
  await page.getByText('Root Types').waitFor();
  await page
    .getByRole('link', { name: 'Query', exact: true })
    .or(page.getByText('Query', { exact: true }))
    .first()
    .waitFor();

  // The button is there before the editor has its text.
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('search'),
  );
  const answer = page.locator('.graphiql-response .view-lines');
  await page.getByRole('button', { name: /Execute query/ }).click();
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-response .view-lines')?.textContent?.includes('totalCount'),
  );
  expect(await answer.textContent()).not.toContain('errors');

  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});

it('runs a subscription', { timeout: 120_000 }, async () => {
  const { context, page, offences } = await open(browser, '/explorer', { width: 1440 });
  const tabs = page.getByRole('tab');
  await page.getByText('Root Types').waitFor();
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('search'),
  );
  await tabs.filter({ hasText: 'CardPrices' }).click();
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('cardUpdated'),
  );
  await page.getByRole('button', { name: /Execute query/ }).click();
  // The market moves: what is seen may be what came after the snapshot.
  await page.waitForFunction(() =>
    /SNAPSHOT|DELTA/.test(document.querySelector('.graphiql-response .view-lines')?.textContent ?? ''),
  );
  await page.getByRole('button', { name: /Stop query/ }).click();
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});

it('asks as nobody, as who is logged in, or by a key', { timeout: 120_000 }, async ({ skip }) => {
  if (!MAIL) return skip('DUALCASTER_STATE_DIR is not set');
  const { context, page, email, offences } = await newcomer(browser, 'explorer');
  await page.goto(`${BASE}/settings/keys`);
  await page.getByLabel('Name', { exact: true }).and(page.locator('input')).fill('explorer');
  await page.getByLabel('Read what is yours').check();
  await page.getByRole('button', { name: 'Make key' }).click();
  const key = (await page.getByTestId('new-secret').locator('code').textContent()) ?? '';

  await page.setViewportSize({ width: 1440, height: 860 });
  await page.goto(`${BASE}/explorer`);
  await page.getByText('Root Types').waitFor();
  const way = page.getByLabel('Ask as');
  await page.waitForFunction(() => document.querySelector('select')?.value === 'session');
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('search'),
  );
  await page.getByRole('tab', { name: 'WhoAsks' }).click();
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('viewer'),
  );
  const run = async (answer: string) => {
    await page.getByRole('button', { name: /Execute query/ }).click();
    // Long lines are broken anywhere.
    await page.waitForFunction((text) => {
      const shown = document.querySelector('.graphiql-response .view-lines')?.textContent ?? '';
      return shown.replaceAll(/\s/g, '').includes(text);
    }, answer);
  };
  await run(email);
  await way.selectOption('nobody');
  await run('"viewer":null');
  await way.selectOption('key');
  await page.getByLabel('API key', { exact: true }).fill(key);
  await run('READ_OWN');

  // The same for what is live.
  await page.getByRole('tab', { name: 'CardPrices' }).click();
  await page.waitForFunction(() =>
    document.querySelector('.graphiql-query-editor .view-lines')?.textContent?.includes('cardUpdated'),
  );
  const follow = async () => {
    const [sent, received]: [string[], string[]] = [[], []];
    page.once('websocket', (socket) => {
      socket.on('framesent', ({ payload }) => sent.push(payload.toString()));
      socket.on('framereceived', ({ payload }) => received.push(payload.toString()));
    });
    await page.getByRole('button', { name: /Execute query/ }).click();
    await vi.waitFor(() => expect(received.join('')).toMatch(/SNAPSHOT|DELTA/), 20_000);
    expect(received.join('')).not.toContain('"errors"');
    await page.getByRole('button', { name: /Stop query/ }).click();
    return JSON.parse(sent[0] ?? '').payload.authorization as string;
  };
  expect(await follow()).toBe(`Bearer ${key}`);
  await way.selectOption('session');
  const own = await follow();
  expect(own).toMatch(/^Bearer eyJ/);
  const claims = JSON.parse(Buffer.from(own.split('.')[1] ?? '', 'base64url').toString());
  expect(claims.sub).toBe(await page.evaluate(() => localStorage.getItem('dualcaster.session')));
  expect(await page.evaluate(() => JSON.stringify(Object.entries(localStorage)))).not.toContain(key);
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});
