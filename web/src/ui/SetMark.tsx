import type { Rarity } from '../gql/graphql';
import { RARITY } from '../lib/labels';

interface Props {
  set: { code: string; name?: string };
  collectorNumber: string;
  rarity: Rarity;
}

/** Set, number and rarity in the least space; the rarity is a word for everybody who cannot see its colour. */
export function SetMark({ set, collectorNumber, rarity }: Props) {
  return (
    <span className="set-mark">
      <span className={`dot rarity-${rarity}`} title={RARITY[rarity]} />
      <span className="hidden">{RARITY[rarity]}, </span>
      <span className="tag tag-code" title={set.name}>
        {set.code}
      </span>
      <span className="muted small num">{collectorNumber}</span>
    </span>
  );
}
