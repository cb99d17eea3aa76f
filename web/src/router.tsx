import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  retainSearchParams,
  stringifySearchWith,
  stripSearchParams,
} from '@tanstack/react-router';
import { cardSearch, cardsSearch, DEFAULTS, marketSearch, rootSearch, setsSearch } from './search-params';
import { CrashedPage } from './shell/CrashedPage';
import { NotFound } from './shell/NotFound';
import { Shell } from './shell/Shell';

const rootRoute = createRootRoute({
  validateSearch: rootSearch,
  search: { middlewares: [retainSearchParams(['currency'])] },
  component: Shell,
  notFoundComponent: () => <NotFound />,
});

const marketRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: marketSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.market)] },
  component: lazyRouteComponent(() => import('./market/MarketPage'), 'MarketPage'),
});

const cardsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cards',
  validateSearch: cardsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.cards)] },
  component: lazyRouteComponent(() => import('./cards/CardsPage'), 'CardsPage'),
});

const cardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/cards/$id',
  validateSearch: cardSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.card)] },
  component: lazyRouteComponent(() => import('./card/CardPage'), 'CardPage'),
});

const setsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sets',
  validateSearch: setsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.sets)] },
  component: lazyRouteComponent(() => import('./sets/SetsPage'), 'SetsPage'),
});

const setRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sets/$code',
  component: lazyRouteComponent(() => import('./sets/SetPage'), 'SetPage'),
});

const aboutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/about',
  component: lazyRouteComponent(() => import('./about/AboutPage'), 'AboutPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([marketRoute, cardsRoute, cardRoute, setsRoute, setRoute, aboutRoute]),
  // Plain `key=value`: addresses that people can read, write and share.
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
  defaultPreload: 'intent',
  defaultErrorComponent: CrashedPage,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
