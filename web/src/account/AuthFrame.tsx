import '../styles/account.css';
import type { ReactNode } from 'react';
import { useTitle } from '../ui/hooks';

/** A narrow page with one panel: the ways in. */
export function AuthFrame({
  title,
  children,
  foot,
}: {
  title: string;
  children: ReactNode;
  foot?: ReactNode;
}) {
  useTitle(title);
  return (
    <div className="page auth">
      <h1>{title}</h1>
      <section className="panel" aria-label={title}>
        {children}
      </section>
      {foot && <div className="auth-foot">{foot}</div>}
    </div>
  );
}
