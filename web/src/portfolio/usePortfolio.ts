import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import {
  PortfolioDocument,
  type PortfolioInput,
  PortfolioUpdatedDocument,
  type PortfolioUpdatedSubscription,
  type Source,
} from '../gql/graphql';
import { type Direction, direction } from '../lib/money';
import { subscribeLive } from '../live/socket';
import { useCurrency } from '../shell/currency';

type Update = PortfolioUpdatedSubscription['portfolioUpdated'];

interface Live {
  of: PortfolioInput;
  update: Update;
  way: Direction;
  beat: number;
  /** Counts up when the inventory changed, or may have. */
  changes: number;
}

/** What values the portfolio: the currency of the address, and the market. Tickets are no money. */
export function useBasis(source: Source | 'best'): PortfolioInput {
  const chosen = useCurrency();
  const currency = chosen === 'EUR' ? 'EUR' : 'USD';
  return useMemo(
    () => ({ currency, source: source === 'best' ? null : source, kind: null, includeStale: true }),
    [currency, source],
  );
}

/** What a portfolio is worth now: what the query said, and what the socket said since. */
export function usePortfolio(by: PortfolioInput) {
  const [{ data, error }, ask] = useQuery({
    query: PortfolioDocument,
    variables: { by },
    requestPolicy: 'cache-and-network',
  });
  const [live, setLive] = useState<Live>();
  useEffect(
    () =>
      subscribeLive(PortfolioUpdatedDocument, { by }, ({ portfolioUpdated: update }) => {
        setLive((old) => {
          const before = old?.of === by ? old : undefined;
          const way = direction(before?.update.value.amount, update.value.amount);
          const changed = update.inventoryChanged || update.kind === 'RESET' ? 1 : 0;
          return {
            of: by,
            update,
            way,
            beat: way === 'flat' ? (before?.beat ?? 0) : (before?.beat ?? 0) + 1,
            changes: (before?.changes ?? 0) + changed,
          };
        });
        if (update.inventoryChanged || update.kind === 'RESET') ask({ requestPolicy: 'network-only' });
      }),
    [by, ask],
  );
  return {
    portfolio: data?.viewer?.portfolio,
    error,
    retry: () => ask({ requestPolicy: 'network-only' }),
    live: live?.of === by ? live : undefined,
  };
}
