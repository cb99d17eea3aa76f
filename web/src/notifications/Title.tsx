import { Link } from '@tanstack/react-router';
import type { NotificationFieldsFragment, NotificationSelectionInput } from '../gql/graphql';

export type Mark = (which: NotificationSelectionInput, read: boolean) => void;

/** A page of this application, its path and what is behind the question mark, as the server wrote it. */
export function Title({ told, mark }: { told: NotificationFieldsFragment; mark: Mark }) {
  if (!told.link) return <strong>{told.title}</strong>;
  const [path, search] = told.link.split('?');
  return (
    <Link
      to={path ?? '/'}
      search={Object.fromEntries(new URLSearchParams(search))}
      className="link-name"
      onClick={() => {
        if (!told.readAt) mark({ ids: [told.id] }, true);
      }}
    >
      {told.title}
    </Link>
  );
}
