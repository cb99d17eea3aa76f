import '../styles/settings.css';
import '../styles/cards.css';
import '../styles/forms.css';
import '../styles/inventory.css';
import '../styles/wants.css';
import { Button, Modal, NativeSelect } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useMutation } from 'urql';
import { Private } from '../account/Private';
import { useAttempt } from '../admin/useAction';
import { type Action, Form } from '../forms/Form';
import { SelectField } from '../forms/fields';
import { answered, settle } from '../forms/problems';
import { unmask } from '../gql';
import {
  AddWantsDocument,
  EditWantsDocument,
  MoveWantsDocument,
  RemoveWantsDocument,
  type WantListFieldsFragment,
  type WantPatchInput,
  WantsOutcomeFragmentDoc,
} from '../gql/graphql';
import { copies } from '../inventory/words';
import { MoreButton } from '../settings/MoreButton';
import { useTitle } from '../ui/hooks';
import { RemovedBar } from '../ui/RemovedBar';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { Lists } from './Lists';
import { Paste } from './Paste';
import { useLists, useWants, type WantRow } from './useWants';
import { AddWant, EditWant } from './WantForm';
import { WantTable } from './WantTable';
import { again as asWanted, ORDERS, problemsAt } from './words';

const route = getRouteApi('/wants');
type List = WantListFieldsFragment;

/** Changes that need no panel; what the server refuses is thrown. */
function useChanges(list: string) {
  const [, edit] = useMutation(EditWantsDocument);
  const [, remove] = useMutation(RemoveWantsDocument);
  const [, add] = useMutation(AddWantsDocument);
  return {
    set: async ({ want }: WantRow, set: WantPatchInput) => {
      const payload = (await answered(edit({ edits: [{ wantId: want.id, set }] }))).editWants;
      settle(unmask(WantsOutcomeFragmentDoc, payload));
    },
    remove: async ({ want }: WantRow) => {
      const payload = (await answered(remove({ ids: [want.id] }))).removeWants;
      settle(unmask(WantsOutcomeFragmentDoc, payload));
    },
    addAgain: async ({ want }: WantRow) => {
      const payload = (await answered(add({ listId: list, wants: [asWanted(want)] }))).addWants;
      settle(unmask(WantsOutcomeFragmentDoc, payload));
    },
  };
}

function Move({
  row,
  lists,
  list,
  done,
}: {
  row: WantRow;
  lists: readonly List[];
  list: List;
  done: () => void;
}) {
  const [, move] = useMutation(MoveWantsDocument);
  const others = lists.filter(({ id }) => id !== list.id).map(({ id, name }) => ({ value: id, label: name }));
  const action: Action = async (values) => {
    const payload = (await answered(move({ ids: [row.want.id], listId: values.text('list') }))).moveWants;
    const { errors } = unmask(WantsOutcomeFragmentDoc, payload);
    if (errors.length === 0) done();
    return problemsAt(errors);
  };
  return (
    <Modal opened onClose={done} title={`Move ${row.want.card.name}`} centered>
      <Form action={action} submit="Move">
        <SelectField name="list" label="To" data={others} />
      </Form>
    </Modal>
  );
}

function Wants({ list, lists, changed }: { list: List; lists: readonly List[]; changed: () => void }) {
  const { sort } = route.useSearch();
  const pages = useWants(list.id, sort, changed);
  const [editing, edit] = useState<WantRow>();
  const [moving, move] = useState<WantRow>();
  const [removed, setRemoved] = useState<WantRow>();
  const { set, remove, addAgain } = useChanges(list.id);
  const done = () => {
    pages.again();
    changed();
  };
  const { run, failure } = useAttempt((act: () => Promise<void>) => act(), done);
  const actions = {
    quantity: (row: WantRow, quantity: number) => run(() => set(row, { quantity })),
    priority: (row: WantRow, priority: number) => run(() => set(row, { priority })),
    edit,
    move: lists.length > 1 ? move : undefined,
    remove: (row: WantRow) =>
      run(async () => {
        await remove(row);
        setRemoved(row);
      }),
  };
  const back = (row: WantRow) =>
    run(async () => {
      await addAgain(row);
      setRemoved(undefined);
    });
  return (
    <>
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
      <section className="panel" aria-label={list.name}>
        {pages.error ? (
          <ErrorNotice what="Wants" error={pages.error} retry={pages.again} />
        ) : pages.nodes.length > 0 ? (
          <WantTable rows={pages.nodes} loading={pages.loading} actions={actions} />
        ) : pages.loading ? (
          <SkeletonRows rows={8} />
        ) : (
          <EmptyState title="Nothing is wanted here yet">
            <p>Add a card, or paste a decklist.</p>
          </EmptyState>
        )}
        {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
      </section>
      {editing && (
        <EditWant
          row={editing}
          close={() => {
            edit(undefined);
            done();
          }}
        />
      )}
      {moving && (
        <Move
          row={moving}
          lists={lists}
          list={list}
          done={() => {
            move(undefined);
            done();
          }}
        />
      )}
      <RemovedBar
        text={removed && `${removed.want.card.name} is wanted no more.`}
        addBack={() => removed && back(removed)}
        close={() => setRemoved(undefined)}
      />
    </>
  );
}

function Head({ list, open }: { list: List | undefined; open: (panel: 'add' | 'paste') => void }) {
  return (
    <div className="spread">
      <div>
        <h1>Wants</h1>
        <p className="muted num totals" role="status" data-testid="want-totals">
          {list ? `${copies(list.wantedCopies)} wanted, ${list.missingCopies} missing` : ' '}
        </p>
      </div>
      <div className="row">
        <Button size="xs" variant="default" onClick={() => open('paste')}>
          Paste a decklist
        </Button>
        <Button size="xs" onClick={() => open('add')}>
          Add a want
        </Button>
      </div>
    </div>
  );
}

function Page() {
  const { list: wanted, sort } = route.useSearch();
  const navigate = route.useNavigate();
  const { lists, error, readLists } = useLists();
  const [panel, open] = useState<'add' | 'paste'>();
  const list = lists?.find(({ id }) => id === wanted) ?? lists?.[0];
  // What came may be in a list that was made for it; the list itself is read anew as it changes.
  const [round, setRound] = useState(0);
  const show = useCallback(
    (id: string | undefined) => void navigate({ search: (old) => ({ ...old, list: id }) }),
    [navigate],
  );
  const came = (id: string) => {
    readLists();
    setRound((count) => count + 1);
    show(id);
  };
  return (
    <>
      <Head list={list} open={open} />
      {error && !lists && <ErrorNotice what="Your lists" error={error} retry={readLists} />}
      {!error && !lists && <SkeletonRows rows={8} />}
      {lists && list && (
        <>
          <div className="spread">
            <Lists lists={lists} list={list} show={show} changed={readLists} />
            <NativeSelect
              size="xs"
              aria-label="Order"
              value={sort}
              data={ORDERS}
              onChange={(event) => {
                const order = ORDERS.find(({ value }) => value === event.currentTarget.value);
                if (order) void navigate({ search: (old) => ({ ...old, sort: order.value }) });
              }}
            />
          </div>
          <Wants key={`${list.id} ${round}`} list={list} lists={lists} changed={readLists} />
        </>
      )}
      {lists && !list && (
        <EmptyState title="You want nothing yet">
          <p>Add a card that you look for, or paste a decklist: you see what is missing and what it costs.</p>
        </EmptyState>
      )}
      {panel === 'add' && (
        <AddWant
          list={list?.id}
          added={(id) => {
            open(undefined);
            came(id);
          }}
          close={() => open(undefined)}
        />
      )}
      {panel === 'paste' && <Paste list={list?.id} pasted={came} close={() => open(undefined)} />}
    </>
  );
}

/** What somebody looks for. */
export function WantsPage() {
  useTitle('Wants');
  return (
    <div className="page inventory wants">
      <Private>
        <Page />
      </Private>
    </div>
  );
}
