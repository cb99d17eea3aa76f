import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
  retainSearchParams,
  stringifySearchWith,
  stripSearchParams,
} from '@tanstack/react-router';
import {
  alertsSearch,
  cardSearch,
  cardsSearch,
  DEFAULTS,
  dashboardSearch,
  importSearch,
  inventorySearch,
  loginSearch,
  marketSearch,
  newsSearch,
  notificationsSearch,
  portfolioSearch,
  returnSearch,
  rootSearch,
  setsSearch,
  tournamentSearch,
  tournamentsSearch,
  wantsSearch,
} from './search-params';
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

const newsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/news',
  validateSearch: newsSearch,
  component: lazyRouteComponent(() => import('./news/NewsPage'), 'NewsPage'),
});

const tournamentsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tournaments',
  validateSearch: tournamentsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.tournaments)] },
  component: lazyRouteComponent(() => import('./tournaments/TournamentsPage'), 'TournamentsPage'),
});

const tournamentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/tournaments/$id',
  validateSearch: tournamentSearch,
  component: lazyRouteComponent(() => import('./tournaments/TournamentPage'), 'TournamentPage'),
});

const dashboardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/dashboard',
  validateSearch: dashboardSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.dashboard)] },
  component: lazyRouteComponent(() => import('./dashboard/DashboardPage'), 'DashboardPage'),
});

const inventoryRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inventory',
  validateSearch: inventorySearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.inventory)] },
  component: lazyRouteComponent(() => import('./inventory/InventoryPage'), 'InventoryPage'),
});

const portfolioRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/portfolio',
  validateSearch: portfolioSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.portfolio)] },
  component: lazyRouteComponent(() => import('./portfolio/PortfolioPage'), 'PortfolioPage'),
});

const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/inventory/import',
  validateSearch: importSearch,
  component: lazyRouteComponent(() => import('./import/ImportPage'), 'ImportPage'),
});

const wantsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/wants',
  validateSearch: wantsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.wants)] },
  component: lazyRouteComponent(() => import('./wants/WantsPage'), 'WantsPage'),
});

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/alerts',
  validateSearch: alertsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.alerts)] },
  component: lazyRouteComponent(() => import('./alerts/AlertsPage'), 'AlertsPage'),
});

const searchesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/searches',
  component: lazyRouteComponent(() => import('./searches/SearchesPage'), 'SearchesPage'),
});

// The addresses that people give away.
const sharedRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/shared/$token',
  component: lazyRouteComponent(() => import('./shares/SharedPage'), 'SharedPage'),
});

const notificationsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/notifications',
  validateSearch: notificationsSearch,
  search: { middlewares: [stripSearchParams(DEFAULTS.notifications)] },
  component: lazyRouteComponent(() => import('./notifications/NotificationsPage'), 'NotificationsPage'),
});

const aboutRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/about',
  component: lazyRouteComponent(() => import('./about/AboutPage'), 'AboutPage'),
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: loginSearch,
  component: lazyRouteComponent(() => import('./account/LoginPage'), 'LoginPage'),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/register',
  component: lazyRouteComponent(() => import('./account/RegisterPage'), 'RegisterPage'),
});

// The addresses of the links in mails.
const verifyRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify-email',
  component: lazyRouteComponent(() => import('./account/VerifyPage'), 'VerifyPage'),
});

const forgotRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./account/ForgotPasswordPage'), 'ForgotPasswordPage'),
});

const resetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./account/ResetPasswordPage'), 'ResetPasswordPage'),
});

const confirmRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./account/ConfirmEmailPage'), 'ConfirmEmailPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  validateSearch: returnSearch,
  component: lazyRouteComponent(() => import('./settings/SettingsPage'), 'SettingsPage'),
});

const settingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  // Who comes back from a provider with an error is told where accounts are linked.
  beforeLoad: ({ search }) => {
    throw redirect(
      search.error
        ? { to: '/settings/linked', search, replace: true }
        : { to: '/settings/profile', replace: true },
    );
  },
});

const settingsRoutes = [
  settingsIndexRoute,
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/profile',
    component: lazyRouteComponent(() => import('./settings/Profile'), 'Profile'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/security',
    component: lazyRouteComponent(() => import('./settings/Security'), 'Security'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/linked',
    component: lazyRouteComponent(() => import('./settings/Linked'), 'LinkedAccounts'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/keys',
    component: lazyRouteComponent(() => import('./settings/Keys'), 'Keys'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/notifications',
    component: lazyRouteComponent(() => import('./settings/NotificationSettings'), 'NotificationSettings'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/events',
    component: lazyRouteComponent(() => import('./settings/Events'), 'Events'),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: '/account',
    component: lazyRouteComponent(() => import('./settings/YourData'), 'YourData'),
  }),
] as const;

const adminRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin',
  component: lazyRouteComponent(() => import('./admin/AdminPage'), 'AdminPage'),
});

const adminRoutes = [
  createRoute({
    getParentRoute: () => adminRoute,
    path: '/',
    component: lazyRouteComponent(() => import('./admin/Work'), 'Work'),
  }),
  createRoute({
    getParentRoute: () => adminRoute,
    path: '/health',
    component: lazyRouteComponent(() => import('./admin/HealthPage'), 'HealthPage'),
  }),
] as const;

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    marketRoute,
    cardsRoute,
    cardRoute,
    setsRoute,
    setRoute,
    newsRoute,
    tournamentsRoute,
    tournamentRoute,
    dashboardRoute,
    inventoryRoute,
    portfolioRoute,
    importRoute,
    wantsRoute,
    alertsRoute,
    searchesRoute,
    sharedRoute,
    notificationsRoute,
    aboutRoute,
    loginRoute,
    registerRoute,
    verifyRoute,
    forgotRoute,
    resetRoute,
    confirmRoute,
    settingsRoute.addChildren(settingsRoutes),
    adminRoute.addChildren(adminRoutes),
  ]),
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
