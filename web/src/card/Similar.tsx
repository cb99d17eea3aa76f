import '../styles/cards.css';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useQuery } from 'urql';
import { factsOf } from '../cards/facts';
import { unmask } from '../gql';
import {
  PricedTileFragmentDoc,
  type PriceFieldsFragment,
  PriceFieldsFragmentDoc,
  type PrintingTileFragment,
  PrintingTileFragmentDoc,
  SimilarCardsDocument,
  type SimilarCardsQuery,
} from '../gql/graphql';
import { headline } from '../lib/labels';
import { useCurrency } from '../shell/currency';
import { CardImage } from '../ui/CardImage';
import { LivePrice } from '../ui/Price';
import { ErrorNotice } from '../ui/States';
import type { CardData } from './types';

type Edge = SimilarCardsQuery['similarCards']['edges'][number];

interface Likeness {
  edge: Edge;
  printing: PrintingTileFragment;
  price: PriceFieldsFragment | undefined;
}

const WAITING = 6;

const EMPTY: Record<SimilarCardsQuery['similarCards']['state'], string> = {
  NOT_COMPUTED: 'Cards have not been compared yet. That happens by itself soon after they are loaded.',
  NOT_COMPARED: 'This card is not compared: it is a token or the like, or it has only just come.',
  READY: 'No other card is like this one.',
};

function useLike(edges: readonly Edge[], cheapest: boolean): Likeness[] {
  const currency = useCurrency();
  const all = edges.flatMap((edge): Likeness[] => {
    if (!edge.node.defaultPrinting) return [];
    const priced = unmask(PricedTileFragmentDoc, edge.node.defaultPrinting);
    const price = headline(unmask(PriceFieldsFragmentDoc, priced.latestPrices), currency);
    const printing = unmask(PrintingTileFragmentDoc, priced);
    return [{ edge, printing, price: price ?? undefined }];
  });
  if (!cheapest) return all;
  // What nobody sells is not cheap.
  const cost = ({ price }: Likeness) => Number(price?.money?.amount ?? Number.POSITIVE_INFINITY);
  return all.toSorted((a, b) => (cost(a) === cost(b) ? 0 : cost(a) - cost(b)));
}

function Tile({ edge, printing, price }: Likeness) {
  const facts = factsOf(printing);
  const shared = [...edge.sharedTypes, ...edge.sharedKeywords];
  return (
    <Link to="/cards/$id" params={{ id: edge.node.id }} className="tile" data-testid="similar-card">
      <CardImage image={printing.images[0]} facts={facts} />
      <span className="tile-name">{edge.node.name}</span>
      <span className="tile-sub">
        <span
          className="muted small nowrap"
          title={shared.length > 0 ? `In common: ${shared.join(', ')}` : undefined}
        >
          {Math.round(edge.score * 100)}% alike
        </span>
        <span className="num tile-price">{price ? <LivePrice price={price} /> : '—'}</span>
      </span>
    </Link>
  );
}

function Strip({ edges, cheapest }: { edges: readonly Edge[]; cheapest: boolean }) {
  const like = useLike(edges, cheapest);
  return (
    <ul className="similar-strip">
      {like.map((one) => (
        <li key={one.edge.node.id}>
          <Tile {...one} />
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  return (
    <div className="similar-strip" aria-hidden="true">
      {Array.from({ length: WAITING }, (_, index) => (
        <span key={index}>
          <span className="skeleton card-frame" />
          <span className="skeleton tile-skeleton" />
        </span>
      ))}
    </div>
  );
}

/** Cards that do what this one does, the most similar or the cheapest first. */
export function Similar({ card }: { card: CardData }) {
  const [cheapest, setCheapest] = useState(false);
  const [{ data, error }, retry] = useQuery({ query: SimilarCardsDocument, variables: { id: card.id } });
  const similar = data?.similarCards;
  if (error && !similar) {
    return (
      <ErrorNotice
        what="Similar cards"
        error={error}
        retry={() => retry({ requestPolicy: 'network-only' })}
      />
    );
  }
  const some = (similar?.edges.length ?? 0) > 0;
  return (
    <section className="panel" aria-labelledby="similar" aria-busy={!similar}>
      <div className="panel-head">
        <h2 id="similar">Similar cards</h2>
        {some && (
          <label className="small similar-order">
            <input
              type="checkbox"
              checked={cheapest}
              onChange={(event) => setCheapest(event.currentTarget.checked)}
            />
            Cheapest first
          </label>
        )}
      </div>
      {!similar && <Waiting />}
      {similar && some && <Strip edges={similar.edges} cheapest={cheapest} />}
      {similar && !some && <p className="panel-body muted">{EMPTY[similar.state]}</p>}
    </section>
  );
}
