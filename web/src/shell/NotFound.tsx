import { Link } from '@tanstack/react-router';
import { useTitle } from '../ui/hooks';
import { EmptyState } from '../ui/States';

export function NotFound({ what = 'This page' }: { what?: string }) {
  useTitle('Not found');
  return (
    <div className="page">
      <h1>Not found</h1>
      <section className="panel">
        <EmptyState title={`${what} does not exist`}>
          <p>The address may be mistyped or too old.</p>
          <Link to="/cards">Browse all cards</Link>
        </EmptyState>
      </section>
    </div>
  );
}
