import '../styles/settings.css';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { Private } from '../account/Private';
import { describeReturn } from '../account/providers';
import { ReauthProvider } from './Reauth';

const SECTIONS = [
  { to: '/settings/profile', label: 'Profile' },
  { to: '/settings/security', label: 'Security' },
  { to: '/settings/linked', label: 'Linked accounts' },
  { to: '/settings/keys', label: 'API keys' },
  { to: '/settings/notifications', label: 'Notifications' },
  { to: '/settings/events', label: 'Security events' },
  { to: '/settings/account', label: 'Your data' },
] as const;

const route = getRouteApi('/settings');

/** What somebody is told who comes back from a provider. */
function Returned() {
  const { error, provider, proven } = route.useSearch();
  if (error) {
    return (
      <div className="form-error" role="alert">
        {describeReturn(error, provider)}
      </div>
    );
  }
  if (!proven) return null;
  return (
    <div className="form-done" role="status">
      Confirmed: for ten minutes you are not asked again. Go on with what you wanted to do.
    </div>
  );
}

export function SettingsPage() {
  return (
    <div className="page settings">
      <h1>Settings</h1>
      <Private>
        <ReauthProvider>
          <div className="settings-body">
            <nav className="settings-nav" aria-label="Settings">
              {SECTIONS.map(({ to, label }) => (
                <Link key={to} to={to} search={{}} activeOptions={{ includeSearch: false }}>
                  {label}
                </Link>
              ))}
            </nav>
            <div className="stack">
              <Returned />
              <Outlet />
            </div>
          </div>
        </ReauthProvider>
      </Private>
    </div>
  );
}
