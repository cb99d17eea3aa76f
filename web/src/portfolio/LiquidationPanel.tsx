import { useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import {
  type PortfolioInput,
  PortfolioLiquidationDocument,
  type PortfolioLiquidationQuery,
} from '../gql/graphql';
import { formatMoney } from '../lib/money';
import { formatMoment } from '../lib/time';
import { ErrorNotice, SkeletonRows } from '../ui/States';

const count = new Intl.NumberFormat();

type Offer = NonNullable<PortfolioLiquidationQuery['viewer']>['portfolio']['liquidation'];

function Liquidation({ offer, copies }: { offer: Offer; copies: number }) {
  const rest = [
    [offer.tooMany, 'beyond what it wants'],
    [offer.unwanted, 'it does not buy'],
    [offer.unboughtGrade, 'in a state it names no price for'],
    [offer.particular, 'altered, misprinted or graded'],
    [offer.withoutLimit, 'of those without a stated limit'],
  ] as const;
  return (
    <>
      <dl className="portfolio-figures">
        <div>
          <dt>Cash</dt>
          <dd>{formatMoney(offer.cash)}</dd>
        </div>
        <div>
          <dt>Store credit</dt>
          <dd>{formatMoney(offer.credit)}</dd>
        </div>
        <div>
          <dt>Market value of the same copies</dt>
          <dd>{formatMoney(offer.marketValue)}</dd>
        </div>
        <div>
          <dt>Copies it would take</dt>
          <dd>
            {count.format(offer.taken)} <span className="muted small">of {count.format(copies)}</span>
          </dd>
        </div>
      </dl>
      <div className="panel-foot portfolio-notes">
        <span>
          By Card Kingdom’s buylist, in the demo market by a simulated one
          {offer.asOf ? `, as of ${formatMoment(offer.asOf)}` : ''}.
        </span>
        {rest.map(([left, why]) =>
          left > 0 ? (
            <span key={why}>
              {count.format(left)} copies {why}
            </span>
          ) : null,
        )}
      </div>
    </>
  );
}

/** What a store would pay for the collection. */
export function LiquidationPanel({ by, copies }: { by: PortfolioInput; copies: number }) {
  const [{ data, error }, ask] = useQuery({
    query: PortfolioLiquidationDocument,
    variables: { by },
    requestPolicy: 'cache-and-network',
  });
  const offer = data?.viewer?.portfolio.liquidation;
  const shown = useRef(copies);
  useEffect(() => {
    if (shown.current !== copies) ask({ requestPolicy: 'network-only' });
    shown.current = copies;
  }, [copies, ask]);
  return (
    <section className="panel" aria-labelledby="portfolio-liquidation">
      <div className="panel-head">
        <h2 id="portfolio-liquidation">What a store would pay today</h2>
      </div>
      {error && !offer ? (
        <ErrorNotice
          what="What a store would pay"
          error={error}
          retry={() => ask({ requestPolicy: 'network-only' })}
        />
      ) : offer ? (
        <Liquidation offer={offer} copies={copies} />
      ) : (
        <SkeletonRows rows={3} />
      )}
    </section>
  );
}
