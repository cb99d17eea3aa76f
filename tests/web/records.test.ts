// News and tournaments in a real browser: real rows where they were collected, the truth where they were not.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, settled } from './browser';
import { type Sample, sample } from './server';

const PROGRAM = process.env.SERVER_PROGRAM;

/** Has the server's catalogue visit stand-ins of the press and of TopDeck.gg. */
async function collect(program: string): Promise<void> {
  // Named from the project's folder, where the server was started.
  const folder = resolve(import.meta.dirname, '../..', process.env.SERVER_DATA ?? 'tests/fixtures');
  const env = { ...process.env, DATA: folder };
  const stand = spawn(program, ['fakes', '--listen', '127.0.0.1:0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const settings: Record<string, string> = {};
    // The keys come last.
    for await (const line of createInterface({ input: stand.stdout })) {
      for (const [, name, value] of line.matchAll(/(DUALCASTER_\w+)=(\S+)/g))
        settings[name as string] = value as string;
      if (settings.DUALCASTER_NEWSAPI_KEY) break;
    }
    if (!settings.DUALCASTER_NEWSAPI_KEY) throw new Error('the stand-ins do not start');
    const told = { ...process.env, ...settings };
    await promisify(execFile)(program, ['refresh', 'feeds', 'topdeck'], { env: told });
  } finally {
    stand.kill();
    if (stand.exitCode === null) await once(stand, 'exit');
  }
}

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

describe('news and tournaments', { timeout: 90_000 }, () => {
  it('are not made up in a demo market', async ({ skip }) => {
    if (known.origin !== 'DEMO') skip();
    const { context, page, offences } = await open(browser, '/news');
    await page.getByText('The demo market has no news').waitFor();
    await page.getByRole('link', { name: 'Tournaments' }).click();
    await page.getByText('The demo market has no tournaments').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('are collected, listed, and lead to cards, decks and publishers', async ({ skip }) => {
    if (known.origin === 'DEMO' || !PROGRAM) skip();
    await collect(PROGRAM as string);
    const { context, page, offences } = await open(browser, '/news');
    const article = page.getByTestId('article').first();
    await article.waitFor();
    const title = article.getByRole('heading').getByRole('link');
    expect(await title.getAttribute('rel')).toContain('noopener');
    expect(await title.getAttribute('href')).toMatch(/^https:\/\/press\.example\//);

    const mention = article.getByRole('list').getByRole('link').first();
    const name = await mention.innerText();
    await mention.click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    await page.getByTestId('brief').first().waitFor();
    await page.getByRole('link', { name: 'All news' }).click();
    await page.getByText(`naming ${name}`).waitFor();
    await page.getByTestId('article').first().waitFor();

    await page.getByRole('navigation').getByRole('link', { name: 'Tournaments' }).click();
    await page.getByTestId('tournament').first().waitFor();
    await page.getByLabel('Format').selectOption({ index: 1 });
    await page.getByTestId('tournament').first().getByRole('link').click();
    await page.getByTestId('standing').first().getByRole('link', { name: 'Show deck' }).click();
    const deck = page.getByTestId('deck').first();
    await deck.getByRole('link').first().waitFor();
    await settled(page);
    expect(await page.getByTestId('standing').count()).toBe(8);
    await deck.getByRole('link').first().click();
    await page.getByTestId('played-in').first().waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});
