import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { EventLine } from '../alerts/Event';
import { useBeat, useMoved } from '../alerts/useAlerts';
import { distanceOf, formatValue, nameOf, ruleOf, stateOf } from '../alerts/words';
import { unmask } from '../gql';
import {
  AlertEventFieldsFragmentDoc,
  type AlertFieldsFragment,
  AlertFieldsFragmentDoc,
  AlertsAtAGlanceDocument,
} from '../gql/graphql';
import { useNow } from '../ui/hooks';
import { EmptyState } from '../ui/States';
import { Panel } from './Panel';
import { useBeats, useGlance } from './useGlance';

function Near({ alert, now }: { alert: AlertFieldsFragment; now: number }) {
  const { word, look } = stateOf(alert, now);
  const distance = distanceOf(alert);
  return (
    <li className="line" data-testid="near-alert">
      <div className="line-main">
        <Link to="/alerts" search={{ alert: alert.id }} className="link-name">
          {nameOf(alert)}
        </Link>
        <span className={`tag tag-${look}`}>{word}</span>
        <div className="muted small">{ruleOf(alert)}</div>
      </div>
      <div className="glance-end">
        <strong className="num">{formatValue(alert, alert.explanation.value)}</strong>
        {distance && <div className={distance === 'reached' ? 'small up' : 'small muted'}>{distance}</div>}
      </div>
    </li>
  );
}

const NONE: readonly AlertFieldsFragment[] = [];

/** What fired last, and what is about to. */
export function AlertsPanel() {
  const now = useNow();
  const beat = useBeat();
  const { data, error, again } = useGlance(AlertsAtAGlanceDocument, {});
  useBeats(beat, again);
  const viewer = data?.viewer;
  const nearest = useMemo(() => unmask(AlertFieldsFragmentDoc, viewer?.nearestAlerts) ?? NONE, [viewer]);
  useMoved(nearest, again);
  return (
    <Panel
      title="Alerts"
      beside={
        <Link to="/alerts" className="small">
          All alerts
        </Link>
      }
      what="Your alerts"
      found={viewer ?? undefined}
      error={error}
      retry={again}
      rows={6}
    >
      {({ alertEvents }) =>
        nearest.length === 0 && alertEvents.nodes.length === 0 ? (
          <EmptyState title="Nothing is near">
            <p>An alert that fired, or is close to it, stands here.</p>
            <Button
              size="xs"
              variant="default"
              renderRoot={(props) => <Link to="/alerts" search={{ add: 'card' }} {...props} />}
            >
              New alert
            </Button>
          </EmptyState>
        ) : (
          <>
            {alertEvents.nodes.length > 0 && (
              <>
                <h3 className="glance-part">Last fired</h3>
                <ul className="lines">
                  {alertEvents.nodes.map((node) => {
                    const event = unmask(AlertEventFieldsFragmentDoc, node);
                    return <EventLine key={event.id} event={event} alert={node.alert} now={now} />;
                  })}
                </ul>
              </>
            )}
            {nearest.length > 0 && (
              <>
                <h3 className="glance-part">Nearest</h3>
                <ul className="lines">
                  {nearest.map((alert) => (
                    <Near key={alert.id} alert={alert} now={now} />
                  ))}
                </ul>
              </>
            )}
          </>
        )
      }
    </Panel>
  );
}
