import { useCallback, useState } from 'react';
import { useTitle } from '../ui/hooks';
import { useJobs } from './feed';
import { Jobs } from './Jobs';
import { Schedules } from './Schedules';

/** The background work. */
export function Work() {
  useTitle('Background work');
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
