import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { unmask } from '../gql';
import {
  OfferFieldsFragmentDoc,
  type PortfolioInput,
  WantFieldsFragmentDoc,
  WantsReachedDocument,
  type WantsReachedQuery,
} from '../gql/graphql';
import { SOURCE } from '../lib/labels';
import { formatMoney } from '../lib/money';
import { EmptyState } from '../ui/States';
import { limitsOf, whichOf } from '../wants/words';
import { Panel } from './Panel';
import { useBeats, useGlance, usePulse } from './useGlance';

/** No feed tells what all wants cost. */
const EVERY = 20_000;

type Reached = NonNullable<WantsReachedQuery['viewer']>['wantsReached'][number];

function Line({ reached }: { reached: Reached }) {
  const want = unmask(WantFieldsFragmentDoc, reached);
  const best = unmask(OfferFieldsFragmentDoc, reached.bestPrice);
  return (
    <li className="line" data-testid="reached-want">
      <div className="line-main">
        <Link
          to="/cards/$id"
          params={{ id: want.card.id }}
          search={best ? { printing: best.printing.id } : {}}
          className="link-name"
        >
          {want.card.name}
        </Link>
        <div className="muted small">
          {[whichOf(want), ...limitsOf(want), best && SOURCE[best.source]].filter(Boolean).join(' · ')} ·{' '}
          <Link to="/wants" search={{ list: reached.listId }}>
            {want.missing} missing<span className="hidden">: {want.card.name} among your wants</span>
          </Link>
        </div>
      </div>
      <div className="glance-end">
        <strong className="num up">{formatMoney(best?.converted ?? best?.money)}</strong>
        <div className="muted small nowrap">target {formatMoney(want.target?.price)}</div>
      </div>
    </li>
  );
}

/** What costs no more than somebody would pay. */
export function WantsPanel({ currency, changes }: { currency: PortfolioInput['currency']; changes: number }) {
  const { data, error, again } = useGlance(WantsReachedDocument, { currency: currency ?? 'USD' });
  const pulse = usePulse(EVERY);
  useBeats(pulse + changes, again);
  return (
    <Panel
      title="Wants at your price"
      beside={
        <Link to="/wants" className="small">
          All wants
        </Link>
      }
      what="Your wants"
      found={data?.viewer?.wantsReached}
      error={error}
      retry={again}
      rows={4}
    >
      {(reached) =>
        reached.length === 0 ? (
          <EmptyState title="Nothing is as cheap as you want it">
            <p>Give a want a target: when a copy costs no more, it stands here.</p>
            <Button size="xs" variant="default" renderRoot={(props) => <Link to="/wants" {...props} />}>
              Your wants
            </Button>
          </EmptyState>
        ) : (
          <ul className="lines">
            {reached.map((one) => (
              <Line key={unmask(WantFieldsFragmentDoc, one).id} reached={one} />
            ))}
          </ul>
        )
      }
    </Panel>
  );
}
