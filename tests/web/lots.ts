// What the tests of the inventory do on its page.
import type { Locator, Page } from 'playwright-core';
import { live, settled } from './browser';
import { fill } from './people';
import { BASE } from './server';

export const lot = (page: Page, text?: string): Locator =>
  page.getByTestId('lot').filter(text === undefined ? {} : { hasText: text });
export const totals = (page: Page, text: string) =>
  page.getByTestId('totals').getByText(text, { exact: true }).waitFor();
export const bar = (page: Page) => page.getByTestId('undo-bar');
export const choose = (page: Page | Locator, label: string, option: string) =>
  page
    .locator('select')
    .and(page.getByLabel(label, { exact: true }))
    .selectOption({ label: option });

export async function openInventory(page: Page): Promise<void> {
  await page.goto(`${BASE}/inventory`);
  await live(page);
  await settled(page);
}

export async function addCopies(
  page: Page,
  card: string,
  quantity: number,
  also?: (dialog: Locator) => Promise<void>,
): Promise<void> {
  await page.getByRole('button', { name: 'Add copies' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add copies' });
  await dialog.getByLabel('Card', { exact: true }).fill(card);
  await page.getByRole('option').filter({ hasText: card }).first().click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name=printingId]')?.value);
  await fill(page, 'Quantity', String(quantity));
  await also?.(dialog);
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

export async function deal(page: Page, row: Locator, what: 'Edit' | 'Sell' | 'Remove'): Promise<Locator> {
  await row.getByRole('button', { name: /^What to do with/ }).click();
  await page.getByRole('menuitem', { name: `${what}…` }).click();
  const dialog = page.getByRole('dialog', { name: new RegExp(`^${what} `) });
  await dialog.waitFor();
  return dialog;
}

export async function makeBinder(page: Page, name: string): Promise<void> {
  await page.getByText('Binders', { exact: true }).click();
  await fill(page, 'Name', name);
  await page.getByRole('button', { name: 'Make binder' }).click();
  await page.getByTestId('binder').filter({ hasText: name }).waitFor();
}

/** Marks the lots that are selected. */
export async function mark(page: Page, as: string): Promise<void> {
  await page.getByTestId('bulk').getByRole('button', { name: 'Mark', exact: true }).click();
  await page.getByRole('menuitem', { name: as, exact: true }).click();
}
