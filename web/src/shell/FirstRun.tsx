import { Button } from '@mantine/core';
import { useTitle } from '../ui/hooks';
import { EmptyState } from '../ui/States';
import type { Status } from './status';

/** What a new installation shows before its first card: the truth and the next step. */
export function FirstRun({ loads, recheck }: { loads: Status['loads']; recheck: () => void }) {
  useTitle('Welcome');
  const running = loads.some((load) => load.state === 'RUNNING');
  return (
    <div className="page">
      <h1>Welcome to Dualcaster Deals</h1>
      <section className="panel">
        {running ? (
          <EmptyState title="The first cards are on their way">
            <p>
              The catalogue is being loaded, as the bar above shows. This page fills itself when it is there.
            </p>
          </EmptyState>
        ) : (
          <EmptyState title="Nothing is loaded yet">
            <p>
              The server runs, but it has no cards and no prices. Load a folder of files with{' '}
              <code>make up DATA=folder</code>, or start it with a network connection to fetch Scryfall's
              catalogue.
            </p>
            <Button size="xs" variant="default" onClick={recheck}>
              Look again
            </Button>
          </EmptyState>
        )}
      </section>
    </div>
  );
}
