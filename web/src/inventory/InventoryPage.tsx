import '../styles/settings.css';
import '../styles/cards.css';
import '../styles/records.css';
import '../styles/forms.css';
import '../styles/inventory.css';
import { Button, SegmentedControl } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Private } from '../account/Private';
import { useTitle } from '../ui/hooks';
import { ErrorNotice } from '../ui/States';
import { AddCopies } from './AddCopies';
import { Binders } from './Binders';
import { Cards } from './Cards';
import { type Deed, InventoryContext } from './context';
import { History } from './History';
import { UndoBar } from './UndoBar';
import { useBinders, useLots } from './useLots';
import { copies, lots } from './words';

const route = getRouteApi('/inventory');

const TABS = [
  { value: 'cards', label: 'Cards' },
  { value: 'binders', label: 'Binders' },
  { value: 'history', label: 'History' },
] as const;

type Totals = ReturnType<typeof useLots>['state']['totals'];

function Head({ totals, add }: { totals: Totals; add: () => void }) {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="spread">
      <div>
        <h1>Inventory</h1>
        <p className="muted num totals" role="status" data-testid="totals">
          {totals ? `${copies(totals.copies)} in ${lots(totals.lots)}` : ' '}
        </p>
      </div>
      <div className="row">
        <SegmentedControl
          size="xs"
          aria-label="View"
          value={tab}
          data={[...TABS]}
          onChange={(value) => void navigate({ search: (old) => ({ ...old, tab: value }) })}
        />
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => <Link to="/inventory/import" {...props} />}
        >
          Import
        </Button>
        <Button size="xs" onClick={add}>
          Add copies
        </Button>
      </div>
    </div>
  );
}

function Inventory() {
  const { tab, q: query, binder, trade, order, direction, add } = route.useSearch();
  const navigate = route.useNavigate();
  const { store, state } = useLots({ query, binder, trade, order, direction });
  const { binders, error, readBinders } = useBinders(state.beat);
  const [deed, done] = useState<Deed>();
  const [refusal, refuse] = useState<string>();
  const adding = (value: string | undefined) =>
    void navigate({ search: (old) => ({ ...old, add: value }), replace: value === undefined });
  return (
    <InventoryContext value={{ store, binders, readBinders, done, refuse }}>
      <Head totals={state.totals} add={() => adding('card')} />
      {error && !binders && <ErrorNotice what="Your binders" error={error} retry={readBinders} />}
      {tab === 'cards' && <Cards state={state} />}
      {tab === 'binders' && <Binders />}
      {tab === 'history' && <History beat={state.beat} />}
      {add !== undefined && <AddCopies add={add} binder={binder} close={() => adding(undefined)} />}
      <UndoBar deed={deed} refusal={refusal} />
    </InventoryContext>
  );
}

/** What somebody owns. */
export function InventoryPage() {
  useTitle('Inventory');
  return (
    <div className="page inventory">
      <Private>
        <Inventory />
      </Private>
    </div>
  );
}
