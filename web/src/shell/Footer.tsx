import { Link } from '@tanstack/react-router';

export function Footer() {
  return (
    <footer className="foot">
      <p>
        Dualcaster Deals is unofficial Fan Content permitted under the Fan Content Policy. Not
        approved/endorsed by Wizards. Portions of the materials used are property of Wizards of the Coast. ©
        Wizards of the Coast LLC.
      </p>
      <p>
        Card data and images by <a href="https://scryfall.com">Scryfall</a>; prices by TCGplayer, Cardmarket,
        Cardhoarder and Card Kingdom as each table says. Charts by{' '}
        <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts. None of them endorses this
        site. Nothing here is financial advice. <Link to="/about">Sources and terms</Link>
      </p>
    </footer>
  );
}
