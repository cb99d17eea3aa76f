import '../styles/settings.css';
import { useCallback, useState } from 'react';
import { Private } from '../account/Private';
import { useAccount } from '../session/hooks';
import { useTitle } from '../ui/hooks';
import { EmptyState, SkeletonRows } from '../ui/States';
import { useJobs } from './feed';
import { Jobs } from './Jobs';
import { Schedules } from './Schedules';

function Work() {
  const { jobs, beat } = useJobs();
  const [asked, setAsked] = useState(0);
  const changed = useCallback(() => setAsked((count) => count + 1), []);
  return (
    <div className="stack">
      <Jobs live={jobs} beat={beat + asked} changed={changed} />
      <Schedules beat={beat + asked} />
    </div>
  );
}

function ForAdmins() {
  const account = useAccount();
  if (!account) return <SkeletonRows rows={8} />;
  if (account.roles.includes('ADMIN')) return <Work />;
  return (
    <EmptyState title="This page is for admins">
      <p>Whoever runs this installation can make you one.</p>
    </EmptyState>
  );
}

/** The background work, for those who run the platform. */
export function AdminPage() {
  useTitle('Background work');
  return (
    <div className="page settings">
      <h1>Background work</h1>
      <Private>
        <ForAdmins />
      </Private>
    </div>
  );
}
