import { CatchBoundary, Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Bell } from '../notifications/Bell';
import { useSession } from '../session/hooks';
import {
  AboutIcon,
  AlertsIcon,
  CardsIcon,
  DashboardIcon,
  ExplorerIcon,
  InventoryIcon,
  Mark,
  MarketIcon,
  NewsIcon,
  SearchIcon,
  SetsIcon,
  TournamentsIcon,
  WantsIcon,
} from '../ui/icons';
import { AccountMenu } from './AccountMenu';
import { Banners } from './Banners';
import { CrashedPage } from './CrashedPage';
import { FirstRun } from './FirstRun';
import { Footer } from './Footer';
import { CurrencySwitch, LiveBadge, ThemeSwitch } from './HeaderControls';
import { LoadProgress } from './LoadProgress';
import { openPalette, Palette } from './Palette';
import { StatusContext, useDataStatus } from './status';

function Header() {
  return (
    <header className="head">
      <Link to="/" className="brand" aria-label="Dualcaster Deals, home">
        <Mark />
        <span>Dualcaster Deals</span>
      </Link>
      <button type="button" className="search-open" onClick={openPalette}>
        <SearchIcon />
        <span>Search cards…</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <div className="head-end">
        <LiveBadge />
        <CurrencySwitch />
        <ThemeSwitch />
        <Bell />
        <AccountMenu />
      </div>
    </header>
  );
}

function Navigation() {
  const { identity } = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone there is more than fits: the place where somebody is shows.
    nav.current
      ?.querySelector('[aria-current=page]')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [path, identity]);
  return (
    <nav className="nav" aria-label="Primary" ref={nav}>
      <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
        <MarketIcon />
        Market
      </Link>
      <Link to="/cards" activeOptions={{ includeSearch: false }}>
        <CardsIcon />
        Cards
      </Link>
      <Link to="/sets" activeOptions={{ includeSearch: false }}>
        <SetsIcon />
        Sets
      </Link>
      <Link to="/news" activeOptions={{ includeSearch: false }}>
        <NewsIcon />
        News
      </Link>
      <Link to="/tournaments" activeOptions={{ includeSearch: false }}>
        <TournamentsIcon />
        Tournaments
      </Link>
      {identity && (
        <Link to="/dashboard" activeOptions={{ includeSearch: false }}>
          <DashboardIcon />
          Dashboard
        </Link>
      )}
      {identity && (
        <Link to="/inventory" activeOptions={{ includeSearch: false }}>
          <InventoryIcon />
          Inventory
        </Link>
      )}
      {identity && (
        <Link to="/portfolio" activeOptions={{ includeSearch: false }}>
          <MarketIcon />
          Portfolio
        </Link>
      )}
      {identity && (
        <Link to="/wants" activeOptions={{ includeSearch: false }}>
          <WantsIcon />
          Wants
        </Link>
      )}
      {identity && (
        <Link to="/alerts" activeOptions={{ includeSearch: false }}>
          <AlertsIcon />
          Alerts
        </Link>
      )}
      <span className="nav-rule" />
      {/* A page of its own, outside this application. */}
      <a href="/explorer" className="wide-only">
        <ExplorerIcon />
        Explorer
      </a>
      {/* The footer leads there too. */}
      <Link to="/about" className={identity ? 'wide-only' : undefined}>
        <AboutIcon />
        About
      </Link>
    </nav>
  );
}

export function Shell() {
  const [status, recheck] = useDataStatus();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const empty = status?.origin === 'EMPTY' && path !== '/about';
  return (
    <StatusContext value={status}>
      <div className="shell">
        <a className="skip" href="#main">
          Skip to content
        </a>
        <Header />
        <Navigation />
        <main className="main" id="main" tabIndex={-1}>
          <Banners origin={status?.origin} />
          <LoadProgress loads={status?.loads ?? []} />
          {empty ? (
            <FirstRun loads={status.loads} recheck={recheck} />
          ) : (
            // A page that breaks leaves the navigation standing, and another address starts clean.
            <CatchBoundary getResetKey={() => path} errorComponent={CrashedPage}>
              <Outlet />
            </CatchBoundary>
          )}
        </main>
        <Footer />
        <Palette />
      </div>
    </StatusContext>
  );
}
