// People for the tests: they register in a browser and read their mail in the server's folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { vi } from 'vitest';
import { open, somewhere, type Watched } from './browser';
import { BASE, post } from './server';

const STATE = process.env.DUALCASTER_STATE_DIR;
/** Where a server without a mail server writes its mails; tests that need mails are left out without it. */
export const MAIL = STATE ? join(STATE, 'mail') : null;

export const PASSWORD = 'Storm Crow rules 7';

let count = 0;

/** An address that nobody had before, in this run or an earlier one. */
export function freshEmail(name: string): string {
  count += 1;
  return `${name}.${Date.now().toString(36)}${count}@ravnica.example`;
}

/** The newest mail to an address whose text has what is wanted. */
export async function mailTo(email: string, wanted: string): Promise<string> {
  if (!MAIL) throw new Error('DUALCASTER_STATE_DIR must name the folder of the server under test');
  const folder = MAIL;
  return vi.waitFor(
    () => {
      const names = existsSync(folder) ? readdirSync(folder).toSorted().toReversed() : [];
      const found = names
        .map((name) => readFileSync(join(folder, name), 'utf8'))
        .find((text) => text.includes(email) && text.includes(wanted));
      if (!found) throw new Error(`no mail to ${email} with ${wanted}`);
      return found;
    },
    { timeout: 20_000, interval: 100 },
  );
}

/** The link of a mail, as a path of the server. */
export async function linkTo(email: string, page: string): Promise<string> {
  const mail = await mailTo(email, `/${page}#token=`);
  const link = mail
    .replaceAll('=\r\n', '')
    .replaceAll('=\n', '')
    .match(new RegExp(`/${page}#token=(?:3D)?([\\w-]+)`));
  if (!link) throw new Error(`no link in ${mail}`);
  return `/${page}#token=${link[1]}`;
}

/** Types into a field as a person does: by its label. */
export async function fill(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).and(page.locator('input')).fill(text);
}

export async function signedIn(page: Page): Promise<void> {
  await page.getByTestId('account-menu').waitFor();
}

export async function logIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto(`${BASE}/login`);
  await fill(page, 'E-mail', email);
  await fill(page, 'Password', password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await signedIn(page);
}

/** Somebody new, made without the pages that other tests are about; a browser that is logged in as them. */
export async function newcomer(browser: Browser, name: string): Promise<Watched & { email: string }> {
  const email = freshEmail(name);
  const register = 'mutation ($input: RegisterInput!) { register(input: $input) { done errors { code } } }';
  await mutate(register, { input: { email, password: PASSWORD, name } });
  const token = (await linkTo(email, 'verify-email')).split('#token=')[1];
  const verify = 'mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { errors { code } } }';
  await mutate(verify, { input: { token, password: PASSWORD } });
  const watched = await open(browser, '/login');
  await logIn(watched.page, email);
  return { ...watched, email };
}

/** What the page of somebody who is logged in shows the server, for what is quicker said without the page. */
export async function bearerOf(page: Page): Promise<string> {
  const asked = page.waitForRequest((request) => 'authorization' in request.headers());
  await page.reload();
  return (await asked).headers().authorization ?? '';
}

async function mutate(query: string, variables: Record<string, unknown>): Promise<void> {
  const text = await (await post(query, variables, { 'x-forwarded-for': somewhere() })).text();
  if (text.includes('"errors":[{')) throw new Error(text);
}

/** What the API says to who shows a key or token. */
export async function askAs(
  bearer: string,
  query: string,
): Promise<{
  status: number;
  body: { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
}> {
  const response = await post(query, {}, { authorization: `Bearer ${bearer}` });
  return { status: response.status, body: await response.json() };
}
