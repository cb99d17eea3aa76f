import { Button } from '@mantine/core';

export function MoreButton({ onMore, busy }: { onMore: () => void; busy: boolean }) {
  return (
    <div className="panel-foot">
      <Button size="xs" variant="default" onClick={onMore} loading={busy}>
        Show more
      </Button>
    </div>
  );
}
