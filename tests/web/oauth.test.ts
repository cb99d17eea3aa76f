// Logins by a provider: a real one of OpenID Connect in Google's place, and a Discord made after its
// documentation (providers.mjs). What is typed there says who somebody is.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, open } from './browser';
import { fill, freshEmail, MAIL, newcomer, signedIn } from './people';
import { ask, BASE } from './server';

let browser: Browser;
let providers: string[] = [];

beforeAll(async () => {
  browser = await launch();
  ({ loginProviders: providers } = await ask<{ loginProviders: string[] }>('{ loginProviders }'));
});
afterAll(() => browser?.close());

let count = 0;
/** Somebody whom the provider knows and we do not. */
function subject(): string {
  count += 1;
  return `${Date.now()}${count}`;
}

/** At the provider: types who one is, and goes on. */
async function answer(page: Page, who: string, button: 'Continue' | 'Cancel' = 'Continue'): Promise<void> {
  await page.getByLabel('Who are you?').fill(who);
  await page.getByRole('button', { name: button }).click();
}

async function arrive(page: Page, label: string, who: string): Promise<void> {
  await page.goto(`${BASE}/login?next=${encodeURIComponent('/settings/linked')}`);
  await page.getByRole('link', { name: `Continue with ${label}` }).click();
  await answer(page, who);
}

describe.each([
  ['Google', 'GOOGLE'],
  ['Discord', 'DISCORD'],
])('%s', { timeout: 90_000 }, (label, provider) => {
  const linked = (page: Page) => page.getByTestId(`linked-${provider}`);

  it('makes an account at the first login and finds it at the next', async ({ skip }) => {
    if (!providers.includes(provider)) return skip(`the server has no logins by ${label}`);
    const [who, email] = [subject(), freshEmail('walker')];
    const { context, page, offences } = await open(browser, '/login');
    await arrive(page, label, `${who} ${email}`);
    await page.waitForURL(`${BASE}/settings/linked`);
    await linked(page).getByText('Linked', { exact: true }).waitFor();
    expect(await linked(page).textContent()).toContain(`Walker ${who}, ${email}`);

    // The only way in is not given up.
    await linked(page)
      .getByRole('button', { name: `Unlink ${label}` })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
    await page.getByText('This is your only way in. Set a password first.').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();

    const again = await open(browser, '/login');
    await arrive(again.page, label, `${who} other@elsewhere.example`);
    await again.page.waitForURL(`${BASE}/settings/linked`);
    await again.page.goto(`${BASE}/settings/profile`);
    await again.page.getByText(`You log in with ${email}`).waitFor();
    await again.context.close();
  });

  it('says so when it was called off', async ({ skip }) => {
    if (!providers.includes(provider)) return skip(`the server has no logins by ${label}`);
    const { context, page, offences } = await open(browser, '/login');
    await page.getByRole('link', { name: `Continue with ${label}` }).click();
    await answer(page, 'nobody', 'Cancel');
    await page.waitForURL(/\/login\?error=cancelled/);
    await page.getByRole('alert').getByText(`at ${label}. Nothing was changed.`).waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });

  it('takes over no account by an e-mail, verified or not', async ({ skip }) => {
    if (!MAIL) return skip('DUALCASTER_STATE_DIR is not set');
    if (!providers.includes(provider)) return skip(`the server has no logins by ${label}`);
    const owner = await newcomer(browser, 'owner');
    const verified = await open(browser, '/login');
    await arrive(verified.page, label, `${subject()} ${owner.email}`);
    await verified.page.waitForURL(/\/login\?error=email-known/);
    await verified.page.getByRole('alert').getByText(`link ${label} in its settings`).waitFor();
    expect(await verified.page.getByTestId('account-menu').count()).toBe(0);
    await verified.context.close();

    const unverified = await open(browser, '/login');
    await arrive(unverified.page, label, `${subject()} ${owner.email} unverified`);
    await unverified.page.waitForURL(`${BASE}/settings/linked`);
    await unverified.page.goto(`${BASE}/settings/profile`);
    // An account of their own, without the address.
    await unverified.page.getByText('There is no e-mail yet').waitFor();
    await unverified.context.close();
    await owner.context.close();
  });

  it('is linked to an account and unlinked again', async ({ skip }) => {
    if (!MAIL) return skip('DUALCASTER_STATE_DIR is not set');
    if (!providers.includes(provider)) return skip(`the server has no logins by ${label}`);
    const who = subject();
    const { context, page, offences } = await newcomer(browser, 'linker');
    await page.goto(`${BASE}/settings/linked`);
    // Who thinks better of it is where they were.
    await page.getByRole('button', { name: `Link ${label}` }).click();
    await answer(page, 'nobody', 'Cancel');
    await page.waitForURL(/\/settings\/linked\?error=cancelled/);
    await page.getByRole('alert').getByText(`You did not go through with it at ${label}`).waitFor();
    await page.getByRole('button', { name: `Link ${label}` }).click();
    await answer(page, `${who} ${freshEmail('there')}`);
    await page.waitForURL(`${BASE}/settings/linked`);
    await linked(page).getByText('Linked', { exact: true }).waitFor();

    // Nobody else can link the same one.
    const rival = await newcomer(browser, 'rival');
    await rival.page.goto(`${BASE}/settings/linked`);
    await rival.page.getByRole('button', { name: `Link ${label}` }).click();
    await answer(rival.page, who);
    await rival.page.waitForURL(/\/settings\/linked\?.*error=linked-elsewhere/);
    await rival.page.getByText('is linked to another account here').waitFor();
    await rival.context.close();

    // It logs in to the account it was linked to.
    const by = await open(browser, '/login');
    await arrive(by.page, label, who);
    await by.page.waitForURL(`${BASE}/settings/linked`);
    await by.page.getByRole('button', { name: 'Account: linker' }).waitFor();
    await by.context.close();

    await linked(page)
      .getByRole('button', { name: `Unlink ${label}` })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
    await linked(page).getByText('Not linked').waitFor();
    expect(offences).toEqual({ console: [], foreign: [] });
    await context.close();
  });
});

it('confirms by the provider who has no password, in the session that there is', async ({ skip }) => {
  if (!providers.includes('GOOGLE')) return skip('the server has no logins by Google');
  const [who, email] = [subject(), freshEmail('proof')];
  const { context, page, offences } = await open(browser, '/login');
  await arrive(page, 'Google', `${who} ${email}`);
  await signedIn(page);
  // The server's ten minutes are not waited for: its first answers are written here, the rest is its own.
  let asked = 0;
  await page.route(`${BASE}/graphql`, (route) => {
    if (!route.request().postData()?.includes('requestAccountExport') || asked > 1) return route.continue();
    asked += 1;
    const problem = { code: 'REAUTHENTICATION_REQUIRED', field: null, message: 'again', retryAfter: null };
    const errors = [{ __typename: 'UserError', ...problem }];
    const requestAccountExport = { __typename: 'DonePayload', done: false, errors };
    return route.fulfill({
      contentType: 'application/graphql-response+json',
      body: JSON.stringify({ data: { requestAccountExport } }),
    });
  });
  const copy = async () => {
    await page.goto(`${BASE}/settings/account`);
    await page.getByRole('button', { name: 'Make a copy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm with Google' }).click();
  };
  await copy();
  // The provider asks anew, though it knows them; somebody else there confirms nothing.
  await answer(page, subject());
  await page.waitForURL(/\/settings\/account\?proven=yes&error=not-theirs/);
  await page.getByRole('alert').getByText('is not the one that is linked').waitFor();
  await copy();
  await answer(page, who);
  await page.waitForURL(/\/settings\/account\?proven=yes$/);
  await page.getByRole('status').getByText('for ten minutes you are not asked again').waitFor();
  await page.getByRole('button', { name: 'Make a copy' }).click();
  await page.getByRole('button', { name: 'Download JSON' }).waitFor({ timeout: 30_000 });
  await page.goto(`${BASE}/settings/security`);
  await page.getByTestId('session').first().waitFor();
  expect(await page.getByTestId('session').count()).toBe(1);
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});

it('tells in the app what went wrong on the way', async () => {
  const { context, page, offences } = await open(browser, '/login');
  for (const [path, words] of [
    ['/auth/google/callback?code=x&state=y', 'began in another browser'],
    ['/auth/myspace/start', 'no logins by that provider'],
    ['/auth/google/start?next=//evil.example', 'used up'],
  ] as const) {
    await page.goto(`${BASE}${path}`);
    await page.getByRole('alert').getByText(words).waitFor();
    await page.getByLabel('E-mail', { exact: true }).waitFor();
  }
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});

it('lets an account without a password set one, after which the provider is not the only way in', async ({
  skip,
}) => {
  if (!providers.includes('GOOGLE')) return skip('the server has no logins by Google');
  const email = freshEmail('password');
  const { context, page, offences } = await open(browser, '/login');
  await arrive(page, 'Google', `${subject()} ${email}`);
  await signedIn(page);
  await page.goto(`${BASE}/settings/security`);
  await fill(page, 'New password', 'Ancestral Recall 3');
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText(/Your password is (?:set|changed)\./).waitFor();
  await page.goto(`${BASE}/settings/linked`);
  await page.getByRole('button', { name: 'Unlink Google' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
  await page.getByTestId('linked-GOOGLE').getByText('Not linked').waitFor();
  expect(offences).toEqual({ console: [], foreign: [] });
  await context.close();
});
