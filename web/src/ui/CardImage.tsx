import { useEffect, useRef, useState } from 'react';
import { type FragmentType, unmask } from '../gql';
import { ImageFieldsFragmentDoc } from '../gql/graphql';
import { ManaCost } from './Mana';

/** The facts a drawn card shows when there is no picture. */
export interface CardFacts {
  name: string;
  manaCost?: string | null | undefined;
  typeLine?: string | null | undefined;
  artist?: string | null | undefined;
  setCode: string;
  collectorNumber: string;
  colors?: readonly string[] | undefined;
}

function frameColor(colors: readonly string[] | undefined): string {
  if (!colors || colors.length === 0) return 'NONE';
  return colors.length > 1 ? 'MULTI' : (colors[0] ?? 'NONE');
}

/** Our own drawing of a card, for no network or no scan. Sizes follow the frame's width. */
function DrawnCard({ facts }: { facts: CardFacts }) {
  return (
    <div className={`drawn drawn-${frameColor(facts.colors)}`} aria-hidden="true">
      <div className="drawn-bar">
        <span className="drawn-name">{facts.name}</span>
        <ManaCost cost={facts.manaCost} />
      </div>
      <div className="drawn-art">
        <svg viewBox="0 0 32 32" width="32" height="32">
          <path d="M8 25 15 7h4l-7 18z" />
          <path d="M15 25 22 7h4l-7 18z" />
        </svg>
      </div>
      <div className="drawn-bar drawn-type">{facts.typeLine ?? ''}</div>
      <div className="drawn-text" />
      <div className="drawn-foot">
        <span>
          {facts.setCode.toUpperCase()} · {facts.collectorNumber}
        </span>
        <span>{facts.artist ? `Illus. ${facts.artist}` : ''}</span>
      </div>
    </div>
  );
}

/** Scryfall's images moved hosts: older records still name the one that is gone. */
function servedImage(url: string | undefined): string | undefined {
  const moved = url?.replace(
    /^https:\/\/c1\.scryfall\.com\/file\/scryfall-cards\//,
    'https://cards.scryfall.io/',
  );
  return moved?.startsWith('https://cards.scryfall.io/') ? moved : undefined;
}

interface Props {
  image: FragmentType<typeof ImageFieldsFragmentDoc> | undefined;
  facts: CardFacts;
  large?: boolean;
}

/**
 * A card's face by Scryfall's rules: whole, undistorted, unfiltered and uncovered. Until the picture is
 * there, or when it never comes, our drawing takes exactly its place.
 */
export function CardImage({ image, facts, large = false }: Props) {
  const urls = unmask(ImageFieldsFragmentDoc, image);
  const source = servedImage(large ? urls?.large : urls?.normal);
  const [state, setState] = useState<'waiting' | 'shown' | 'failed'>('waiting');
  const element = useRef<HTMLImageElement>(null);
  useEffect(() => {
    // A cached picture may be complete before React listens.
    const done = element.current?.complete && element.current.naturalWidth > 0;
    setState(done ? 'shown' : 'waiting');
  }, [source]);
  const drawn = !source || state !== 'shown';
  return (
    <div className="card-frame" role={drawn ? 'img' : undefined} aria-label={drawn ? facts.name : undefined}>
      {drawn && <DrawnCard facts={facts} />}
      {source && state !== 'failed' && (
        <img
          ref={element}
          key={source}
          src={source}
          alt={drawn ? '' : facts.name}
          width={488}
          height={680}
          loading={large ? 'eager' : 'lazy'}
          decoding="async"
          className={state === 'shown' ? 'card-image' : 'card-image card-image-waiting'}
          onLoad={() => setState('shown')}
          onError={() => setState('failed')}
        />
      )}
    </div>
  );
}
