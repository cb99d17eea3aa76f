import '../styles/records.css';
import { Link } from '@tanstack/react-router';
import { useQuery } from 'urql';
import { CardInNewsDocument } from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { useNow } from '../ui/hooks';

/** What was written about the card lately; nothing where nothing was. */
export function InNews({ cardId }: { cardId: string }) {
  const now = useNow();
  const [{ data }] = useQuery({ query: CardInNewsDocument, variables: { id: cardId } });
  const articles = data?.card?.news ?? [];
  if (articles.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="in-news">
      <div className="panel-head">
        <h2 id="in-news">In the news</h2>
        <Link to="/news" search={{ card: cardId }} className="small">
          All news
        </Link>
      </div>
      <ul className="briefs">
        {articles.map(({ id, title, url, publisher, publishedAt }) => (
          <li key={id} data-testid="brief">
            <a href={url} target="_blank" rel="noopener noreferrer nofollow">
              {title}
            </a>
            <span className="muted small">
              {publisher} ·{' '}
              <time dateTime={publishedAt} title={formatMoment(publishedAt)}>
                {formatAgo(publishedAt, now)}
              </time>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
