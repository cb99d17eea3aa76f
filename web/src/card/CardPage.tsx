import '../styles/card.css';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useQuery } from 'urql';
import { unmask } from '../gql';
import {
  CardPageDocument,
  type CardPageQuery,
  CardUpdatedDocument,
  PriceFieldsFragmentDoc,
  PrintingPanelDocument,
} from '../gql/graphql';
import { subscribeLive } from '../live/socket';
import { liveStore } from '../live/store';
import { NotFound } from '../shell/NotFound';
import { useTitle } from '../ui/hooks';
import { ManaCost } from '../ui/Mana';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { HistoryPanel } from './HistoryPanel';
import { InCommander } from './InCommander';
import { InNews } from './InNews';
import { Legalities } from './Legalities';
import { Picture } from './Picture';
import { PlayedIn } from './PlayedIn';
import { PricesPanel } from './PricesPanel';
import { PrintingFacts } from './PrintingFacts';
import { Printings } from './Printings';
import { Rules } from './Rules';
import { Rulings } from './Rulings';
import { Similar } from './Similar';
import { cardScope } from './scope';

const route = getRouteApi('/cards/$id');

type Card = NonNullable<CardPageQuery['card']>;

/** Feeds the live store with every price of the card for as long as its page is open. */
function useCardFeed(cardId: string | undefined) {
  useEffect(() => {
    if (!cardId) return undefined;
    const scope = cardScope(cardId);
    const stop = subscribeLive(CardUpdatedDocument, { cardId }, ({ cardUpdated: update }) => {
      const prices = update.prices.map((row) => unmask(PriceFieldsFragmentDoc, row));
      if (update.kind === 'DELTA') liveStore.delta(prices, scope);
      else liveStore.snapshot(scope, prices, update.kind === 'RESET');
    });
    return () => {
      stop();
      liveStore.release(scope);
    };
  }, [cardId]);
}

/** The chosen printing, or the one that stands for the card. A card need not have any. */
function Body({ card, chosen }: { card: Card; chosen: string | undefined }) {
  const id = chosen ?? card.defaultPrinting?.id;
  if (id !== undefined) return <Printing card={card} id={id} />;
  return (
    <div className="stack">
      <section className="panel">
        <EmptyState title="No printing is loaded">
          <p>The card is known by its rules; its printings come with a fuller catalogue.</p>
        </EmptyState>
      </section>
      <Rules card={card} flavor={null} />
      <Rulings card={card} />
      <Legalities card={card} />
    </div>
  );
}

function Head({ card }: { card: Card }) {
  const faces = card.faces.filter((face) => face.manaCost);
  return (
    <div className="card-head">
      <h1>{card.name}</h1>
      {card.manaCost ? (
        <ManaCost cost={card.manaCost} />
      ) : (
        faces.map((face) => <ManaCost key={face.name} cost={face.manaCost} />)
      )}
      <span className="card-type">{card.typeLine}</span>
      {card.reserved && <span className="tag">Reserved List</span>}
      {card.gameChanger && <span className="tag">Game Changer</span>}
    </div>
  );
}

function Printing({ card, id }: { card: Card; id: string }) {
  const [{ data, error }, retry] = useQuery({
    query: PrintingPanelDocument,
    variables: { id },
    requestPolicy: 'cache-and-network',
  });
  // While another printing loads the previous one would wear its name.
  const printing = data?.printing?.id === id || data?.printing?.scryfallId === id ? data.printing : undefined;
  if (data && data.printing === null) return <NotFound what="This printing" />;
  if (error && !printing) {
    return (
      <ErrorNotice what="The printing" error={error} retry={() => retry({ requestPolicy: 'network-only' })} />
    );
  }
  return (
    <div className="card-layout">
      <div className="card-side stack">
        <Picture card={card} printing={printing} key={id} />
        <PrintingFacts card={card} printing={printing} />
      </div>
      <div className="stack">
        <HistoryPanel printingId={id} name={card.name} />
        {printing ? (
          <PricesPanel cardId={card.id} printing={printing} />
        ) : (
          <section className="panel">
            <SkeletonRows rows={6} />
          </section>
        )}
        <Rules card={card} flavor={printing?.flavorText} />
        <Rulings card={card} />
        <Legalities card={card} />
        <Similar card={card} />
        <InCommander cardId={card.id} />
        <PlayedIn cardId={card.id} />
        <InNews cardId={card.id} />
        <Printings card={card} selected={printing?.id ?? id} />
      </div>
    </div>
  );
}

export function CardPage() {
  const { id } = route.useParams();
  const { printing } = route.useSearch();
  const [{ data, error }, retry] = useQuery({ query: CardPageDocument, variables: { id } });
  const card = data?.card ?? undefined;
  useTitle(card?.name ?? 'Card');
  useCardFeed(card?.id);
  if (data && data.card === null) return <NotFound what="This card" />;
  if (error && !card) {
    return (
      <div className="page">
        <h1>Card</h1>
        <ErrorNotice what="The card" error={error} retry={() => retry({ requestPolicy: 'network-only' })} />
      </div>
    );
  }
  if (!card) return <Waiting />;
  return (
    <div className="page" key={card.id}>
      <Head card={card} />
      <Body card={card} chosen={printing} />
    </div>
  );
}

function Waiting() {
  return (
    <div className="page" aria-busy="true">
      <div className="card-head">
        <h1 className="hidden">Loading card</h1>
        <span className="skeleton head-skeleton" />
      </div>
      <div className="card-layout">
        <span className="skeleton card-frame" />
        <div className="stack">
          <span className="skeleton chart-skeleton" />
          <section className="panel">
            <SkeletonRows rows={6} />
          </section>
        </div>
      </div>
    </div>
  );
}
