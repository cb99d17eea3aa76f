import { Button } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { FirstStepsDocument, type FirstStepsQuery } from '../gql/graphql';
import { CheckIcon } from '../ui/icons';
import { Panel } from './Panel';
import { useBeats, useGlance } from './useGlance';

interface Step {
  done: boolean;
  title: string;
  why: string;
  ways: readonly { label: string; to: LinkProps['to']; search?: Record<string, string> }[];
}

function stepsOf(viewer: NonNullable<FirstStepsQuery['viewer']>): Step[] {
  return [
    {
      done: viewer.inventory.totalLots > 0,
      title: 'Enter what you own',
      why: 'Then you see what it is worth, and what moves it.',
      ways: [
        { label: 'Import a collection', to: '/inventory/import' },
        { label: 'Add copies', to: '/inventory', search: { add: 'card' } },
      ],
    },
    {
      done: viewer.alerts.nodes.length > 0,
      title: 'Be told of a price',
      why: 'An alert tells you when a price is there to stay.',
      ways: [{ label: 'Make an alert', to: '/alerts', search: { add: 'card' } }],
    },
    {
      done: viewer.wantLists.some(({ totalWants }) => totalWants > 0),
      title: 'Write down what you look for',
      why: 'You see what is missing, what it costs, and when it is cheap enough.',
      ways: [{ label: 'Add a want', to: '/wants' }],
    },
    {
      done: viewer.notificationPreferences.chosen,
      title: 'Choose what comes by e-mail',
      why: 'And when you want to be left alone.',
      ways: [{ label: 'Notification settings', to: '/settings/notifications' }],
    },
  ];
}

function Line({ step }: { step: Step }) {
  return (
    <li className="line step" data-done={step.done} data-testid="step">
      <span className="step-mark">
        {step.done && <CheckIcon />}
        <span className="hidden">{step.done ? 'Done:' : 'To do:'}</span>
      </span>
      <div className="line-main">
        <strong>{step.title}</strong>
        <div className="muted small">{step.why}</div>
      </div>
      {!step.done && (
        <div className="row">
          {step.ways.map(({ label, to, search = {} }) => (
            <Button
              key={label}
              size="xs"
              variant="default"
              renderRoot={(props) => <Link to={to} search={search} {...props} />}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
    </li>
  );
}

const keyOf = (identity: string) => `dualcaster.first-steps.${identity}`;

function isDone(identity: string): boolean {
  try {
    return localStorage.getItem(keyOf(identity)) !== null;
  } catch {
    // Storage can be forbidden: then it is asked every time.
    return false;
  }
}

function keep(identity: string): void {
  try {
    localStorage.setItem(keyOf(identity), 'done');
  } catch {
    // See `isDone`.
  }
}

function Steps({ identity, changes, close }: { identity: string; changes: number; close: () => void }) {
  const { data, error, again } = useGlance(FirstStepsDocument, {});
  useBeats(changes, again);
  const steps = data?.viewer ? stepsOf(data.viewer) : undefined;
  const left = steps?.filter(({ done }) => !done).length;
  const done = left === 0;
  useEffect(() => {
    // It is never asked again whether somebody has begun who has.
    if (done) keep(identity);
  }, [done, identity]);
  if (done) return null;
  return (
    <Panel
      title="First steps"
      beside={
        <Button size="compact-xs" variant="subtle" onClick={close}>
          Hide
        </Button>
      }
      what="Your first steps"
      found={steps}
      error={error}
      retry={again}
      rows={4}
      skeleton="skeleton-step"
    >
      {(all) => (
        <ol className="lines steps">
          {all.map((step) => (
            <Line key={step.title} step={step} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

/** What somebody who is new does first; it goes when it is done, or not wanted. */
export function FirstSteps({ identity, changes }: { identity: string; changes: number }) {
  const [gone, setGone] = useState(() => isDone(identity));
  if (gone) return null;
  const close = () => {
    keep(identity);
    setGone(true);
  };
  return <Steps identity={identity} changes={changes} close={close} />;
}
