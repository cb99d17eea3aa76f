import '../styles/records.css';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { NewsCardDocument, NewsDocument, type NewsQuery } from '../gql/graphql';
import { formatAgo, formatMoment } from '../lib/time';
import { MoreButton } from '../settings/MoreButton';
import { usePages } from '../settings/pages';
import { useStatus } from '../shell/status';
import { useNow, useTitle } from '../ui/hooks';
import { EmptyState, ErrorNotice, SkeletonRows } from '../ui/States';

const route = getRouteApi('/news');
const LOOK_AGAIN = 300_000;
const MENTIONED = 6;
const PAGE = 30;

type Article = NewsQuery['news']['nodes'][number];

const pageOf = (data: NewsQuery) => data.news;

function Mentions({ cards }: { cards: Article['mentions'] }) {
  if (cards.length === 0) return null;
  const more = cards.length - MENTIONED;
  return (
    <ul className="mentions" aria-label="Cards that it names">
      {cards.slice(0, MENTIONED).map((card) => (
        <li key={card.id}>
          <Link to="/cards/$id" params={{ id: card.id }} className="tag">
            {card.name}
          </Link>
        </li>
      ))}
      {more > 0 && <li className="muted small">and {more} more</li>}
    </ul>
  );
}

function Line({ article, now }: { article: Article; now: number }) {
  return (
    <li className="article" data-testid="article">
      <h2>
        <a href={article.url} target="_blank" rel="noopener noreferrer nofollow">
          {article.title}
        </a>
      </h2>
      <p className="muted small">
        <Link to="/news" search={(old) => ({ ...old, publisher: article.publisher })} className="quiet-link">
          {article.publisher}
        </Link>
        {article.authors.length > 0 && ` · ${article.authors.join(', ')}`}
        {' · '}
        <time dateTime={article.publishedAt} title={formatMoment(article.publishedAt)}>
          {formatAgo(article.publishedAt, now)}
        </time>
      </p>
      {article.summary && <p className="article-summary">{article.summary}</p>}
      <Mentions cards={article.mentions} />
    </li>
  );
}

/** Why there is nothing: a market that is made up has no news, and a new one has not looked yet. */
function Nothing({ filtered }: { filtered: boolean }) {
  const origin = useStatus()?.origin;
  if (filtered) {
    return (
      <EmptyState title="Nothing was written about that">
        <Link to="/news" search={{}}>
          Show all news
        </Link>
      </EmptyState>
    );
  }
  if (origin === 'DEMO') {
    return (
      <EmptyState title="The demo market has no news">
        <p>Its cards are made up, so nothing is collected. A real catalogue brings the news with it.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No news has been collected yet">
      <p>The server reads the feeds of publishers every six hours. What it finds is listed here.</p>
    </EmptyState>
  );
}

function Chosen({ card, publisher }: { card: string | undefined; publisher: string | undefined }) {
  const [{ data }] = useQuery({ query: NewsCardDocument, variables: { id: card ?? '' }, pause: !card });
  if (!card && !publisher) return null;
  const name = card && (data?.card?.name ?? 'one card');
  return (
    <p className="row" role="status">
      <span>
        {name && (
          <>
            naming <strong>{name}</strong>
          </>
        )}
        {name && publisher && ', '}
        {publisher && (
          <>
            by <strong>{publisher}</strong>
          </>
        )}
      </span>
      <Link to="/news" search={{}}>
        Show all
      </Link>
    </p>
  );
}

export function NewsPage() {
  useTitle('News');
  const { card, publisher } = route.useSearch();
  return (
    <div className="page page-text">
      <div className="spread">
        <h1>News</h1>
        <Chosen card={card} publisher={publisher} />
      </div>
      <News key={`${card}|${publisher}`} card={card} publisher={publisher} />
    </div>
  );
}

function News({ card, publisher }: { card: string | undefined; publisher: string | undefined }) {
  const now = useNow();
  const filter = useMemo(() => ({ card: card ?? null, publisher: publisher ?? null }), [card, publisher]);
  const pages = usePages(NewsDocument, pageOf, filter);
  const { again } = pages;
  const shown = pages.nodes.length;
  useEffect(() => {
    // Whoever went on to older pages stays there.
    if (shown > PAGE) return undefined;
    const timer = setInterval(again, LOOK_AGAIN);
    return () => clearInterval(timer);
  }, [again, shown]);
  return (
    <>
      {pages.error && <ErrorNotice what="The news" error={pages.error} retry={again} />}
      <section className="panel" aria-label="Articles">
        {pages.nodes.length > 0 ? (
          <ul className="articles">
            {pages.nodes.map((article) => (
              <Line key={article.id} article={article} now={now} />
            ))}
          </ul>
        ) : pages.loading ? (
          <SkeletonRows rows={8} className="skeleton-article" />
        ) : (
          !pages.error && <Nothing filtered={Boolean(card ?? publisher)} />
        )}
        {pages.hasMore && <MoreButton onMore={pages.more} busy={pages.loading} />}
      </section>
      <p className="muted small">
        Titles and summaries are their publishers'; each title leads to the article there.
      </p>
    </>
  );
}
