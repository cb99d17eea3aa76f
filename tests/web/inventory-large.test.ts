// An inventory of many thousand lots in a real browser: found at once, scrolled smoothly, read on evenly.
// LOTS=50000 measures with more of them, and holds the times to their aims: a machine that nobody knows may be slow.
import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, live, settled, type Watched } from './browser';
import { bearerOf, MAIL, newcomer } from './people';
import { ask, BASE, post } from './server';

const LOTS = Number(process.env.LOTS ?? 10_000);
/** Whether times are held to their aims. */
const STRICT = process.env.LOTS !== undefined;
/** Lots that are read by scrolling: each page of fifty takes the server a while. */
const READ = Number(process.env.READ ?? Math.min(LOTS, 3_000));
const PAGE = 50;
const FRAMES = 240;
/** Pixels of a turned wheel, once in a frame: a fast one. */
const WHEEL = 120;
/** What else runs on the machine takes frames away and adds none: the best of so many is what the page can do. */
const TRIES = 6;

const FILTERS: [what: string, query: string][] = [
  ['a binder', 'binder:"box 3"'],
  ['a condition', 'cond:nm'],
  ['a price', 'usd>5'],
  ['a type and a price', 't:artifact usd>1'],
  ['a property', 'is:nonfoil'],
  ['nothing', 'tag:nonsense'],
];
const ORDERS = [
  'Name, A to Z',
  'Set and number',
  'Most copies first',
  'Highest price in USD',
  'Newest first',
] as const;

let browser: Browser;
let watched: Watched;
let bearer: string;

const CATALOGUE = `{ search(query: "", unique: PRINTS, order: USD, direction: DESC, first: 60) {
  nodes { collectorNumber finishes set { code } card { name } } } }`;

interface Printing {
  collectorNumber: string;
  finishes: string[];
  set: { code: string };
  card: { name: string };
}

/** A collection in which no two lots are alike. */
async function collection(): Promise<string> {
  const { search } = await ask<{ search: { nodes: Printing[] } }>(CATALOGUE);
  const grades = ['Mint', 'Near Mint', 'Excellent', 'Good', 'Light Played', 'Played', 'Poor'];
  const languages = ['English', 'German', 'French', 'Japanese', 'Italian'];
  const rows = Array.from({ length: LOTS }, (_, n) => {
    const { card, set, collectorNumber, finishes } = search.nodes[n % search.nodes.length] as Printing;
    const foil = finishes.includes('FOIL') && (n % 3 === 0 || !finishes.includes('NONFOIL'));
    return [
      `"${card.name}"`,
      set.code,
      collectorNumber,
      1 + (n % 4),
      grades[n % grades.length],
      languages[n % languages.length],
      foil ? 'foil' : 'normal',
      `Box ${n % 20}`,
      (1 + n / 100).toFixed(2),
      'USD',
    ].join(',');
  });
  const head =
    'Name,Set code,Collector number,Quantity,Condition,Language,Foil,Binder Name,Purchase price,Purchase price currency';
  return [head, ...rows].join('\n');
}

async function bring(page: Page): Promise<void> {
  await page.goto(`${BASE}/inventory/import`);
  await live(page);
  const file = { name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.from(await collection()) };
  await page.getByLabel('File of your collection').setInputFiles(file);
  await page.locator('[data-testid=import-head][data-state=READY]').waitFor({ timeout: 120_000 });
  const approximate = page.getByLabel(/^Approximate rows too/);
  if (await approximate.isEnabled()) await approximate.check();
  await page.getByRole('button', { name: `Enter ${LOTS.toLocaleString('en')} rows` }).click();
  await page.locator('[data-testid=import-head][data-state=DONE]').waitFor({ timeout: 120_000 });
}

/**
 * Who scrolls through thousands of lots in seconds spends more than a person's budget holds. Programs have
 * budgets of their own: the pages are read with so many keys in turn.
 */
async function readWithKeys(page: Page, count: number): Promise<void> {
  const mutation = `mutation ($input: CreateApiKeyInput!) {
    createApiKey(input: $input) { secret errors { message } } }`;
  const keys: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const response = await post(
      mutation,
      { input: { name: `Reader ${n}`, scopes: ['READ_OWN'] } },
      { authorization: bearer },
    );
    const { data } = (await response.json()) as { data: { createApiKey: { secret: string } } };
    keys.push(data.createApiKey.secret);
  }
  let turn = 0;
  await page.route('**/graphql', (route) => {
    const request = route.request();
    if (!request.postData()?.includes('query Inventory(')) return route.continue();
    turn += 1;
    return route.continue({
      headers: { ...request.headers(), authorization: `Bearer ${keys[turn % count]}` },
    });
  });
}

/** Scrolls to the end until so many lots are there; what a page took, in milliseconds, for each tenth of them. */
const readOn = (page: Page, wanted: number): Promise<number[]> =>
  page.evaluate(
    async ([most, size]) => {
      const tenths: number[] = [];
      let [from, at] = [performance.now(), 0];
      for (;;) {
        window.scrollTo(0, document.body.scrollHeight);
        await new Promise(requestAnimationFrame);
        const rows = document.querySelectorAll('[data-testid=lot]');
        const last = Number(rows[rows.length - 1]?.getAttribute('aria-rowindex')) - 1;
        if (last - at >= most / 10) {
          const now = performance.now();
          tenths.push(((now - from) / (last - at)) * size);
          [from, at] = [now, last];
        }
        if (tenths.length === 10 || last >= most) return tenths;
      }
    },
    [wanted, PAGE] as const,
  );

interface Scrolled {
  median: number;
  late: number;
  rows: number;
}

/** Milliseconds from the question for lots that something leads to until its answer is there. */
async function answerTo(page: Page, act: () => Promise<unknown>): Promise<number> {
  const answered = page.waitForResponse((response) =>
    (response.request().postData() ?? '').includes('query Inventory('),
  );
  await act();
  const response = await answered;
  await response.finished();
  return response.request().timing().responseEnd;
}

/** Turns the wheel once in each frame, up and down again, and looks how long the frames take. */
const scroll = (page: Page): Promise<Scrolled> =>
  page.evaluate(
    async ([frames, step]) => {
      const times: number[] = [];
      let rows = 0;
      let before = await new Promise<number>(requestAnimationFrame);
      for (let n = 0; n < frames; n += 1) {
        window.scrollBy(0, n < frames / 2 ? -step : step);
        const now = await new Promise<number>(requestAnimationFrame);
        times.push(now - before);
        before = now;
        rows = Math.max(rows, document.querySelectorAll('[data-testid=lot]').length);
      }
      const sorted = times.toSorted((a, b) => a - b);
      const part = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      return { median: part(0.5), late: part(0.95), rows };
    },
    [FRAMES, WHEEL] as const,
  );

/** Seconds of a processor that the page itself has used. */
async function used(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
}

describe.skipIf(!MAIL)(`an inventory of ${LOTS} lots`, { timeout: 600_000 }, () => {
  beforeAll(async () => {
    browser = await launch();
    watched = await newcomer(browser, 'warehouse');
    bearer = await bearerOf(watched.page);
    await bring(watched.page);
  }, 300_000);
  afterAll(() => browser?.close());

  it('shows the first page of any filter at once', async () => {
    const { page } = watched;
    await page.goto(`${BASE}/inventory`);
    await live(page);
    await settled(page);
    const box = page.getByLabel('Search your cards');
    const times: [what: string, ms: number[]][] = [];
    const time = async (what: string, query: string) => {
      const took: number[] = [];
      for (let n = 0; n < (STRICT ? 2 * TRIES : 1); n += 1) {
        // Another query that finds the same: no answer is at hand.
        took.push(await answerTo(page, () => box.fill(`${query} qty<${9_000 + n}`)));
      }
      times.push([what, took]);
    };
    for (const [what, query] of FILTERS) await time(what, query);
    for (const label of ORDERS) {
      await page.getByLabel('Order', { exact: true }).selectOption({ label });
      await settled(page);
      await time(`all, ${label}`, '');
    }
    for (const [what, took] of times) {
      took.sort((a, b) => a - b);
      console.log(`first page of ${what}: ${took.map(Math.round).join(', ')} ms`);
      if (STRICT) expect(took[Math.floor(took.length / 2)], what).toBeLessThan(100);
    }
  });

  it('is read on evenly, and scrolls smoothly with few rows in the document', async () => {
    const { page, offences } = watched;
    await readWithKeys(page, Math.min(20, Math.ceil(READ / 1_500)));
    await page.goto(`${BASE}/inventory`);
    await live(page);
    await settled(page);
    await page
      .getByTestId('totals')
      .getByText(`in ${LOTS.toLocaleString('en')} lots`)
      .waitFor();
    const pages = await readOn(page, READ);
    console.log(`a page of ${PAGE}, by tenths of ${READ} lots: ${pages.map(Math.round).join(', ')} ms`);
    const [early, late] = [Math.min(...pages.slice(0, 3)), Math.min(...pages.slice(-3))];
    if (STRICT)
      expect(late, 'what is there already makes the next page dearer').toBeLessThan(100 + 2 * early);

    const session = await page.context().newCDPSession(page);
    // Time of the page's own thread, whatever else the machine does.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    let best: Scrolled | undefined;
    for (let n = 0; n < (STRICT ? TRIES : 1); n += 1) {
      const before = await used(session);
      const run = await scroll(page);
      const work = ((await used(session)) - before) * (1000 / FRAMES);
      console.log(
        `frames: median ${run.median.toFixed(1)} ms, 95 % within ${run.late.toFixed(1)} ms, work ${work.toFixed(1)} ms, ${run.rows} rows`,
      );
      if (STRICT) expect(work, 'work of a frame').toBeLessThan(17);
      expect(run.rows).toBeLessThan(60);
      if (!best || run.late < best.late) best = run;
      if (best.median <= 17 && best.late <= 34) break;
    }
    if (STRICT) {
      expect(best?.median).toBeLessThanOrEqual(17);
      expect(best?.late).toBeLessThanOrEqual(34);
    }
    expect(offences).toEqual({ console: [], foreign: [] });
    await watched.context.close();
  });
});
