import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';

function describe(error: CombinedError): { text: string; requestId: string | null } {
  const response = error.response as Response | undefined;
  const requestId = response?.headers?.get('x-request-id') ?? null;
  if (error.networkError) {
    const text = response
      ? `The server answered with status ${response.status}. It may be starting; try again in a moment.`
      : 'The server did not answer. Your connection or the server may be down.';
    return { text, requestId };
  }
  const text = error.graphQLErrors.map((one) => one.message).join(' · ');
  return { text: text || error.message, requestId };
}

/** A failed panel: what happened, the request's id for a report, and a way to try again. */
export function ErrorNotice({
  what,
  error,
  retry,
}: {
  what: string;
  error: CombinedError;
  retry: () => void;
}) {
  const { text, requestId } = describe(error);
  return (
    <div className="panel notice" role="alert">
      <div className="notice-text">
        <strong>{what} could not be loaded.</strong> {text}
        {requestId && <div className="muted small mono">Request {requestId}</div>}
      </div>
      <Button size="xs" variant="default" onClick={retry}>
        Try again
      </Button>
    </div>
  );
}

export function EmptyState({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Placeholder rows of a table's final height. */
export function SkeletonRows({ rows, className = 'skeleton-row' }: { rows: number; className?: string }) {
  return (
    <div aria-hidden="true" className="skeleton-rows">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index} className={`skeleton ${className}`} />
      ))}
    </div>
  );
}
