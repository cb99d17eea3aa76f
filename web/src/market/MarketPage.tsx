import '../styles/market.css';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useEffect, useRef } from 'react';
import { useQuery } from 'urql';
import { MarketOverviewDocument, MoversDocument } from '../gql/graphql';
import { useCurrency } from '../shell/currency';
import { useTitle } from '../ui/hooks';
import { LiveSummary } from '../ui/LiveSummary';
import { ErrorNotice } from '../ui/States';
import { Controls } from './Controls';
import { useMarketFeed } from './feed';
import { MoversPanel } from './Movers';
import { Overview, Sources } from './Overview';
import { Tape } from './Tape';

const route = getRouteApi('/');

/** Lists are ranked anew at most this often, and never under the pointer. */
const RERANK = 10_000;

function useRerank(changed: number, rerank: () => void) {
  const busy = useRef(false);
  const latest = useRef({ changed, rerank });
  useEffect(() => {
    latest.current = { changed, rerank };
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (latest.current.changed > 0 && !busy.current && !document.hidden) latest.current.rerank();
    }, RERANK);
    return () => clearInterval(timer);
  }, []);
  return useCallback((on: boolean) => {
    busy.current = on;
  }, []);
}

export function MarketPage() {
  useTitle('Market');
  const currency = useCurrency();
  const { window, floor, finish } = route.useSearch();
  const feed = useMarketFeed(currency);
  const [overview, readOverview] = useQuery({ query: MarketOverviewDocument, variables: { currency } });
  const [movers, readMovers] = useQuery({
    query: MoversDocument,
    variables: { currency, window, floor, finish: finish === 'ANY' ? null : finish },
    requestPolicy: 'cache-and-network',
  });
  const { ranked } = feed;
  const rerank = useCallback(() => {
    readMovers({ requestPolicy: 'network-only' });
    readOverview({ requestPolicy: 'network-only' });
    ranked();
  }, [readMovers, readOverview, ranked]);
  const setBusy = useRerank(feed.changed, rerank);
  const facts = overview.data?.marketOverview;
  return (
    <div className="page">
      <div className="spread">
        <h1>Market</h1>
        <Controls />
      </div>
      {overview.error && !facts ? (
        <ErrorNotice what="The overview" error={overview.error} retry={rerank} />
      ) : (
        <Overview overview={facts} />
      )}
      <div className="market">
        <div
          className="market-movers"
          onPointerEnter={() => setBusy(true)}
          onPointerLeave={() => setBusy(false)}
          onFocus={() => setBusy(true)}
          onBlur={() => setBusy(false)}
        >
          {movers.error && !movers.data ? (
            <ErrorNotice what="The movers" error={movers.error} retry={rerank} />
          ) : (
            <>
              <MoversPanel title="Gainers" rows={movers.data?.up} changed={feed.changed} rerank={rerank} />
              <MoversPanel title="Losers" rows={movers.data?.down} changed={feed.changed} rerank={rerank} />
            </>
          )}
        </div>
        <div className="stack">
          <Tape shown={feed.shown} held={feed.held.length} hold={feed.hold} />
          {(facts || !overview.error) && <Sources sources={facts?.sources} />}
        </div>
      </div>
      <LiveSummary changed={feed.changed} />
    </div>
  );
}
