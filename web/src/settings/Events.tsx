import { PROVIDERS } from '../account/providers';
import { type SecurityEventKind, SecurityEventsDocument, type SecurityEventsQuery } from '../gql/graphql';
import { formatMoment } from '../lib/time';
import { useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';
import { MoreButton } from './MoreButton';
import { usePages } from './pages';
import { Section } from './Section';

const pageOf = (data: SecurityEventsQuery) => data.viewer?.securityEvents;

const KINDS: Record<SecurityEventKind, string> = {
  ACCOUNT_CREATED: 'Account made',
  LOGGED_IN: 'Logged in',
  LOGIN_FAILED: 'Failed login',
  LOGGED_OUT: 'Logged out',
  LOGGED_OUT_EVERYWHERE: 'Logged out everywhere',
  REFRESH_TOKEN_REUSED: 'A copied login was used, and ended',
  PASSWORD_CHANGED: 'Password changed',
  PASSWORD_RESET_REQUESTED: 'Link for a new password asked for',
  EMAIL_CHANGED: 'E-mail changed',
  API_KEY_CREATED: 'API key made',
  API_KEY_REVOKED: 'API key revoked',
  IDENTITY_LINKED: 'Account linked',
  IDENTITY_UNLINKED: 'Account unlinked',
  ROLES_CHANGED: 'Roles changed',
  ACCOUNT_DISABLED: 'Account blocked',
  ACCOUNT_ENABLED: 'Account unblocked',
  ACCOUNT_CLOSED: 'Account closed',
  ACCOUNT_ERASED: 'Personal data deleted',
  EXPORT_REQUESTED: 'Copy of all data asked for',
  FEED_ADDED: 'News feed added',
  FEED_ENABLED: 'News feed switched on',
  FEED_DISABLED: 'News feed switched off',
};
const GRAVE = new Set<SecurityEventKind>(['LOGIN_FAILED', 'REFRESH_TOKEN_REUSED', 'ACCOUNT_DISABLED']);

/** More about it: the way of a login, the name of a key. A provider has its own name, not that of its path. */
function words(kind: SecurityEventKind | null, detail: string): string {
  const provider = Object.values(PROVIDERS).find(({ path }) => path === detail)?.label;
  if (kind === 'LOGGED_IN') return `by ${provider ?? detail}`;
  if (provider && kind === 'ACCOUNT_CREATED') return `by ${provider}`;
  return provider ?? detail;
}

export function Events() {
  useTitle('Security events');
  const pages = usePages(SecurityEventsDocument, pageOf);
  return (
    <Section title="Security events">
      {pages.error ? (
        <ErrorNotice what="Security events" error={pages.error} retry={pages.again} />
      ) : pages.nodes.length > 0 ? (
        <ul className="lines">
          {pages.nodes.map(({ id, at, kind, network, detail }) => (
            <li key={id} className="line" data-testid="security-event">
              <div className="line-main">
                <strong className={kind && GRAVE.has(kind) ? 'down' : undefined}>
                  {kind ? KINDS[kind] : 'Something that this version does not know'}
                </strong>
                {detail && <span className="muted"> {words(kind, detail)}</span>}
              </div>
              <div className="muted small">
                {formatMoment(at)}
                {network && (
                  <>
                    {' '}
                    from <span className="mono">{network}</span>
                  </>
                )}
              </div>
            </li>
          ))}
        </ul>
      ) : pages.loading ? (
        <SkeletonRows rows={8} />
      ) : (
        <EmptyState title="Nothing yet">
          <p>Logins, new keys and changes of your account are listed here.</p>
        </EmptyState>
      )}
      {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
    </Section>
  );
}
