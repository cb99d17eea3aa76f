import type { Finish, MoverRowFragment } from '../gql/graphql';
import { FINISH } from '../lib/labels';
import { PrintingLink } from './PrintingLink';
import { SetMark } from './SetMark';

interface Props {
  printing: Pick<MoverRowFragment['printing'], 'id' | 'card' | 'set' | 'collectorNumber' | 'rarity'>;
  finish: Finish;
  /** The grade of the copies, where it is said. */
  condition?: string;
}

/** Which card it is that moved. */
export function MoverCard({ printing, finish, condition = 'NM' }: Props) {
  return (
    <td className="mover-card">
      <PrintingLink printing={printing} />
      <span className="mover-sub">
        <SetMark set={printing.set} collectorNumber={printing.collectorNumber} rarity={printing.rarity} />
        {finish !== 'NONFOIL' && <span className="tag">{FINISH[finish]}</span>}
        {condition !== 'NM' && <span className="tag">{condition}</span>}
      </span>
    </td>
  );
}
