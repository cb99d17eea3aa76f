import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useSession } from '../session/hooks';
import { SkeletonRows } from '../ui/States';

/** Pages for who is logged in; others are asked to, and come back. */
export function Private({ children }: { children: ReactNode }) {
  const router = useRouter();
  const { status, ended } = useSession();
  useEffect(() => {
    if (status !== 'anonymous') return;
    if (ended === 'here') {
      void router.navigate({ to: '/', replace: true });
    } else if (ended === 'everywhere' || ended === 'closed') {
      void router.navigate({ to: '/login', search: { done: ended }, replace: true });
    } else {
      // Read here and not watched: on the way to the login page it is another address already.
      const { href } = router.state.location;
      void router.navigate({ to: '/login', search: { next: href }, replace: true });
    }
  }, [status, ended, router]);
  return status === 'signed-in' ? children : <SkeletonRows rows={6} />;
}
