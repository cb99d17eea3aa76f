import '../styles/settings.css';
import '../styles/forms.css';
import '../styles/inventory.css';
import '../styles/searches.css';
import { ActionIcon, Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Private } from '../account/Private';
import { useAttempt } from '../admin/useAction';
import { answered, settle } from '../forms/problems';
import {
  CreateSavedSearchDocument,
  DeleteSavedSearchDocument,
  type SavedSearchFieldsFragment,
} from '../gql/graphql';
import { useTitle } from '../ui/hooks';
import { MoreIcon } from '../ui/icons';
import { RemovedBar } from '../ui/RemovedBar';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Count } from './Count';
import type { Counted } from './counted';
import { EditSearch } from './SaveSearch';
import { SearchLink } from './SearchLink';
import { inputOf, useSearches } from './useSearches';

type Search = SavedSearchFieldsFragment;

interface Actions {
  edit: (search: Search) => void;
  remove: (search: Search) => void;
}

/** Changes that need no panel; what the server refuses is thrown. */
function useChanges() {
  const [, create] = useMutation(CreateSavedSearchDocument);
  const [, remove] = useMutation(DeleteSavedSearchDocument);
  return {
    remove: async ({ id }: Search) => settle((await answered(remove({ id }))).deleteSavedSearch),
    addAgain: async (search: Search) =>
      settle((await answered(create({ input: inputOf(search) }))).createSavedSearch),
  };
}

function Line({ counted, actions }: { counted: Counted; actions: Actions }) {
  const { search } = counted;
  return (
    <li className="line" data-testid="saved-search">
      <div className="line-main">
        <SearchLink search={search} />
        {search.tells && <span className="tag tag-told">Tells</span>}
        <div className="muted small mono">{search.query}</div>
      </div>
      <div className="search-found">
        <span className="num">
          <Count counted={counted} />
        </span>{' '}
        <span className="muted small">{search.prints ? 'printings' : 'cards'}</span>
      </div>
      <Menu position="bottom-end" width={160}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={`What to do with ${search.name}`}>
            <MoreIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => actions.edit(search)}>Edit…</Menu.Item>
          <Menu.Item onClick={() => actions.remove(search)}>Delete</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function List({ searches, actions }: { searches: readonly Counted[]; actions: Actions }) {
  if (searches.length === 0) {
    return (
      <EmptyState title="No saved search yet">
        <p>
          Search the card browser and choose “Save search”: here you see how much it finds as prices move, and
          you can be told what is new in it.
        </p>
        <Button size="xs" renderRoot={(props) => <Link to="/cards" {...props} />}>
          Search cards
        </Button>
      </EmptyState>
    );
  }
  return (
    <ul className="lines">
      {searches.map((counted) => (
        <Line key={counted.search.id} counted={counted} actions={actions} />
      ))}
    </ul>
  );
}

function Page() {
  const { searches, error, retry } = useSearches();
  const [editing, edit] = useState<Search>();
  const [removed, setRemoved] = useState<Search>();
  const { remove, addAgain } = useChanges();
  const { run, failure } = useAttempt((act: () => Promise<void>) => act(), retry);
  const actions = {
    edit,
    remove: (search: Search) =>
      run(async () => {
        await remove(search);
        setRemoved(search);
      }),
  };
  const back = (search: Search) =>
    run(async () => {
      await addAgain(search);
      setRemoved(undefined);
    });
  return (
    <>
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
      {error && <ErrorNotice what="Your searches" error={error} retry={retry} />}
      {(searches || !error) && (
        <section className="panel" aria-label="Your saved searches" aria-busy={!searches}>
          {searches ? <List searches={searches} actions={actions} /> : <SkeletonRows rows={6} />}
        </section>
      )}
      {editing && (
        <EditSearch
          search={editing}
          done={() => {
            edit(undefined);
            retry();
          }}
          close={() => edit(undefined)}
        />
      )}
      <RemovedBar
        text={removed && `“${removed.name}” is gone.`}
        addBack={() => removed && back(removed)}
        close={() => setRemoved(undefined)}
      />
    </>
  );
}

/** What somebody comes back to search for. */
export function SearchesPage() {
  useTitle('Saved searches');
  return (
    <div className="page inventory">
      <div className="spread">
        <h1>Saved searches</h1>
        <Link to="/cards">Search cards</Link>
      </div>
      <Private>
        <Page />
      </Private>
    </div>
  );
}
