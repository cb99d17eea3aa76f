// The explorer: all of it from our own server, queries and subscriptions running.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, open } from './browser';

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
