import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { FINISH, RARITY, words } from '../lib/labels';
import { formatDay } from '../lib/time';
import { SkeletonRows } from '../ui/States';
import type { CardData, PrintingData } from './types';

const count = new Intl.NumberFormat();

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function traits(printing: PrintingData): string {
  const list = [
    printing.fullArt && 'Full art',
    printing.promo && 'Promo',
    printing.reprint && 'Reprint',
    printing.digital && 'Digital',
    printing.borderColor !== 'black' && `${words(printing.borderColor)} border`,
    ...printing.frameEffects.map(words),
    ...printing.promoTypes.map(words),
    printing.watermark && `${words(printing.watermark)} watermark`,
  ];
  return [...new Set(list.filter(Boolean))].join(', ');
}

/** What this printing is. */
export function PrintingFacts({ card, printing }: { card: CardData; printing: PrintingData | undefined }) {
  if (!printing) {
    return (
      <section className="panel">
        <SkeletonRows rows={6} />
      </section>
    );
  }
  const { marketIds } = printing;
  const ids = [
    marketIds.tcgplayer && `TCGplayer ${marketIds.tcgplayer}`,
    marketIds.cardmarket && `Cardmarket ${marketIds.cardmarket}`,
    marketIds.mtgo && `MTGO ${marketIds.mtgo}`,
    marketIds.arena && `Arena ${marketIds.arena}`,
  ].filter(Boolean);
  const special = traits(printing);
  return (
    <section className="panel" aria-label="This printing">
      <dl className="printing-facts">
        <Fact label="Set">
          <Link to="/sets/$code" params={{ code: printing.set.code }}>
            {printing.set.name}
          </Link>{' '}
          <span className="muted">
            {printing.set.code.toUpperCase()} {printing.collectorNumber}
          </span>
        </Fact>
        <Fact label="Rarity">
          <span className={`dot rarity-${printing.rarity}`} /> {RARITY[printing.rarity]}
        </Fact>
        <Fact label="Released">{formatDay(printing.releasedAt)}</Fact>
        <Fact label="Finishes">{printing.finishes.map((finish) => FINISH[finish]).join(', ')}</Fact>
        <Fact label="Language">{printing.language.toUpperCase()}</Fact>
        {printing.printedName && <Fact label="Printed name">{printing.printedName}</Fact>}
        {special && <Fact label="Traits">{special}</Fact>}
        {card.edhrecRank != null && <Fact label="EDHREC rank">#{count.format(card.edhrecRank)}</Fact>}
        {ids.length > 0 && (
          <Fact label="Market ids">
            {ids.map((id) => (
              <span key={String(id)} className="fact-line">
                {id}
              </span>
            ))}
          </Fact>
        )}
      </dl>
      {printing.removed && (
        <p className="panel-foot">Scryfall has withdrawn this printing. It stays here with its history.</p>
      )}
      <p className="panel-foot spread">
        <Link to="/inventory" search={{ add: printing.id }}>
          Add to inventory
        </Link>
        <a href={printing.scryfallUri} rel="noopener">
          View on Scryfall
        </a>
      </p>
    </section>
  );
}
