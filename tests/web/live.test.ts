// Prices that move while the page is open, and a connection that breaks.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launch, live, open, settled } from './browser';
import { ask, BASE, type Sample, sample } from './server';

/** A shell command that imports the file that is named after it into the server under test. */
const IMPORT = process.env.DUALCASTER_IMPORT_CMD;
const FIXTURE = new URL('../fixtures/scryfall/cards.jsonl', import.meta.url);
const run = promisify(execFile);

let browser: Browser;
let known: Sample;

beforeAll(async () => {
  [browser, known] = await Promise.all([launch(), sample()]);
});
afterAll(() => browser?.close());

interface FixturePrice {
  line: { id: string; prices: Record<string, string | null> };
  cardId: string;
  printingId: string;
  shown: string;
  next: string;
  nextShown: string;
}

interface PrintingAnswer {
  printing: {
    id: string;
    card: { id: string };
    prices: { source: string; finish: string; money: { amount: string } }[];
  } | null;
}

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** A card of the fixtures with a price in dollars that the server knows, and the price it shall get. */
async function pricedFixture(): Promise<FixturePrice | null> {
  const lines = readFileSync(FIXTURE, 'utf8').split('\n').filter(Boolean);
  const line = lines.map((text): FixturePrice['line'] => JSON.parse(text)).find((card) => card.prices.usd);
  if (!line) return null;
  const { printing } = await ask<PrintingAnswer>(
    `query ($id: ID!) {
      printing(id: $id) { id card { id } prices { source finish money { amount } } }
    }`,
    { id: line.id },
  );
  const price = printing?.prices.find((one) => one.source === 'TCGPLAYER' && one.finish === 'NONFOIL');
  if (!printing || !price) return null;
  const next = (Number(price.money.amount) + 1.25).toFixed(2);
  return {
    line,
    cardId: printing.card.id,
    printingId: printing.id,
    shown: dollars.format(Number(price.money.amount)),
    next,
    nextShown: dollars.format(Number(next)),
  };
}

/** A file of one card: it says nothing of the others, so only that price changes. */
async function importPrice(line: FixturePrice['line'], usd: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'dualcaster-import-'));
  const file = join(folder, 'changed.jsonl');
  writeFileSync(file, `${JSON.stringify({ ...line, prices: { ...line.prices, usd } })}\n`);
  try {
    await run('sh', ['-c', `${IMPORT} "$1"`, 'import', file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
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
  it('follow an import without a reload', { timeout: 180_000 }, async ({ skip }) => {
    if (!IMPORT) return skip('DUALCASTER_IMPORT_CMD is not set');
    const held = known.origin === 'REAL' ? await pricedFixture() : null;
    if (!held) return skip('the server does not hold the fixtures (real data and demo data never mix)');
    const { context, page, offences } = await open(
      browser,
      `/cards/${held.cardId}?printing=${held.printingId}`,
    );
    await settled(page);
    await live(page);
    const cell = page.locator('[data-testid=price-row] .price-now', { hasText: held.shown }).first();
    await cell.waitFor();
    // A mark that a reload would wipe out.
    await page.evaluate(() => Object.assign(window, { untouched: true }));
    await importPrice(held.line, held.next);
    await page
      .locator('[data-testid=price-row] .price-now .tick-up', { hasText: held.nextShown })
      .waitFor({ timeout: 30_000 });
    expect(await page.evaluate(() => 'untouched' in window)).toBe(true);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

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
    expect(opened.length).toBeGreaterThan(0);
    // The page that comes is painted before the one that goes has let go of its feeds.
    await vi.waitFor(() => {
      const ended = of('complete').map((message) => message.id);
      expect(new Set(ended)).toEqual(new Set(opened));
    }, 5_000);
    await context.close();
  });
});
