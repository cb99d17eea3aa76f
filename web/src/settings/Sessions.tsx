import { useMutation } from 'urql';
import { answered, settled } from '../forms/problems';
import { EndSessionDocument, SessionsDocument, type SessionsQuery } from '../gql/graphql';
import { describeAgent } from '../lib/agent';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { ConfirmButton } from './ConfirmButton';
import { MoreButton } from './MoreButton';
import { usePages } from './pages';

const pageOf = (data: SessionsQuery) => data.viewer?.sessions;

type Row = NonNullable<SessionsQuery['viewer']>['sessions']['nodes'][number];

function SessionRow({ row, ended }: { row: Row; ended: () => void }) {
  const now = useNow();
  const [, end] = useMutation(EndSessionDocument);
  const device = describeAgent(row.agent);
  const action = async () => {
    const { problems } = settled((await answered(end({ id: row.id }))).endSession);
    if (problems.length === 0) ended();
    return problems;
  };
  return (
    <li className="line" data-testid="session">
      <div className="line-main">
        <strong title={row.agent}>{device}</strong> {row.current && <span className="tag">This one</span>}
        <div className="muted small">
          from <span className="mono">{row.address}</span>, used {formatAgo(row.lastUsedAt, now)}, begun{' '}
          {formatMoment(row.createdAt)}
        </div>
      </div>
      {!row.current && (
        <ConfirmButton
          label="Log out"
          name={`Log out ${device}`}
          title="End this session?"
          submit="Log it out"
          action={action}
        >
          <p>
            {device} from {row.address} is logged out within seconds.
          </p>
        </ConfirmButton>
      )}
    </li>
  );
}

/** Open logins, each with its device, address and times. */
export function Sessions() {
  const pages = usePages(SessionsDocument, pageOf);
  if (pages.error) return <ErrorNotice what="Sessions" error={pages.error} retry={pages.again} />;
  if (pages.nodes.length === 0) return <SkeletonRows rows={3} />;
  return (
    <>
      <ul className="lines">
        {pages.nodes.map((row) => (
          <SessionRow key={row.id} row={row} ended={pages.again} />
        ))}
      </ul>
      {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
    </>
  );
}
