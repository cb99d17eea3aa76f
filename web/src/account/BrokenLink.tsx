import { Link } from '@tanstack/react-router';
import { AuthFrame } from './AuthFrame';

/** A page of a mail's link, opened without what the link carries. */
export function BrokenLink({ title }: { title: string }) {
  return (
    <AuthFrame title={title} foot={<Link to="/login">Log in</Link>}>
      <p role="alert">
        This address is not complete. Open the link of the mail itself, or copy all of it into the address
        bar.
      </p>
    </AuthFrame>
  );
}
