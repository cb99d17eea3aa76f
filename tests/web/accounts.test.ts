// An account from its first mail to its end, in a real browser.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launch, open, settled } from './browser';
import { askAs, fill, freshEmail, linkTo, logIn, MAIL, mailTo, newcomer, PASSWORD, signedIn } from './people';
import { BASE } from './server';

/** The server's own program, for what an operator does. */
const PROGRAM = process.env.SERVER_PROGRAM;
const run = promisify(execFile);

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

describe.skipIf(!MAIL)('an account', { timeout: 120_000 }, () => {
  it('begins with a mail, and ends with the right words in the right place', async () => {
    const email = freshEmail('jace');
    const { context, page, offences } = await open(browser, '/register');
    await page.getByRole('button', { name: 'Make an account' }).click();
    // All gaps are named beside their fields, and the first one has the focus.
    expect(await page.locator('input[aria-invalid=true]').count()).toBe(3);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('name');
    await fill(page, 'Name', 'Jace');
    await fill(page, 'E-mail', email);
    await fill(page, 'Password', 'password1');
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'password');
    expect(await page.locator('input[aria-invalid=true]').getAttribute('name')).toBe('password');
    await fill(page, 'Password', PASSWORD);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Look into your mail' }).waitFor();

    await page.goto(`${BASE}${await linkTo(email, 'verify-email')}`);
    await fill(page, 'Password', 'not the one');
    await page.getByRole('button', { name: 'Confirm and log in' }).click();
    await page.getByText('That is not the password that you chose').waitFor();
    await fill(page, 'Password', PASSWORD);
    await page.getByRole('button', { name: 'Confirm and log in' }).click();
    await page.waitForURL(`${BASE}/dashboard`);
    await signedIn(page);
    expect(offences).toEqual({ console: [], foreign: [] });

    // The link is good once.
    await page.goto(`${BASE}${await linkTo(email, 'verify-email')}`);
    await fill(page, 'Password', PASSWORD);
    await page.getByRole('button', { name: 'Confirm and log in' }).click();
    await page.getByText('This link was used or is too old').waitFor();

    await page.getByTestId('account-menu').click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('link', { name: 'Log in', exact: true }).waitFor();
    await context.close();
  });

  it('is logged in to by who is sent there, and only to pages of this site', async () => {
    const { context: first, email } = await newcomer(browser, 'next');
    await first.close();
    const { context, page, offences } = await open(browser, '/settings/keys?currency=EUR');
    await page.waitForURL(/\/login\?/);
    await fill(page, 'E-mail', email);
    await fill(page, 'Password', 'wrong password');
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.getByRole('alert').getByText('do not belong together').waitFor();
    await fill(page, 'Password', PASSWORD);
    await page.getByLabel('Password', { exact: true }).press('Enter');
    await page.waitForURL(/\/settings\/keys\?currency=EUR/);
    for (const next of [
      '//evil.example/',
      'https://evil.example/',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      await page.goto(`${BASE}/login?next=${encodeURIComponent(next)}`);
      await page.waitForURL(`${BASE}/dashboard`);
    }
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('keeps no token where a script could find it', async () => {
    const { context, page } = await newcomer(browser, 'secret');
    const stored = await page.evaluate(() =>
      JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]),
    );
    expect(stored).not.toMatch(/eyJ|dd_refresh|dd_device/);
    const cookie = (await context.cookies(`${BASE}/auth/refresh`)).find(({ name }) => name === 'dd_refresh');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/auth' });
    const device = (await context.cookies(BASE)).find(({ name }) => name === 'dd_device');
    expect(device).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    await page.reload();
    await signedIn(page);
    await context.close();
  });

  it('has another name and another e-mail', async () => {
    const { context, page, email, offences } = await newcomer(browser, 'profile');
    await page.goto(`${BASE}/settings`);
    await page.waitForURL(/\/settings\/profile/);
    await fill(page, 'Name', 'Jace Beleren');
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Account: Jace Beleren' }).waitFor();
    const next = freshEmail('new');
    await fill(page, 'New e-mail', 'no address');
    await page.getByRole('button', { name: 'Change e-mail' }).click();
    await page.getByText('That is not an e-mail address.').waitFor();
    await fill(page, 'New e-mail', next);
    await page.getByRole('button', { name: 'Change e-mail' }).click();
    await page.getByText('A mail is on its way').waitFor();
    await page.goto(`${BASE}${await linkTo(next, 'confirm-email')}`);
    await page.getByRole('button', { name: 'Use this address' }).click();
    await page.waitForURL(/\/login\?done=email/);
    await mailTo(email, 'another e-mail address now');
    await logIn(page, next);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('shows its sessions; one that is ended is out within seconds, its socket too', async () => {
    const { context, page, email, offences } = await newcomer(browser, 'devices');
    const other = await open(browser, '/login');
    await logIn(other.page, email);
    await other.page.goto(`${BASE}/settings/security`);
    await other.page.locator('[data-testid=live-badge][data-state=live]').waitFor();

    await page.goto(`${BASE}/settings/security`);
    const rows = page.getByTestId('session');
    await rows.first().waitFor();
    // Three: the verification of the newcomer was a login of its own.
    expect(await rows.count()).toBe(3);
    expect(await rows.filter({ hasText: 'This one' }).count()).toBe(1);
    const newest = await rows.first().textContent();
    expect(newest).toMatch(/Chrome \d+ on Linux/);
    expect(newest).toContain(`from ${other.address}`);
    await rows
      .filter({ hasText: 'Chrome' })
      .getByRole('button', { name: /^Log out/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'Log it out' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-testid=session]').length === 2);

    await other.page.getByTestId('session-ended').waitFor({ timeout: 10_000 });
    await other.page.waitForURL(/\/login\?next=/);
    // It goes on as a stranger: live prices are for everybody.
    await other.page.locator('[data-testid=live-badge][data-state=live]').waitFor();
    await page.reload();
    await signedIn(page);
    expect(offences).toEqual({ console: [], foreign: [] });
    await other.context.close();
    await context.close();
  });

  it('makes API keys, shown once, that work and are revoked', async () => {
    const { context, page, email, offences } = await newcomer(browser, 'developer');
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: BASE });
    await page.goto(`${BASE}/settings/keys`);
    await page.getByText('No keys yet').waitFor();
    await fill(page, 'Name', 'price watcher');
    await page.getByLabel('Read what is yours').check();
    await page.getByLabel('Ends after').selectOption('30');
    await page.getByRole('button', { name: 'Make key' }).click();
    const shown = page.getByTestId('new-secret');
    const secret = (await shown.locator('code').textContent()) ?? '';
    expect(secret).toMatch(/^dd_[\w-]{40,}$/);
    await shown.getByRole('button', { name: 'Copy' }).click();
    await shown.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);

    const mine = '{ viewer { account { email } scopes } }';
    const answer = await askAs(secret, mine);
    expect(answer.body.data).toEqual({
      viewer: { account: { email }, scopes: ['READ_CATALOGUE', 'READ_OWN'] },
    });
    await page.reload();
    const row = page.getByTestId('api-key');
    await row.getByText('used', { exact: false }).waitFor();
    expect(await page.content()).not.toContain(secret);
    expect(await row.textContent()).toMatch(/price watcher dd_.*read own.*just now/);

    await row.getByRole('button', { name: 'Revoke price watcher' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('No keys yet').waitFor();
    await vi.waitFor(async () => expect((await askAs(secret, mine)).status).toBe(401), 5_000);
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('is asked for its password where the server wants a fresh proof, and goes on', async () => {
    const { context, page, offences } = await newcomer(browser, 'proof');
    let asked = 0;
    // The server's ten minutes are not waited for: its first answer is written here, the rest is its own.
    await page.route(`${BASE}/graphql`, (route) => {
      if (!route.request().postData()?.includes('requestAccountExport') || asked > 0) return route.continue();
      asked += 1;
      const problem = { code: 'REAUTHENTICATION_REQUIRED', field: null, message: 'again', retryAfter: null };
      const requestAccountExport = {
        __typename: 'DonePayload',
        done: false,
        errors: [{ __typename: 'UserError', ...problem }],
      };
      return route.fulfill({
        contentType: 'application/graphql-response+json',
        body: JSON.stringify({ data: { requestAccountExport } }),
      });
    });
    await page.goto(`${BASE}/settings/account`);
    await page.getByRole('button', { name: 'Make a copy' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
    await dialog.getByRole('button', { name: 'Confirm' }).waitFor();
    await fill(page, 'Password', 'not the one');
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.getByText('That is not your password.').waitFor();
    await fill(page, 'Password', PASSWORD);
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Download JSON' }).waitFor({ timeout: 30_000 });
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('changes its password, forgets it, and sets another by mail', async () => {
    const { context, page, email, offences } = await newcomer(browser, 'forgetful');
    await page.goto(`${BASE}/settings/security`);
    await fill(page, 'Current password', 'not the one');
    await fill(page, 'New password', 'Counterspell for 2');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('That is not your password.').waitFor();
    await fill(page, 'Current password', PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Your password is changed.').waitFor();
    await mailTo(email, 'was changed');
    // The session goes on, its socket with a new token.
    await page.reload();
    await signedIn(page);

    const lost = await open(browser, '/login');
    await lost.page.getByRole('link', { name: 'Forgot your password?' }).click();
    await lost.page.getByRole('heading', { level: 1, name: 'Forgot your password?' }).waitFor();
    await fill(lost.page, 'E-mail', email);
    await lost.page.getByRole('button', { name: 'Send me a link' }).click();
    await lost.page.getByText('has an account here').waitFor();
    await lost.page.goto(`${BASE}${await linkTo(email, 'reset-password')}`);
    await fill(lost.page, 'New password', 'short');
    await lost.page.getByLabel('New password', { exact: true }).press('Enter');
    await lost.page.getByText('at least 8 characters.').waitFor();
    await fill(lost.page, 'New password', 'Time Walk for 1 and U');
    await lost.page.getByLabel('New password', { exact: true }).press('Enter');
    await lost.page.waitForURL(/\/login\?done=password/);
    await page.getByTestId('session-ended').waitFor({ timeout: 10_000 });
    await logIn(lost.page, email, 'Time Walk for 1 and U');
    await lost.page.goto(`${BASE}/settings/events`);
    await lost.page.getByTestId('security-event').filter({ hasText: 'Password changed' }).first().waitFor();
    await lost.page
      .getByTestId('security-event')
      .filter({ hasText: 'Link for a new password asked for' })
      .waitFor();
    expect(lost.offences).toEqual({ console: [], foreign: [] });
    expect(offences).toEqual({ console: [], foreign: [] });
    await lost.context.close();
    await context.close();
  });

  it('is logged out everywhere at once, in every tab', async () => {
    const { context, page, email } = await newcomer(browser, 'everywhere');
    const tab = await context.newPage();
    await tab.goto(`${BASE}/settings/profile`);
    await signedIn(tab);
    const other = await open(browser, '/login');
    await logIn(other.page, email);
    await page.goto(`${BASE}/settings/security`);
    await page.getByRole('button', { name: 'Log out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Log out everywhere' }).click();
    await page.waitForURL(/\/login\?done=everywhere/);
    await tab.waitForURL(/\/login\?next=/);
    await other.page.getByTestId('session-ended').waitFor({ timeout: 10_000 });
    // Another tab follows the login as it followed the logout.
    await fill(page, 'E-mail', email);
    await fill(page, 'Password', PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await signedIn(page);
    await tab.waitForURL(/\/settings\/profile/);
    await signedIn(tab);
    await other.context.close();
    await context.close();
  });

  it('is taken along as a file, and closed for good', async () => {
    const { context, page, email, offences } = await newcomer(browser, 'leaver');
    await page.goto(`${BASE}/settings/account`);
    await page.getByRole('button', { name: 'Make a copy' }).click();
    const button = page.getByRole('button', { name: 'Download JSON' });
    await button.waitFor({ timeout: 30_000 });
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    const copy = readFileSync(await file.path(), 'utf8');
    expect(copy).toContain(email);
    expect(Object.keys(JSON.parse(copy)).length).toBeGreaterThan(2);

    const phrase = page.getByLabel('To confirm, type: close my account');
    await phrase.fill('close');
    await page.getByRole('button', { name: 'Close my account' }).click();
    await page.locator('input[name=phrase][aria-invalid=true]').waitFor();
    await phrase.fill('close my account');
    await page.getByRole('button', { name: 'Close my account' }).click();
    await page.waitForURL(/\/login\?done=closed/);
    await mailTo(email, 'is closed');
    await fill(page, 'E-mail', email);
    await fill(page, 'Password', PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('alert').getByText('do not belong together').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});

it('made by an operator, changes the password that was given', async ({ skip }) => {
  if (!PROGRAM) return skip('SERVER_PROGRAM does not name the program of the server');
  const email = freshEmail('given');
  const { stdout } = await run(PROGRAM, ['user', 'create', email]);
  const given = stdout.match(/password (\S+)/)?.[1];
  if (!given) throw new Error(`no password in ${stdout}`);
  const { context, page, offences } = await open(browser, '/login');
  await fill(page, 'E-mail', email);
  await fill(page, 'Password', given);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'newPassword');
  await fill(page, 'New password', PASSWORD);
  await page.getByRole('button', { name: 'Set password and log in' }).click();
  await signedIn(page);
  // What is asked while the session ends is refused, which the browser's console tells.
  await page.waitForURL(`${BASE}/dashboard`);
  await settled(page);
  await page.getByTestId('account-menu').click();
  await page.getByRole('menuitem', { name: 'Log out' }).click();
  await page.getByRole('link', { name: 'Log in', exact: true }).waitFor();
  await logIn(page, email);
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});
