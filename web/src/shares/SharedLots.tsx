import { useMemo } from 'react';
import { factsOf } from '../cards/facts';
import { unmask } from '../gql';
import {
  PriceFieldsFragmentDoc,
  type PrintingTileFragment,
  PrintingTileFragmentDoc,
  type SharedLotFieldsFragment,
  SharedLotFieldsFragmentDoc,
  SharedLotsDocument,
  type SharedLotsQuery,
} from '../gql/graphql';
import { FLAGS } from '../inventory/facts';
import { GRADE, LANGUAGE } from '../inventory/words';
import { CURRENCIES, FINISH, headline } from '../lib/labels';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { useCurrency } from '../shell/currency';
import { CardImage } from '../ui/CardImage';
import { LivePrice } from '../ui/Price';
import { PrintingLink } from '../ui/PrintingLink';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';

interface Shown {
  lot: SharedLotFieldsFragment;
  printing: PrintingTileFragment;
}

const pageOf = (data: SharedLotsQuery) => {
  const page = data.shared?.lots;
  if (!page) return undefined;
  const nodes = page.nodes.map((node): Shown => {
    const lot = unmask(SharedLotFieldsFragmentDoc, node);
    return { lot, printing: unmask(PrintingTileFragmentDoc, lot.printing) };
  });
  return { pageInfo: page.pageInfo, nodes };
};

/** The price of its finish: in the chosen currency, else in the first that has one. */
function Price({ lot }: { lot: SharedLotFieldsFragment }) {
  const chosen = useCurrency();
  const prices = unmask(PriceFieldsFragmentDoc, lot.printing.latestPrices ?? []).filter(
    ({ finish }) => finish === lot.finish,
  );
  const price = [chosen, ...CURRENCIES].map((currency) => headline(prices, currency)).find(Boolean);
  return <span className="num tile-price">{price ? <LivePrice price={price} /> : '—'}</span>;
}

/** What is special about the copies; what most are is not said. */
function Marks({ lot }: { lot: SharedLotFieldsFragment }) {
  const flags = FLAGS.filter(({ value }) => value !== 'hidden' && lot[value]);
  return (
    <span className="shared-marks">
      <span className="tag" title={GRADE[lot.grade]}>
        {lot.condition}
      </span>
      {lot.finish !== 'NONFOIL' && <span className="tag">{FINISH[lot.finish]}</span>}
      {lot.language !== 'EN' && <span className="tag">{LANGUAGE[lot.language]}</span>}
      {lot.grading && (
        <span className="tag">
          {lot.grading.grader} {lot.grading.grade}
        </span>
      )}
      {flags.map(({ value, label }) => (
        <span key={value} className={value === 'forTrade' ? 'tag tag-trade' : 'tag'}>
          {label}
        </span>
      ))}
    </span>
  );
}

function Tile({ lot, printing, prices }: Shown & { prices: boolean }) {
  const facts = factsOf(printing);
  return (
    <li data-testid="shared-lot">
      <PrintingLink printing={printing} className="tile">
        <CardImage image={printing.images[0]} facts={facts} />
        <span className="tile-name">{facts.name}</span>
        <span className="tile-sub">
          <span className="nowrap cut">
            <span className="num shared-quantity">{lot.quantity} ×</span>{' '}
            <span className="muted small" title={printing.set.name}>
              {printing.set.code.toUpperCase()} {printing.collectorNumber}
            </span>
          </span>
          {prices && <Price lot={lot} />}
        </span>
      </PrintingLink>
      <Marks lot={lot} />
    </li>
  );
}

/** The cards of a binder that somebody shows. */
export function SharedLots({ token, prices }: { token: string; prices: boolean }) {
  const filter = useMemo(() => ({ token, prices }), [token, prices]);
  const { nodes, loading, error, hasMore, more, again } = usePages(SharedLotsDocument, pageOf, filter);
  if (error) return <ErrorNotice what="The cards" error={error} retry={again} />;
  if (nodes.length === 0 && loading) return <SkeletonRows rows={8} />;
  if (nodes.length === 0) {
    return (
      <section className="panel">
        <EmptyState title="Nothing is in it now">
          <p>Come again: this page shows what is in it then.</p>
        </EmptyState>
      </section>
    );
  }
  return (
    <section aria-label="Cards">
      <ul className="shared-grid">
        {nodes.map((node, at) => (
          <Tile key={at} {...node} prices={prices} />
        ))}
      </ul>
      {hasMore && <MoreButton onMore={more} busy={loading} />}
    </section>
  );
}
