import { Button } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../session/hooks';
import { BookmarkIcon } from '../ui/icons';
import { SaveSearch } from './SaveSearch';

/** Keeps what is searched for; who is not logged in does that first and comes back. */
export function SaveButton({ query, prints }: { query: string; prints: boolean }) {
  const { status } = useSession();
  const { href } = useLocation();
  const [opened, open] = useState(false);
  const [saved, setSaved] = useState<{ query: string; name: string }>();
  if (query === '' || (status !== 'signed-in' && status !== 'anonymous')) return null;
  if (status === 'anonymous') {
    return (
      <Button
        variant="default"
        leftSection={<BookmarkIcon />}
        renderRoot={(props) => <Link to="/login" search={{ next: href }} {...props} />}
      >
        Save search
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" leftSection={<BookmarkIcon />} onClick={() => open(true)}>
        Save search
      </Button>
      {/* The place is there before its words: else nobody would hear them. */}
      <span role="status" className={saved?.query === query ? 'saved-word' : 'hidden'}>
        {saved?.query === query && `Saved as “${saved.name}”.`}
      </span>
      {opened && (
        <SaveSearch
          query={query}
          prints={prints}
          done={(name) => {
            setSaved({ query, name });
            open(false);
          }}
          close={() => open(false)}
        />
      )}
    </>
  );
}
