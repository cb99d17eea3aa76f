import type { LoginProvider } from '../gql/graphql';

export const PROVIDERS: Record<LoginProvider, { label: string; path: string }> = {
  GOOGLE: { label: 'Google', path: 'google' },
  DISCORD: { label: 'Discord', path: 'discord' },
};

/** Where the browser goes to log in elsewhere and come back. */
export function startUrl(provider: LoginProvider, next: string): string {
  return `/auth/${PROVIDERS[provider].path}/start?next=${encodeURIComponent(next)}`;
}

/** Opens a way to a provider that the server has prepared; it comes back to a page of this site. */
export function follow(url: string, page: string, search: Record<string, string> = {}): void {
  const back = new URLSearchParams(search).toString();
  const way = new URL(url, location.origin);
  way.searchParams.set('next', back ? `${page}?${back}` : page);
  location.assign(way);
}

const byPath = (path: string | undefined) =>
  Object.values(PROVIDERS).find((provider) => provider.path === path)?.label;

/** How a way to a provider and back ended, in words: the server's `End` in api/src/auth/way.rs. */
export function describeReturn(error: string, provider: string | undefined): string {
  const known = byPath(provider);
  const name = known ?? 'the provider';
  const account = known ? `${known} account` : 'account there';
  switch (error) {
    case 'cancelled':
      return `You did not go through with it at ${name}. Nothing was changed.`;
    case 'expired':
      return 'That took too long, was finished before, or began in another browser. Please begin again.';
    case 'broken':
      return 'The link that led there was not a good one, or is used up. Please begin again.';
    case 'not-set-up':
      return known
        ? `This server has no logins by ${known}.`
        : 'This server has no logins by that provider. Choose another way.';
    case 'provider-away':
      return `${known ?? 'The provider'} does not answer at the moment. Try again later, or choose another way.`;
    case 'provider-refused':
      return `What came back from ${name} could not be trusted, so nothing was changed. Please begin again.`;
    case 'email-known':
      return `The e-mail of your ${account} belongs to an account here. Log in to it, and link ${name} in its settings: an e-mail alone opens no account.`;
    case 'linked-elsewhere':
      return `That ${account} is linked to another account here. Unlink it there first.`;
    case 'not-theirs':
      return `That ${account} is not the one that is linked to your account here, so it confirms nothing.`;
    case 'refused':
      return 'That login opens nothing here: the account is blocked or closed, or your login ended meanwhile.';
    case 'too-many':
      return 'Too many logins were begun from your network. Wait a minute and try again.';
    case 'unavailable':
      return 'The server cannot do this at the moment. Try again shortly.';
    default:
      return `The login by ${name} did not work. Please try again.`;
  }
}
