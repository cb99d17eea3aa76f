// Prices that move while the page is open, and a connection that breaks.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open, settled } from './browser';
import { BASE, type Sample, sample } from './server';

/** A shell command that imports a price file with other prices than the server has. */
const IMPORT = process.env.DUALCASTER_IMPORT_CMD;
/** The card (id or UUID) whose prices that file changes; without it the market page is watched. */
const IMPORT_CARD = process.env.DUALCASTER_IMPORT_CARD;
const run = promisify(execFile);

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

async function live(page: Page): Promise<void> {
  await page.locator('[data-testid=live-badge][data-state=live]').waitFor();
}

/** The page's socket in our hands: its frames are seen, and it can be cut. */
async function socketOf(page: Page) {
  let current: WebSocketRoute | undefined;
  let down = false;
  const sent: { type: string; id?: string; payload?: { query?: string } }[] = [];
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    if (down) {
      void socket.close({ code: 1012, reason: 'down' });
      return;
    }
    current = socket;
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      sent.push(JSON.parse(message.toString()));
      server.send(message);
    });
  });
  return {
    sent,
    cut: async () => {
      down = true;
      await current?.close({ code: 1012, reason: 'cut' });
    },
    heal: () => {
      down = false;
    },
  };
}

describe('live prices', () => {
  it.skipIf(!IMPORT)('follow an import without a reload', { timeout: 180_000 }, async () => {
    const path = IMPORT_CARD ? `/cards/${IMPORT_CARD}` : '/';
    const { context, page, offences } = await open(browser, path);
    await settled(page);
    await live(page);
    // A mark that a reload would wipe out.
    await page.evaluate(() => Object.assign(window, { untouched: true }));
    const seen = IMPORT_CARD ? '[data-testid=price-row]' : '[data-testid=tape-line]';
    const before = await page.locator(seen).allTextContents();
    await run('sh', ['-c', IMPORT ?? '']);
    if (IMPORT_CARD) {
      await page
        .locator('[data-testid=price-row] .tick-up, [data-testid=price-row] .tick-down')
        .first()
        .waitFor();
    } else {
      await page.waitForFunction(
        ([selector, first]) => document.querySelector(selector ?? '')?.textContent !== first,
        [seen, before[0] ?? ''],
      );
    }
    expect(await page.locator(seen).allTextContents()).not.toEqual(before);
    expect(await page.evaluate(() => 'untouched' in window)).toBe(true);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
  if (!IMPORT) console.log('skipped: live import (DUALCASTER_IMPORT_CMD is not set)');

  it('move by themselves in the demo market', async ({ skip }) => {
    if (known.origin !== 'DEMO') skip('only the demo market moves by itself');
    const { context, page } = await open(browser, '/');
    await settled(page);
    await live(page);
    const first = await page.getByTestId('tape-line').first().textContent({ timeout: 45_000 });
    await page.waitForFunction(
      (text) => document.querySelector('[data-testid=tape-line]')?.textContent !== text,
      first,
      { timeout: 45_000 },
    );
    await context.close();
  });
});

describe('the one socket of a page', () => {
  it('breaks, says so, comes back, and asks again for what it missed', async () => {
    const { context, page } = await open(browser, '/about');
    const socket = await socketOf(page);
    await page.goto(`${BASE}/cards/${known.cardId}`);
    await settled(page);
    await live(page);
    await socket.cut();
    await page.getByTestId('reconnect-banner').waitFor({ timeout: 4_000 });
    const refetch = page.waitForRequest(
      (request) => request.method() === 'POST' && request.postData()?.includes('PrintingPanel') === true,
      { timeout: 30_000 },
    );
    const before = socket.sent.length;
    socket.heal();
    await refetch;
    await live(page);
    await page.getByTestId('reconnect-banner').waitFor({ state: 'detached' });
    const again = socket.sent.slice(before).filter((message) => message.type === 'subscribe');
    expect(again.some((message) => message.payload?.query?.includes('cardUpdated'))).toBe(true);
    await context.close();
  });

  it('is opened once and ends a subscription when its page is left', async () => {
    const { context, page } = await open(browser, '/about');
    const socket = await socketOf(page);
    await page.goto(`${BASE}/cards/${known.cardId}`);
    await settled(page);
    await live(page);
    await page.getByRole('link', { name: 'Sets', exact: true }).click();
    await page.waitForURL(/\/sets/);
    await settled(page);
    const of = (type: string) => socket.sent.filter((message) => message.type === type);
    expect(of('connection_init')).toHaveLength(1);
    const opened = of('subscribe').map((message) => message.id);
    const ended = of('complete').map((message) => message.id);
    expect(opened.length).toBeGreaterThan(0);
    expect(new Set(ended)).toEqual(new Set(opened));
    await context.close();
  });
});
