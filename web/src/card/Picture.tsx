import { Button } from '@mantine/core';
import { useState } from 'react';
import { CardImage } from '../ui/CardImage';
import { FlipIcon } from '../ui/icons';
import type { CardData, PrintingData } from './types';

const TURNS = new Set(['transform', 'modal_dfc', 'double_faced_token', 'reversible_card', 'art_series']);

/** The picture with its artist. Cards with two faces turn; the button stands beside the picture, never on it. */
export function Picture({ card, printing }: { card: CardData; printing: PrintingData | undefined }) {
  const [side, setSide] = useState(0);
  const face = card.faces[side];
  const turns = card.faces.length > 1 && (TURNS.has(card.layout) || (printing?.images.length ?? 0) > 1);
  const facts = {
    name: turns ? (face?.name ?? card.name) : (printing?.flavorName ?? card.name),
    manaCost: turns ? face?.manaCost : (card.manaCost ?? face?.manaCost),
    typeLine: turns ? face?.typeLine : card.typeLine,
    artist: printing?.artist,
    setCode: printing?.set.code ?? '',
    collectorNumber: printing?.collectorNumber ?? '',
    colors: card.colorIdentity,
  };
  return (
    <figure className="picture">
      <CardImage large image={printing?.images[side]} facts={facts} />
      <figcaption>
        <span className="muted small">{printing?.artist ? `Illustrated by ${printing.artist}` : ' '}</span>
        {turns && (
          <Button
            size="xs"
            variant="default"
            leftSection={<FlipIcon />}
            onClick={() => setSide((now) => 1 - now)}
            aria-label={`Turn over, show ${card.faces[1 - side]?.name ?? 'the other face'}`}
          >
            Turn over
          </Button>
        )}
      </figcaption>
    </figure>
  );
}
