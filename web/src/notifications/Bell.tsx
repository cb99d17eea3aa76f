import { ActionIcon } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSession } from '../session/hooks';
import { BellIcon } from '../ui/icons';
import { useFeed, useFollowed } from './feed';

const MOST = 99;

function Counted({ identity }: { identity: string }) {
  useFollowed(identity);
  const { unread, beat, last } = useFeed();
  const count = unread ?? 0;
  return (
    <>
      <ActionIcon
        variant="default"
        size={30}
        className="bell"
        aria-label={count > 0 ? `Notifications, ${count} not read` : 'Notifications'}
        data-testid="bell"
        renderRoot={(props) => <Link to="/notifications" search={{}} {...props} />}
      >
        <BellIcon />
        {count > 0 && <span className="bell-count num">{count > MOST ? `${MOST}+` : count}</span>}
      </ActionIcon>
      {/* Who does not see the number hears what came. */}
      <span className="hidden" role="status">
        {beat > 0 && count > 0 && last ? `New notification: ${last}` : ''}
      </span>
    </>
  );
}

/** How many notifications are not read, in every window at once. */
export function Bell() {
  const { status, identity } = useSession();
  if (status !== 'signed-in' || !identity) return null;
  return <Counted identity={identity} />;
}
