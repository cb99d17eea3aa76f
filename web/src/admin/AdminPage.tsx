import '../styles/settings.css';
import { Link, Outlet } from '@tanstack/react-router';
import { Private } from '../account/Private';
import { useAccount } from '../session/hooks';
import { EmptyState, SkeletonRows } from '../ui/States';

const PAGES = [
  { to: '/admin', label: 'Background work' },
  { to: '/admin/health', label: 'Health' },
] as const;

function ForAdmins() {
  const account = useAccount();
  if (!account) return <SkeletonRows rows={8} />;
  if (!account.roles.includes('ADMIN')) {
    return (
      <EmptyState title="This page is for admins">
        <p>Whoever runs this installation can make you one.</p>
      </EmptyState>
    );
  }
  return (
    <div className="settings-body">
      <nav className="settings-nav" aria-label="Operations">
        {PAGES.map(({ to, label }) => (
          <Link key={to} to={to} activeOptions={{ exact: true }}>
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

/** For those who run the platform. */
export function AdminPage() {
  return (
    <div className="page settings">
      <h1>Operations</h1>
      <Private>
        <ForAdmins />
      </Private>
    </div>
  );
}
