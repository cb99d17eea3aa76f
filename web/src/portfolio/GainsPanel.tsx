import { useQuery } from 'urql';
import { type FragmentType, unmask } from '../gql';
import { GainFieldsFragmentDoc, PortfolioGainsDocument, type PortfolioInput } from '../gql/graphql';
import { formatMoney, formatPercent } from '../lib/money';
import { PrintingLink } from '../ui/PrintingLink';
import { ErrorNotice, SkeletonRows } from '../ui/States';

function Gains({
  title,
  rows,
}: {
  title: string;
  rows: readonly FragmentType<typeof GainFieldsFragmentDoc>[];
}) {
  const gains = rows.map((row) => unmask(GainFieldsFragmentDoc, row));
  if (gains.length === 0)
    return <p className="panel-body muted">{title}: no lot with a known cost has moved that way.</p>;
  return (
    <div className="portfolio-gains">
      <table className="data">
        <thead>
          <tr>
            <th>{title}</th>
            <th className="num wide-only">Cost</th>
            <th className="num">Value</th>
            <th className="num">Gain</th>
          </tr>
        </thead>
        <tbody>
          {gains.map(({ lot, cost, value, gain, gainPercent }) => (
            <tr key={lot.id}>
              <td>
                <div>
                  <PrintingLink printing={lot.printing} />
                </div>
                <div className="muted small">
                  {lot.printing.set.code.toUpperCase()} {lot.printing.collectorNumber} × {lot.quantity}
                </div>
              </td>
              <td className="num wide-only">{formatMoney(cost)}</td>
              <td className="num">{formatMoney(value)}</td>
              <td className={`num ${gain.amount.startsWith('-') ? 'down' : 'up'}`}>
                {formatMoney(gain)} <span className="small">{formatPercent(gainPercent)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What gained and lost most of what it cost. */
export function GainsPanel({ by }: { by: PortfolioInput }) {
  const [{ data, error }, ask] = useQuery({
    query: PortfolioGainsDocument,
    variables: { by },
    requestPolicy: 'cache-and-network',
  });
  const portfolio = data?.viewer?.portfolio;
  return (
    <section className="panel" aria-labelledby="portfolio-gains">
      <div className="panel-head">
        <h2 id="portfolio-gains">Best and worst</h2>
      </div>
      {error && !portfolio ? (
        <ErrorNotice what="The lots" error={error} retry={() => ask({ requestPolicy: 'network-only' })} />
      ) : !portfolio ? (
        <div className="panel-body">
          <SkeletonRows rows={5} />
        </div>
      ) : (
        <>
          <Gains title="Gained most" rows={portfolio.best} />
          <Gains title="Lost most" rows={portfolio.worst} />
        </>
      )}
    </section>
  );
}
