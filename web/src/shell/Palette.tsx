import { useDebouncedValue, useHotkeys } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { PaletteDocument } from '../gql/graphql';
import { ManaCost } from '../ui/Mana';

const [store, controls] = createSpotlight();

export const openPalette = controls.open;

/** The cards arrive after the list has chosen its first line; Enter must mean the best card. */
function selectFirst(): void {
  const list = document.getElementById(store.getState().listId);
  list?.querySelector('[data-selected]')?.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((state) => ({ ...state, selected: 0 }));
}

const PAGES = [
  { label: 'Market overview', to: '/' },
  { label: 'Card browser', to: '/cards' },
  { label: 'Saved searches', to: '/searches' },
  { label: 'Sets', to: '/sets' },
  { label: 'News', to: '/news' },
  { label: 'Tournaments', to: '/tournaments' },
  { label: 'Dashboard', to: '/dashboard' },
  { label: 'Inventory', to: '/inventory' },
  { label: 'Portfolio', to: '/portfolio' },
  { label: 'Import a collection', to: '/inventory/import' },
  { label: 'Wants', to: '/wants' },
  { label: 'Alerts', to: '/alerts' },
  { label: 'Notifications', to: '/notifications' },
  { label: 'About the data', to: '/about' },
  { label: 'Settings', to: '/settings' },
  { label: 'API keys', to: '/settings/keys' },
] as const;

function CardMatches({ text, leave }: { text: string; leave: () => void }) {
  const navigate = useNavigate();
  const [{ data, fetching, error }] = useQuery({
    query: PaletteDocument,
    variables: { text },
    pause: text.length < 2,
  });
  const matches = text.length < 2 ? [] : (data?.autocomplete ?? []);
  useEffect(() => {
    if (data?.autocomplete.length) selectFirst();
  }, [data]);
  if (error) return <Spotlight.Empty>Search does not answer. Try again in a moment.</Spotlight.Empty>;
  if (matches.length === 0) {
    return fetching ? <Spotlight.Empty>Searching…</Spotlight.Empty> : null;
  }
  return (
    <Spotlight.ActionsGroup label="Cards">
      {matches.map(({ name, card }) => (
        <Spotlight.Action
          key={card.id}
          label={name}
          description={`${card.typeLine} · ${card.printingCount} ${card.printingCount === 1 ? 'printing' : 'printings'}`}
          rightSection={<ManaCost cost={card.manaCost} />}
          onClick={() => {
            leave();
            void navigate({ to: '/cards/$id', params: { id: card.id } });
          }}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

/** Ctrl-K or `/`: any card, any page. */
export function Palette() {
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query.trim(), 120);
  // The empty list lets the shortcut work while a radio or a select holds the focus.
  useHotkeys([['mod+K', openPalette]], []);
  useHotkeys([['/', openPalette]]);
  const pages = PAGES.filter((page) => page.label.toLowerCase().includes(query.trim().toLowerCase()));
  const leave = () => setQuery('');
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      scrollable
      maxHeight="60vh"
    >
      <Spotlight.Search placeholder="Find a card or a page…" aria-label="Find a card or a page" />
      <Spotlight.ActionsList>
        <CardMatches text={settled} leave={leave} />
        {query.trim() !== '' && (
          <Spotlight.ActionsGroup label="Search">
            <Spotlight.Action
              label={`Search the card browser for “${query.trim()}”`}
              onClick={() => {
                leave();
                void navigate({ to: '/cards', search: { q: query.trim() } });
              }}
            />
          </Spotlight.ActionsGroup>
        )}
        {pages.length > 0 && (
          <Spotlight.ActionsGroup label="Go to">
            {pages.map((page) => (
              <Spotlight.Action
                key={page.to}
                label={page.label}
                onClick={() => {
                  leave();
                  void navigate({ to: page.to });
                }}
              />
            ))}
            <Spotlight.Action label="API explorer" onClick={() => location.assign('/explorer')} />
          </Spotlight.ActionsGroup>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
