import { Button } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState } from '../ui/States';

/** A chunk that is gone after a deploy: only a new document helps. */
function isChunkFailure(message: string): boolean {
  return /dynamically imported module|Importing a module script failed|Failed to fetch/i.test(message);
}

export function CrashedPage({ error, reset }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error);
  const chunk = isChunkFailure(message);
  return (
    <div className="page" role="alert">
      <h1>{chunk ? 'A new version is out' : 'This page broke'}</h1>
      <section className="panel">
        <EmptyState title={chunk ? 'Reload to get it' : 'The rest of the site still works'}>
          {!chunk && <p className="mono small">{message}</p>}
          <Button size="xs" variant="default" onClick={chunk ? () => location.reload() : reset}>
            {chunk ? 'Reload' : 'Try again'}
          </Button>
        </EmptyState>
      </section>
    </div>
  );
}
