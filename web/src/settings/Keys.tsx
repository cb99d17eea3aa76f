import { useState } from 'react';
import { useMutation } from 'urql';
import { answered, settled } from '../forms/problems';
import { ApiKeysDocument, type ApiKeysQuery, RevokeApiKeyDocument } from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow, useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { ConfirmButton } from './ConfirmButton';
import { MakeKey, NewSecret } from './MakeKey';
import { MoreButton } from './MoreButton';
import { usePages } from './pages';
import { Section } from './Section';
import { SCOPES } from './scopes';

const pageOf = (data: ApiKeysQuery) => data.viewer?.apiKeys;

type Row = NonNullable<ApiKeysQuery['viewer']>['apiKeys']['nodes'][number];

function KeyRow({ row, revoked }: { row: Row; revoked: () => void }) {
  const now = useNow();
  const [, revoke] = useMutation(RevokeApiKeyDocument);
  const over = Date.parse(row.expiresAt) <= now;
  const action = async () => {
    const { problems } = settled((await answered(revoke({ id: row.id }))).revokeApiKey);
    if (problems.length === 0) revoked();
    return problems;
  };
  return (
    <li className="line" data-testid="api-key">
      <div className="line-main">
        <strong>{row.name}</strong> <code className="muted">{row.prefix}…</code>{' '}
        {row.scopes.map((scope) => (
          <span key={scope} className="tag">
            {SCOPES[scope].short}
          </span>
        ))}
        <div className="muted small">
          {row.lastUsedAt ? `used ${formatAgo(row.lastUsedAt, now)}` : 'never used'}, made{' '}
          {formatMoment(row.createdAt)},{' '}
          {over ? <span className="down">ended</span> : `ends ${formatMoment(row.expiresAt)}`}
        </div>
      </div>
      <ConfirmButton
        label="Revoke"
        name={`Revoke ${row.name}`}
        title={`Revoke “${row.name}”?`}
        submit="Revoke key"
        action={action}
      >
        <p>Programs that use it are refused within seconds. It cannot be brought back.</p>
      </ConfirmButton>
    </li>
  );
}

export function Keys() {
  useTitle('API keys');
  const pages = usePages(ApiKeysDocument, pageOf);
  const [secret, setSecret] = useState<string>();
  const made = (fresh: string) => {
    setSecret(fresh);
    pages.again();
  };
  return (
    <>
      {secret && <NewSecret secret={secret} close={() => setSecret(undefined)} />}
      <MakeKey made={made} />
      <Section title="Your keys">
        {pages.error ? (
          <ErrorNotice what="Keys" error={pages.error} retry={pages.again} />
        ) : pages.nodes.length > 0 ? (
          <ul className="lines">
            {pages.nodes.map((row) => (
              <KeyRow key={row.id} row={row} revoked={pages.again} />
            ))}
          </ul>
        ) : pages.loading ? (
          <SkeletonRows rows={3} />
        ) : (
          <EmptyState title="No keys yet">
            <p>A key lets a program of yours use the API under your name and with your limits.</p>
          </EmptyState>
        )}
        {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
      </Section>
    </>
  );
}
