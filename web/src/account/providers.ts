import type { LoginProvider } from '../gql/graphql';

export const PROVIDERS: Record<LoginProvider, { label: string; path: string }> = {
  GOOGLE: { label: 'Google', path: 'google' },
  DISCORD: { label: 'Discord', path: 'discord' },
};

/** Where the browser goes to log in elsewhere and come back. */
export function startUrl(provider: LoginProvider, next: string): string {
  return `/auth/${PROVIDERS[provider].path}/start?next=${encodeURIComponent(next)}`;
}

const byPath = (path: string | undefined) =>
  Object.values(PROVIDERS).find((provider) => provider.path === path)?.label ?? 'that provider';

/** What the way to a provider and back ended with, in words. */
export function describeReturn(error: string, provider: string | undefined): string {
  const name = byPath(provider);
  switch (error) {
    case 'email-known':
      return `The e-mail of your ${name} account belongs to an account here. Log in to it, and link ${name} in its settings: an e-mail alone opens no account.`;
    case 'linked-elsewhere':
      return `That ${name} account is linked to another account here. Unlink it there first.`;
    case 'cancelled':
      return 'You did not go through with it at the provider. Nothing was changed.';
    case 'refused':
      return 'That login opens nothing here: the account is blocked or closed, or your login ended meanwhile.';
    default:
      return 'The login at the provider did not work. Please try again.';
  }
}
