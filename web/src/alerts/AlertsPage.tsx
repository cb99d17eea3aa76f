import '../styles/settings.css';
import '../styles/cards.css';
import '../styles/forms.css';
import '../styles/inventory.css';
import '../styles/alerts.css';
import { Button, Modal, SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { Private } from '../account/Private';
import { useAttempt } from '../admin/useAction';
import { type Action, Form } from '../forms/Form';
import { answered } from '../forms/problems';
import { type AlertFieldsFragment, DeleteAlertDocument } from '../gql/graphql';
import { MoreButton } from '../settings/MoreButton';
import { useFocusBack, useNow, useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { AddAlert, EditAlert } from './AlertForm';
import { AlertList } from './AlertList';
import { EventLine } from './Event';
import { useAlerts, useBeat, useChanges, useHappened } from './useAlerts';
import { nameOf, problemsAt } from './words';

const route = getRouteApi('/alerts');
const DAY = 86_400_000;

type Alert = AlertFieldsFragment;

function Delete({ alert, done, close }: { alert: Alert; done: () => void; close: () => void }) {
  useFocusBack();
  const [, remove] = useMutation(DeleteAlertDocument);
  const action: Action = async () => {
    const { errors } = (await answered(remove({ id: alert.id }))).deleteAlert;
    if (errors.length === 0) done();
    return problemsAt(errors);
  };
  return (
    <Modal opened onClose={close} title={`Delete the alert about ${nameOf(alert)}?`} centered>
      <Form
        danger
        submit="Delete alert"
        action={action}
        beside={
          <Button size="sm" variant="subtle" onClick={close}>
            Cancel
          </Button>
        }
      >
        <p>What became of it goes with it, and cannot come back. To silence it for a while, pause it.</p>
      </Form>
    </Modal>
  );
}

function Alerts({ beat, add }: { beat: number; add: () => void }) {
  const { alert: opened } = route.useSearch();
  const navigate = route.useNavigate();
  const { nodes, loading, error, hasMore, more, again, refresh } = useAlerts(beat);
  const [dialog, show] = useState<{ what: 'edit' | 'delete'; alert: Alert }>();
  const { pause, snooze } = useChanges();
  const { run, failure } = useAttempt((act: () => Promise<void>) => act(), refresh);
  const close = () => show(undefined);
  const done = () => {
    close();
    refresh();
  };
  const actions = {
    edit: (alert: Alert) => show({ what: 'edit', alert }),
    remove: (alert: Alert) => show({ what: 'delete', alert }),
    pause: (alert: Alert, paused: boolean) => run(() => pause(alert, paused)),
    snooze: (alert: Alert, days: number | null) =>
      run(() => snooze(alert, days === null ? null : new Date(Date.now() + days * DAY).toISOString())),
  };
  return (
    <>
      {failure && (
        <p role="alert" className="down">
          {failure}
        </p>
      )}
      <section className="panel" aria-label="Your alerts">
        {/* What is there stays while it cannot be read anew. */}
        {error && <ErrorNotice what="Your alerts" error={error} retry={again} />}
        {nodes.length > 0 ? (
          <AlertList
            alerts={nodes}
            loading={loading}
            actions={actions}
            opened={opened}
            open={(id) =>
              void navigate({
                search: (old) => ({ ...old, alert: id }),
                replace: true,
                resetScroll: false,
              })
            }
          />
        ) : loading ? (
          <SkeletonRows rows={6} />
        ) : error ? null : (
          <EmptyState title="No alert yet">
            <p>
              Say which card and what price, and you are told when it is there to stay. Before you save it you
              see how often it would have fired in the last year.
            </p>
            <Button size="xs" onClick={add}>
              Make the first one
            </Button>
          </EmptyState>
        )}
        {hasMore && <MoreButton onMore={more} busy={loading} />}
      </section>
      {dialog?.what === 'edit' && <EditAlert alert={dialog.alert} done={done} close={close} />}
      {dialog?.what === 'delete' && <Delete alert={dialog.alert} done={done} close={close} />}
    </>
  );
}

function Happened({ beat }: { beat: number }) {
  const now = useNow();
  const { nodes, loading, error, hasMore, more, again } = useHappened(beat);
  return (
    <section className="panel" aria-label="What happened" aria-busy={loading}>
      {error ? (
        <ErrorNotice what="What happened" error={error} retry={again} />
      ) : nodes.length > 0 ? (
        <ul className="lines">
          {nodes.map(({ event, alert }) => (
            <EventLine key={event.id} event={event} alert={alert} now={now} />
          ))}
        </ul>
      ) : loading ? (
        <SkeletonRows rows={6} />
      ) : (
        <EmptyState title="Nothing happened yet">
          <p>When an alert fires it is written down here, and why you were not told, if you were not.</p>
        </EmptyState>
      )}
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </section>
  );
}

function Page() {
  const { view, add, of } = route.useSearch();
  const navigate = route.useNavigate();
  const beat = useBeat();
  const [made, setMade] = useState(0);
  const adding = (value: 'card' | undefined) =>
    void navigate({
      search: (old) => ({ ...old, add: value, of: undefined }),
      replace: value === undefined,
    });
  const done = () => {
    setMade((count) => count + 1);
    void navigate({ search: {}, replace: true });
  };
  return (
    <>
      <div className="spread">
        <h1>Alerts</h1>
        <div className="row">
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view}
            data={[
              { value: 'list', label: 'Alerts' },
              { value: 'events', label: 'What happened' },
            ]}
            onChange={(value) => void navigate({ search: { view: value === 'events' ? 'events' : 'list' } })}
          />
          <Button size="xs" onClick={() => adding('card')}>
            New alert
          </Button>
        </div>
      </div>
      {view === 'events' ? (
        <Happened beat={beat} />
      ) : (
        <Alerts beat={beat + made} add={() => adding('card')} />
      )}
      {add && <AddAlert add={add} of={of} done={done} close={() => adding(undefined)} />}
    </>
  );
}

/** What somebody wants to be told of. */
export function AlertsPage() {
  useTitle('Alerts');
  return (
    <div className="page inventory alerts">
      <Private>
        <Page />
      </Private>
    </div>
  );
}
