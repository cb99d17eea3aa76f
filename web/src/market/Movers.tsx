import { type FragmentType, unmask } from '../gql';
import { type MoverRowFragment, MoverRowFragmentDoc, PriceFieldsFragmentDoc } from '../gql/graphql';
import { SOURCE } from '../lib/labels';
import { formatMoney, movement } from '../lib/money';
import { useLivePrice } from '../live/hooks';
import { MoverCard } from '../ui/MoverCard';
import { Change, LivePrice } from '../ui/Price';
import { EmptyState, SkeletonRows } from '../ui/States';

interface Props {
  title: string;
  rows: readonly FragmentType<typeof MoverRowFragmentDoc>[] | undefined;
  changed: number;
  rerank: () => void;
}

function Row({ mover }: { mover: MoverRowFragment }) {
  const base = unmask(PriceFieldsFragmentDoc, mover.price);
  const live = useLivePrice(base).price;
  const { printing, before } = mover;
  return (
    <tr data-testid="mover">
      <MoverCard printing={printing} finish={base.finish} />
      <td className="num mover-price">
        <LivePrice price={base} />
        <span className="muted small mover-note">from {formatMoney(before)}</span>
      </td>
      <td className="num mover-change">
        <Change {...movement(before, live.money)} />
        <span className="muted small mover-note">{SOURCE[base.source]}</span>
      </td>
    </tr>
  );
}

export function MoversPanel({ title, rows, changed, rerank }: Props) {
  const movers = unmask(MoverRowFragmentDoc, rows);
  const id = `movers-${title.toLowerCase()}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {changed > 0 && (
          <button type="button" className="pill" onClick={rerank}>
            {changed > 999 ? '999+' : changed} {changed === 1 ? 'update' : 'updates'}
          </button>
        )}
      </div>
      {!movers && <SkeletonRows rows={15} className="skeleton-mover" />}
      {movers?.length === 0 && (
        <EmptyState title={`No ${title.toLowerCase()} here`}>
          <p>
            Nothing moved this way among printings of that price. A lower price or a longer window shows more.
          </p>
        </EmptyState>
      )}
      {movers && movers.length > 0 && (
        <table className="data movers">
          <thead>
            <tr>
              <th>Card</th>
              <th className="num">Price</th>
              <th className="num">Change</th>
            </tr>
          </thead>
          <tbody>
            {movers.map((mover) => {
              const price = unmask(PriceFieldsFragmentDoc, mover.price);
              return (
                <Row
                  key={`${mover.printing.id}|${price.source}|${price.finish}|${price.kind}`}
                  mover={mover}
                />
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
