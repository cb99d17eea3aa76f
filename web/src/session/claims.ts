/** What the page reads of its own access token; whether the token is good is the server's word. */
export interface Claims {
  /** The account. */
  sub: string;
  /** How long the token is good, from when it was made. */
  lifetime: number;
}

/** Reads a token. By its own times and not by this machine's clock, which may be wrong. */
export function readClaims(token: string): Claims | null {
  const part = token.split('.')[1];
  if (!part) return null;
  try {
    const { sub, iat, exp }: { sub?: unknown; iat?: unknown; exp?: unknown } = JSON.parse(
      atob(part.replaceAll('-', '+').replaceAll('_', '/')),
    );
    if (typeof sub !== 'string' || typeof iat !== 'number' || typeof exp !== 'number') return null;
    return { sub, lifetime: (exp - iat) * 1000 };
  } catch {
    return null;
  }
}
