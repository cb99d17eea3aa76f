// A file of a collection in a real browser: looked at, decided about, entered, and taken back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './axe';
import { launch, live, settled } from './browser';
import { MAIL, newcomer } from './people';
import { ask, BASE, type Sample, sample } from './server';

let browser: Browser;
let known: Sample;
let number: string;

beforeAll(async () => {
  browser = await launch();
  known = await sample();
  const query = 'query ($id: ID!) { printing(id: $id) { collectorNumber } }';
  const { printing } = await ask<{ printing: { collectorNumber: string } }>(query, { id: known.printingId });
  number = printing.collectorNumber;
});
afterAll(() => browser?.close());

const HEADER = 'Name,Set code,Collector number,Quantity,Condition,Language';

/** A file with an exact row, one of a set that nobody knows, one of no card, and one that cannot be read. */
const file = () => ({
  name: 'my cards.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    [
      HEADER,
      `"${known.name}",${known.setCode},${number},3,Near Mint,English`,
      `"${known.name}",zzz9,1,2,Near Mint,English`,
      'Nobody Has This Card,zzz9,7,1,Near Mint,English',
      `"${known.name}",${known.setCode},${number},many,Near Mint,English`,
    ].join('\n'),
  ),
});

const head = (page: Page, state: string) => page.locator(`[data-testid=import-head][data-state=${state}]`);
const rows = (page: Page) => page.getByTestId('import-row');
const statuses = (page: Page, label: string) => page.getByText(label, { exact: true }).click();

async function bring(page: Page, given = file()): Promise<void> {
  await page.goto(`${BASE}/inventory/import`);
  await live(page);
  await page.getByLabel('File of your collection').setInputFiles(given);
}

describe.skipIf(!MAIL)('a file of a collection', { timeout: 120_000 }, () => {
  it('is looked at before anything is entered, decided about, entered once and taken back', async () => {
    const { page, context, offences } = await newcomer(browser, 'importer');
    await bring(page);
    await head(page, 'READY').waitFor();
    await page.getByText('Approximate 1', { exact: true }).waitFor();
    await rows(page).getByText('the card is in no set of that name or code').waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    // A card that was not found is chosen by its owner.
    await statuses(page, 'Not found 1');
    await page.getByRole('button', { name: 'Choose what line 4 means' }).click();
    const dialog = page.getByRole('dialog', { name: 'Line 4: Nobody Has This Card' });
    await dialog.getByLabel('Card', { exact: true }).fill(known.name);
    await page.getByRole('option').filter({ hasText: known.name }).first().click();
    await dialog.getByRole('button', { name: 'It is this one' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Exact 2', { exact: true }).waitFor();
    await statuses(page, 'Unreadable 1');
    await rows(page).getByText('Copies “many”').waitFor();

    await page.getByRole('button', { name: 'Enter 2 rows' }).click();
    await head(page, 'DONE').waitFor();
    await page.getByRole('link', { name: 'To your inventory' }).click();
    await page.getByTestId('totals').getByText('4 copies in', { exact: false }).waitFor();

    // The same file again brings nothing of what is there.
    await bring(page);
    await head(page, 'READY').waitFor();
    await page.getByText('Again what earlier files brought (3 copies)', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Enter 1 row' }).click();
    await page.getByText('nothing had to change').waitFor();

    await page.getByRole('link', { name: 'Another file' }).click();
    await page.getByTestId('import').last().getByRole('link').click();
    await head(page, 'DONE').waitFor();
    await page.getByRole('button', { name: 'Undo the import' }).click();
    await page.getByText('as if the file had never come').waitFor();
    await page.goto(`${BASE}/inventory`);
    await page.getByTestId('totals').getByText('0 copies in 0 lots', { exact: true }).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('of an app that nobody knows is read as its owner says', async () => {
    const { page, context, offences } = await newcomer(browser, 'mapper');
    const table = `Karte,Menge\n"${known.name}",2\n`;
    await bring(page, { name: 'liste.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await head(page, 'READY').waitFor();
    await page.getByLabel('Karte', { exact: true }).selectOption({ label: 'Card name' });
    await page.getByLabel('Menge', { exact: true }).selectOption({ label: 'Copies' });
    await page.getByRole('button', { name: 'Read it again' }).click();
    await rows(page).getByRole('link', { name: known.name }).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('that is none is refused with the reason, and can be thrown away', async () => {
    const { page, context } = await newcomer(browser, 'thrower');
    const picture = {
      name: 'cards.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('\u0089PNG\r\n\u001a\n\0\0\0'),
    };
    await bring(page, picture);
    await page.getByRole('alert').getByText('file: is neither a table').waitFor();
    await page.getByLabel('File of your collection').setInputFiles(file());
    await head(page, 'READY').waitFor();
    await page.getByRole('button', { name: 'Throw away' }).click();
    await page.getByText('Drop a file of your collection here').waitFor();
    await context.close();
  });

  it.each([
    ['dark', 1280],
    ['light', 375],
  ] as const)('can be read by everybody: %s, %i pixels wide', async (scheme, width) => {
    const { page, context } = await newcomer(browser, 'everybody');
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 812 });
    await bring(page);
    await rows(page).first().waitFor();
    await settled(page);
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await context.close();
  });
});
