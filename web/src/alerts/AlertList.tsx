import { ActionIcon, Button, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useId } from 'react';
import type { AlertFieldsFragment } from '../gql/graphql';
import { SOURCE } from '../lib/labels';
import { formatAgo, formatMoment } from '../lib/time';
import { SetSymbol } from '../sets/SetSymbol';
import { CardImage } from '../ui/CardImage';
import { useNow } from '../ui/hooks';
import { InventoryIcon, MoreIcon } from '../ui/icons';
import { Details } from './Details';
import { distanceOf, formatValue, isSnoozed, nameOf, ruleOf, stateOf, subjectOf, whichOf } from './words';

type Alert = AlertFieldsFragment;

export interface Actions {
  edit: (alert: Alert) => void;
  pause: (alert: Alert, paused: boolean) => void;
  snooze: (alert: Alert, days: number | null) => void;
  remove: (alert: Alert) => void;
}

const SNOOZES = [
  { days: 1, label: 'A day' },
  { days: 7, label: 'A week' },
  { days: 30, label: '30 days' },
];

function Subject({ alert }: { alert: Alert }) {
  const { printing, card, set } = alert;
  const shown = printing ?? card?.defaultPrinting;
  const of = printing?.card ?? card;
  if (shown && of) {
    const facts = { ...of, setCode: shown.set.code, collectorNumber: shown.collectorNumber };
    return (
      <div className="alert-picture" aria-hidden="true">
        <CardImage image={shown.images[0]} facts={facts} />
      </div>
    );
  }
  return (
    <div className="alert-picture alert-set">
      {set && <SetSymbol code={set.code} iconUri={set.iconUri} />}
      {alert.portfolio && <InventoryIcon />}
    </div>
  );
}

function Title({ alert }: { alert: Alert }) {
  const { name, printing, card, set, portfolio } = alert;
  const of = printing?.card ?? card;
  const title = subjectOf(alert);
  return (
    <>
      {name && <span className="alert-name">{name}</span>}
      <div>
        {of ? (
          <Link
            to="/cards/$id"
            params={{ id: of.id }}
            search={printing ? { printing: printing.id } : {}}
            className="link-name"
          >
            {title}
          </Link>
        ) : set ? (
          <Link to="/sets/$code" params={{ code: set.code }} className="link-name">
            {title}
          </Link>
        ) : portfolio ? (
          <Link to="/portfolio" className="link-name">
            {title}
          </Link>
        ) : (
          title
        )}{' '}
        <span className="muted small">{whichOf(alert)}</span>
      </div>
    </>
  );
}

function State({ alert, now }: { alert: Alert; now: number }) {
  const { word, look } = stateOf(alert, now);
  const { ripeAt } = alert.explanation;
  const works = word !== 'Paused' && word !== 'Ended';
  return (
    <div className="alert-state">
      <div className="row">
        <span className={`tag tag-${look}`} data-testid="alert-phase">
          {word}
        </span>
        {isSnoozed(alert, now) && <span className="tag tag-rests">Snoozed</span>}
        {alert.ofWantList && <span className="tag">From a want</span>}
      </div>
      <div className="muted small">
        {works && alert.since && <div>since {formatMoment(alert.since)}</div>}
        {works && ripeAt && (
          <div>
            {alert.phase === 'PENDING' ? 'fires' : 'armed again'} {formatAgo(ripeAt, now)} if it stays
          </div>
        )}
        {isSnoozed(alert, now) && alert.snoozedUntil && (
          <div>quiet until {formatMoment(alert.snoozedUntil)}</div>
        )}
        {alert.expiresAt && word !== 'Ended' && <div>ends {formatMoment(alert.expiresAt)}</div>}
      </div>
    </div>
  );
}

function Price({ alert }: { alert: Alert }) {
  const { value, fresh, printing, source } = alert.explanation;
  if (alert.rule === 'BACK_IN_STOCK') return <div className="alert-price" />;
  const distance = distanceOf(alert);
  return (
    <div className="alert-price">
      <div>
        <strong className="num" data-testid="alert-value">
          {formatValue(alert, value)}
        </strong>{' '}
        {value === null && <span className="muted small">no price now</span>}
        {distance && <span className={distance === 'reached' ? 'small up' : 'small muted'}>{distance}</span>}
      </div>
      <div className="muted small">
        {[
          !alert.card && !alert.printing && printing?.card.name,
          alert.portfolio && alert.source && SOURCE[alert.source],
          printing && `${printing.set.code.toUpperCase()} ${printing.collectorNumber}`,
          source && SOURCE[source],
        ]
          .filter(Boolean)
          .join(', ')}
        {!fresh && ' not confirmed for a day'}
      </div>
    </div>
  );
}

function AlertMenu({ alert, actions, now }: { alert: Alert; actions: Actions; now: number }) {
  return (
    <Menu position="bottom-end" width={190}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={30} aria-label={`What to do with ${nameOf(alert)}`}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {alert.ofWantList ? (
          <Menu.Item renderRoot={(props) => <Link to="/wants" {...props} />}>
            Change it in your wants
          </Menu.Item>
        ) : (
          <Menu.Item onClick={() => actions.edit(alert)}>Edit…</Menu.Item>
        )}
        <Menu.Item onClick={() => actions.pause(alert, !alert.paused)}>
          {alert.paused ? 'Let it work again' : 'Pause'}
        </Menu.Item>
        <Menu.Label>Tell me nothing for</Menu.Label>
        {SNOOZES.map(({ days, label }) => (
          <Menu.Item key={days} onClick={() => actions.snooze(alert, days)}>
            {label}
          </Menu.Item>
        ))}
        {isSnoozed(alert, now) && (
          <Menu.Item onClick={() => actions.snooze(alert, null)}>Tell me again</Menu.Item>
        )}
        {!alert.ofWantList && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => actions.remove(alert)}>Delete…</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function Row({
  alert,
  actions,
  now,
  opened,
  open,
}: {
  alert: Alert;
  actions: Actions;
  now: number;
  opened: boolean;
  open: (id: string | undefined) => void;
}) {
  const details = useId();
  return (
    <li className="alert" data-testid="alert">
      <div className="alert-row">
        <Subject alert={alert} />
        <div className="alert-main">
          <Title alert={alert} />
          <div className="alert-rule">{ruleOf(alert)}</div>
        </div>
        <State alert={alert} now={now} />
        <Price alert={alert} />
        <div className="alert-end">
          <Button
            size="compact-xs"
            variant="default"
            aria-expanded={opened}
            aria-controls={details}
            aria-label={`Why ${nameOf(alert)} fires, or does not`}
            onClick={() => open(opened ? undefined : alert.id)}
          >
            Why?
          </Button>
          <AlertMenu alert={alert} actions={actions} now={now} />
        </div>
      </div>
      <div id={details}>{opened && <Details alert={alert} />}</div>
    </li>
  );
}

/** Alerts, the newest first; one of them can be open. */
export function AlertList({
  alerts,
  loading,
  actions,
  opened,
  open,
}: {
  alerts: readonly Alert[];
  loading: boolean;
  actions: Actions;
  opened: string | undefined;
  open: (id: string | undefined) => void;
}) {
  const now = useNow();
  return (
    <ul className="alert-list" aria-busy={loading}>
      {alerts.map((alert) => (
        <Row
          key={alert.id}
          alert={alert}
          actions={actions}
          now={now}
          opened={alert.id === opened}
          open={open}
        />
      ))}
    </ul>
  );
}
