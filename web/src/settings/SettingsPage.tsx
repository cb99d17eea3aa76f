import '../styles/settings.css';
import { Link, Outlet } from '@tanstack/react-router';
import { Private } from '../account/Private';
import { ReauthProvider } from './Reauth';

const SECTIONS = [
  { to: '/settings/profile', label: 'Profile' },
  { to: '/settings/security', label: 'Security' },
  { to: '/settings/linked', label: 'Linked accounts' },
  { to: '/settings/keys', label: 'API keys' },
  { to: '/settings/events', label: 'Security events' },
  { to: '/settings/account', label: 'Your data' },
] as const;

export function SettingsPage() {
  return (
    <div className="page settings">
      <h1>Settings</h1>
      <Private>
        <ReauthProvider>
          <div className="settings-body">
            <nav className="settings-nav" aria-label="Settings">
              {SECTIONS.map(({ to, label }) => (
                <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
                  {label}
                </Link>
              ))}
            </nav>
            <div className="stack">
              <Outlet />
            </div>
          </div>
        </ReauthProvider>
      </Private>
    </div>
  );
}
