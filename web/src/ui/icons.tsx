import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="18"
      height="18"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const MarketIcon = () => (
  <Icon>
    <path d="M3 17l5.5-6 4 4L21 6" />
    <path d="M15.5 6H21v5.5" />
  </Icon>
);
export const DashboardIcon = () => (
  <Icon>
    <rect x="3.5" y="3.5" width="7.5" height="9" rx="1.5" />
    <rect x="13.5" y="3.5" width="7" height="5.5" rx="1.5" />
    <rect x="3.5" y="15" width="7.5" height="5.5" rx="1.5" />
    <rect x="13.5" y="11.5" width="7" height="9" rx="1.5" />
  </Icon>
);
export const CardsIcon = () => (
  <Icon>
    <rect x="4" y="5.5" width="11" height="15" rx="1.8" />
    <path d="M8.5 3.5H18a2 2 0 0 1 2 2V17" />
  </Icon>
);
export const SetsIcon = () => (
  <Icon>
    <path d="M12 3l8.5 4.5L12 12 3.5 7.5z" />
    <path d="M3.5 12L12 16.5 20.5 12" />
    <path d="M3.5 16.5L12 21l8.5-4.5" />
  </Icon>
);
export const NewsIcon = () => (
  <Icon>
    <path d="M4 5h13v14H6a2 2 0 0 1-2-2z" />
    <path d="M17 9h3v8a2 2 0 0 1-2 2" />
    <path d="M7.5 9h6M7.5 12.5h6M7.5 16h3.5" />
  </Icon>
);
export const TournamentsIcon = () => (
  <Icon>
    <path d="M8 4h8v5a4 4 0 0 1-8 0z" />
    <path d="M8 5.5H4.5a3.5 3.5 0 0 0 3.6 3.9M16 5.5h3.5a3.5 3.5 0 0 1-3.6 3.9" />
    <path d="M12 13v4M8.5 20h7M9.5 20l.8-3h3.4l.8 3" />
  </Icon>
);
export const InventoryIcon = () => (
  <Icon>
    <path d="M4 8.5h16V19a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 19z" />
    <path d="M4 8.5L6 3.5h12l2 5M9.5 12.5h5" />
  </Icon>
);
export const MoreIcon = () => (
  <Icon>
    <path d="M12 5.5h.01M12 12h.01M12 18.5h.01" strokeWidth="2.75" />
  </Icon>
);
export const ExplorerIcon = () => (
  <Icon>
    <path d="M8.5 7L3.5 12l5 5" />
    <path d="M15.5 7l5 5-5 5" />
  </Icon>
);
export const AboutIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 11.2v5" />
    <path d="M12 7.8h.01" />
  </Icon>
);
export const PersonIcon = () => (
  <Icon>
    <circle cx="12" cy="8.2" r="3.7" />
    <path d="M4.5 20a7.5 7.5 0 0 1 15 0" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="11" cy="11" r="6.5" />
    <path d="M16 16l4.5 4.5" />
  </Icon>
);
export const SunIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="4" />
    <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M20 14.5A8 8 0 1 1 9.5 4 6.5 6.5 0 0 0 20 14.5z" />
  </Icon>
);
export const AutoIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" stroke="none" />
  </Icon>
);
export const FlipIcon = () => (
  <Icon>
    <path d="M4 12a8 8 0 0 1 13.7-5.6L20 8.5" />
    <path d="M20 4v4.5h-4.5" />
    <path d="M20 12a8 8 0 0 1-13.7 5.6L4 15.5" />
    <path d="M4 20v-4.5h4.5" />
  </Icon>
);
export const GridIcon = () => (
  <Icon>
    <rect x="4" y="4" width="6.5" height="6.5" rx="1" />
    <rect x="13.5" y="4" width="6.5" height="6.5" rx="1" />
    <rect x="4" y="13.5" width="6.5" height="6.5" rx="1" />
    <rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1" />
  </Icon>
);
export const RowsIcon = () => (
  <Icon>
    <path d="M4 6h16M4 12h16M4 18h16" />
  </Icon>
);
export const BookmarkIcon = () => (
  <Icon>
    <path d="M6 4h12v16.5l-6-4-6 4z" />
  </Icon>
);
export const FilterIcon = () => (
  <Icon>
    <path d="M4 7h16M7 12h10M10 17h4" />
  </Icon>
);

/** Two bolts, one spell: the product's mark. */
export const Mark = () => (
  <svg viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="7" fill="#151a23" />
    <path d="M8 23 14 8h4l-6 15z" fill="#6d8bff" />
    <path d="M15 23 21 8h4l-6 15z" fill="#ff7a59" />
  </svg>
);
export const BellIcon = () => (
  <Icon>
    <path d="M6 10a6 6 0 0 1 12 0c0 6 2.5 7 2.5 7h-17S6 16 6 10z" />
    <path d="M10 20.5a2.2 2.2 0 0 0 4 0" />
  </Icon>
);
export const WantsIcon = () => (
  <Icon>
    <path d="M5 4h14v17l-7-4.5L5 21z" />
    <path d="M12 8v5M9.5 10.5h5" />
  </Icon>
);
export const AlertsIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="3" />
    <path d="M12 3v3.5M12 17.5V21M3 12h3.5M17.5 12H21" />
    <circle cx="12" cy="12" r="7.5" />
  </Icon>
);
export const CheckIcon = () => (
  <Icon>
    <path d="M5 12.5l4.5 4.5L19 7.5" />
  </Icon>
);
