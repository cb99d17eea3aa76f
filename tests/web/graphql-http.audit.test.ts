// The audits of graphql-http: everything the specification must, should and may want of a server.
import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { BASE } from './server';

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: `${BASE}/graphql`, fetchFn: fetch });

  it('has audits to pass', () => {
    expect(audits.length).toBeGreaterThanOrEqual(61);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    // `ok`, with neither a warning nor an error and nothing to note.
    expect(result.status === 'ok' ? 'ok' : `${result.status}: ${result.reason}`).toBe('ok');
  });
});
