import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { CombinedError } from 'urql';
import { unmask } from '../gql';
import {
  CardPrintingsDocument,
  PriceFieldsFragmentDoc,
  type PrintingRowFragment,
  PrintingRowFragmentDoc,
} from '../gql/graphql';
import { currentClient } from '../graphql/client';
import { CURRENCIES, headline, RARITY } from '../lib/labels';
import { formatDay } from '../lib/time';
import { useCurrency } from '../shell/currency';
import { LivePrice } from '../ui/Price';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import type { CardData } from './types';

interface Pages {
  rows: PrintingRowFragment[];
  cursor: string | null;
  more: boolean;
  loading: boolean;
  error: CombinedError | null;
}

const START: Pages = { rows: [], cursor: null, more: true, loading: true, error: null };

async function read(id: string, after: string | null, before: PrintingRowFragment[]): Promise<Pages> {
  const { data, error } = await currentClient().query(CardPrintingsDocument, { id, after }).toPromise();
  const page = data?.card?.printings;
  if (!page) return { rows: before, cursor: after, more: true, loading: false, error: error ?? null };
  return {
    rows: [...before, ...unmask(PrintingRowFragmentDoc, page.nodes)],
    cursor: page.pageInfo.endCursor,
    more: page.pageInfo.hasNextPage,
    loading: false,
    error: error ?? null,
  };
}

function usePrintings(id: string) {
  const [pages, setPages] = useState(START);
  useEffect(() => {
    let stopped = false;
    const start = async () => {
      const first = await read(id, null, []);
      if (!stopped) setPages(first);
    };
    void start();
    return () => {
      stopped = true;
    };
  }, [id]);
  const more = () => {
    setPages((now) => ({ ...now, loading: true, error: null }));
    void read(id, pages.cursor, pages.rows).then(setPages);
  };
  return { ...pages, next: more };
}

function Row({
  printing,
  cardId,
  selected,
}: {
  printing: PrintingRowFragment;
  cardId: string;
  selected: boolean;
}) {
  const current = useCurrency();
  const prices = unmask(PriceFieldsFragmentDoc, printing.latestPrices);
  return (
    <tr className={selected ? 'selected' : ''} data-testid="printing-row">
      <td>
        <Link
          to="/cards/$id"
          params={{ id: cardId }}
          search={(old) => ({ ...old, printing: printing.id })}
          resetScroll={false}
          aria-current={selected ? 'true' : undefined}
          className="link-name"
        >
          {printing.set.name}
        </Link>{' '}
        {printing.removed && <span className="tag tag-warn">Withdrawn</span>}
        {printing.digital && <span className="tag">Digital</span>}
      </td>
      <td className="nowrap">
        <span className={`dot rarity-${printing.rarity}`} title={RARITY[printing.rarity]} />
        <span className="hidden">{RARITY[printing.rarity]}</span>{' '}
        <span className="muted">
          {printing.set.code.toUpperCase()} {printing.collectorNumber}
          {printing.language !== 'en' && ` ${printing.language.toUpperCase()}`}
        </span>
      </td>
      <td className="muted nowrap optional">{formatDay(printing.releasedAt)}</td>
      {CURRENCIES.map((currency) => {
        const price = headline(prices, currency);
        return (
          <td key={currency} className={`num ${currency === current ? 'chosen' : 'muted optional'}`}>
            {price ? <LivePrice price={price} /> : '—'}
          </td>
        );
      })}
    </tr>
  );
}

/** Every printing of the card, newest first; choosing one keeps the range and the place on the page. */
export function Printings({ card, selected }: { card: CardData; selected: string }) {
  const { rows, more, loading, error, next } = usePrintings(card.id);
  const current = useCurrency();
  return (
    <section className="panel" aria-labelledby="printings">
      <div className="panel-head">
        <h2 id="printings">Printings</h2>
        <span className="muted small num">{card.printingCount}</span>
      </div>
      {rows.length > 0 && (
        <div className="scroll-x">
          <table className="data">
            <thead>
              <tr>
                <th>Set</th>
                <th>Number</th>
                <th className="optional">Released</th>
                {CURRENCIES.map((currency) => (
                  <th key={currency} className={`num ${currency === current ? '' : 'optional'}`}>
                    {currency}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((printing) => (
                <Row
                  key={printing.id}
                  printing={printing}
                  cardId={card.id}
                  selected={printing.id === selected}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {loading && rows.length === 0 && <SkeletonRows rows={Math.min(8, card.printingCount)} />}
      {error && <ErrorNotice what="The printings" error={error} retry={next} />}
      {more && rows.length > 0 && !error && (
        <div className="panel-foot">
          <Button size="xs" variant="default" loading={loading} onClick={next}>
            Show more
          </Button>
        </div>
      )}
    </section>
  );
}
