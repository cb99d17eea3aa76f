import { useLocation } from '@tanstack/react-router';

/** The token of a link in a mail. It stands behind the #, where no server sees it. */
export function useLinkToken(): string | undefined {
  const hash = useLocation({ select: (location) => location.hash });
  return new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? undefined;
}
