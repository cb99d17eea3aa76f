import '../styles/about.css';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useStatus } from '../shell/status';
import { useTitle } from '../ui/hooks';

const ORIGIN = {
  EMPTY: 'No data is loaded yet.',
  DEMO: 'This server shows the demo market: true facts of well-known cards, and prices that a program makes up and moves. No price here was ever asked or paid.',
  REAL: 'This server shows real cards and the prices that the sources below published.',
} as const;

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="panel">
      <div className="panel-head">
        <h2>{title}</h2>
      </div>
      <div className="panel-body prose">{children}</div>
    </section>
  );
}

export function AboutPage() {
  useTitle('About');
  const status = useStatus();
  return (
    <div className="page about">
      <h1>About the data</h1>
      <Section title="What you are looking at">
        <p>{status ? ORIGIN[status.origin] : 'The server has not said yet where its data comes from.'}</p>
        <p>
          To load real data, start with a folder of the vendors' own files (<code>make up DATA=folder</code>),
          or with a network connection, when Scryfall's bulk file is fetched. Demo data and real data never
          mix.
        </p>
      </Section>
      <Section title="Where it comes from">
        <ul>
          <li>
            <strong>Cards, sets, legalities, images:</strong> <a href="https://scryfall.com">Scryfall</a>.
            Images are shown whole and unaltered, with their artist.
          </li>
          <li>
            <strong>TCGplayer</strong> (USD) and <strong>Cardhoarder</strong> (TIX): market prices in
            Scryfall's bulk data, once a day.
          </li>
          <li>
            <strong>Cardmarket</strong> (EUR): the public price guide: trend, low and averages.
          </li>
          <li>
            <strong>Card Kingdom</strong> (USD): the public price list: retail and buylist.
          </li>
        </ul>
      </Section>
      <Section title="How prices are made">
        <ul>
          <li>
            A price is what one source says for one printing, finish, condition and kind. We never average
            sources.
          </li>
          <li>A missing price is a dash. Zero, out of stock and “not buying” are not prices.</li>
          <li>
            The headline price of a source is its market price (TCGplayer, Cardhoarder), trend (Cardmarket) or
            retail price (Card Kingdom).
          </li>
          <li>Currencies are never converted. The chart gives each currency an axis of its own.</li>
          <li>History keeps every change with the time at the source and the time we learned of it.</li>
          <li>A file that shrank by half is refused; the older prices stay, with their age shown.</li>
          <li>
            Movers compare the headline price with its value at the start of the window, above a lowest price.
          </li>
        </ul>
      </Section>
      <Section title="Terms">
        <p>
          Dualcaster Deals is unofficial Fan Content permitted under the Fan Content Policy. Not
          approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©
          Wizards of the Coast LLC.
        </p>
        <p>
          Scryfall, TCGplayer, Cardmarket, Cardhoarder and Card Kingdom are not affiliated with this site.
          Charts are drawn with Lightweight Charts™, ©{' '}
          <a href="https://www.tradingview.com/">TradingView, Inc.</a>
        </p>
        <p>Prices are information, not an offer, and nothing here is financial advice.</p>
      </Section>
      <Section title="For developers">
        <p>
          Everything on these pages comes from one public GraphQL API at <code>/graphql</code>. Try it in the{' '}
          <a href="/explorer">explorer</a>: no key is needed to read. For programs of your own, make a key in
          your <Link to="/settings/keys">settings</Link>.
        </p>
      </Section>
    </div>
  );
}
