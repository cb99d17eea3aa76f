import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { Section } from '../settings/Section';
import { ErrorNotice, SkeletonRows } from '../ui/States';

interface Props<Found> {
  title: string;
  /** Where there is more of it. */
  beside?: ReactNode;
  /** What could not be loaded. */
  what: string;
  found: Found | undefined;
  error: CombinedError | undefined;
  retry: () => void;
  rows: number;
  skeleton?: string;
  children: (found: Found) => ReactNode;
}

/** A panel that is there from the beginning, and fails alone. */
export function Panel<Found>({
  title,
  beside,
  what,
  found,
  error,
  retry,
  rows,
  skeleton,
  children,
}: Props<Found>) {
  return (
    <Section title={title} beside={beside}>
      {found !== undefined ? (
        children(found)
      ) : error ? (
        <ErrorNotice what={what} error={error} retry={retry} />
      ) : (
        <SkeletonRows rows={rows} {...(skeleton && { className: skeleton })} />
      )}
    </Section>
  );
}
