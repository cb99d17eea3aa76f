import { Navigate, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useSession } from '../session/hooks';
import { SkeletonRows } from '../ui/States';

/** Pages for who is logged in; others are asked to, and come back. */
export function Private({ children }: { children: ReactNode }) {
  const { status, ended } = useSession();
  const here = useLocation({ select: (location) => location.href });
  if (status === 'anonymous' && ended === 'here') return <Navigate to="/" replace />;
  if (status === 'anonymous' && (ended === 'everywhere' || ended === 'closed')) {
    return <Navigate to="/login" search={{ done: ended }} replace />;
  }
  if (status === 'anonymous') return <Navigate to="/login" search={{ next: here }} replace />;
  if (status === 'starting') return <SkeletonRows rows={6} />;
  return children;
}
