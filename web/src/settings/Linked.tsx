import { useMutation, useQuery } from 'urql';
import { follow, PROVIDERS } from '../account/providers';
import { Form } from '../forms/Form';
import { answered, problemsOf, settled } from '../forms/problems';
import {
  LinkAccountDocument,
  LinkedAccountsDocument,
  type LinkedAccountsQuery,
  type LoginProvider,
  UnlinkAccountDocument,
} from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow, useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { ConfirmButton } from './ConfirmButton';
import { useGuard } from './Reauth';
import { Section } from './Section';

type LinkedRow = NonNullable<LinkedAccountsQuery['viewer']>['linkedAccounts'][number];

function Linked({ row, label, changed }: { row: LinkedRow; label: string; changed: () => void }) {
  const guard = useGuard();
  const now = useNow();
  const [, unlink] = useMutation(UnlinkAccountDocument);
  const action = () =>
    guard(async () => {
      const { problems } = settled((await answered(unlink({ id: row.id }))).unlinkAccount);
      if (problems.length === 0) changed();
      return problems;
    });
  return (
    <>
      <div className="line-main">
        <strong>{label}</strong> <span className="tag">Linked</span>
        <div className="muted small">
          {[row.name, row.email].filter(Boolean).join(', ')}
          {(row.name || row.email) && '; '}
          linked {formatMoment(row.createdAt)}, used {formatAgo(row.lastUsedAt, now)}
        </div>
      </div>
      <ConfirmButton
        label="Unlink"
        name={`Unlink ${label}`}
        title={`Unlink ${label}?`}
        submit="Unlink"
        action={action}
      >
        <p>You can then no longer log in with this {label} account.</p>
      </ConfirmButton>
    </>
  );
}

function Unlinked({ provider, label }: { provider: LoginProvider; label: string }) {
  const guard = useGuard();
  const [, link] = useMutation(LinkAccountDocument);
  const action = () =>
    guard(async () => {
      const payload = (await answered(link({ provider }))).linkAccount;
      if (payload.url) follow(payload.url, '/settings/linked');
      return problemsOf(payload);
    });
  return (
    <>
      <div className="line-main">
        <strong>{label}</strong>
        <div className="muted small">Not linked</div>
      </div>
      <Form action={action} submit={`Link ${label}`} />
    </>
  );
}

export function LinkedAccounts() {
  useTitle('Linked accounts');
  const [{ data, error }, refetch] = useQuery({
    query: LinkedAccountsDocument,
    requestPolicy: 'cache-and-network',
  });
  const again = () => refetch({ requestPolicy: 'network-only' });
  if (error && !data) return <ErrorNotice what="Linked accounts" error={error} retry={again} />;
  if (!data) return <SkeletonRows rows={4} />;
  const linked = data.viewer?.linkedAccounts ?? [];
  return (
    <Section title="Linked accounts">
      {data.loginProviders.length === 0 && linked.length === 0 ? (
        <EmptyState title="Nothing to link here">
          <p>This server is not set up for logins by Google or Discord.</p>
        </EmptyState>
      ) : (
        <ul className="lines">
          {(Object.keys(PROVIDERS) as LoginProvider[]).map((provider) => {
            const row = linked.find((one) => one.provider === provider);
            if (!row && !data.loginProviders.includes(provider)) return null;
            const { label } = PROVIDERS[provider];
            return (
              <li key={provider} className="line" data-testid={`linked-${provider}`}>
                {row ? (
                  <Linked row={row} label={label} changed={again} />
                ) : (
                  <Unlinked provider={provider} label={label} />
                )}
              </li>
            );
          })}
        </ul>
      )}
      <p className="panel-foot">
        A linked account logs you in here. Nothing is posted there, and only its name and e-mail are read.
      </p>
    </Section>
  );
}
