import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

interface Props {
  printing: { id: string; card: { id: string; name: string } };
  className?: string;
  /** What is shown instead of the card's name. */
  children?: ReactNode;
}

/** The way to a printing's place on the page of its card. */
export function PrintingLink({ printing, className = 'link-name', children }: Props) {
  const { id, card } = printing;
  return (
    <Link to="/cards/$id" params={{ id: card.id }} search={{ printing: id }} className={className}>
      {children ?? card.name}
    </Link>
  );
}
