import type { ReactNode } from 'react';
import { AuthFrame } from './AuthFrame';

/** A page of a mail's link, opened without what the link carries; and how to get another link. */
export function BrokenLink({ title, another }: { title: string; another: ReactNode }) {
  return (
    <AuthFrame title={title} foot={another}>
      <p role="alert">
        This address is not complete. Open the link of the mail itself, or copy all of it into the address
        bar.
      </p>
    </AuthFrame>
  );
}
