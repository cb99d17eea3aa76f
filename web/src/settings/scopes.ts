import type { Scope } from '../gql/graphql';

export const SCOPES: Record<Scope, { short: string; label: string; hint: string }> = {
  READ_CATALOGUE: {
    short: 'catalogue',
    label: 'Read the catalogue',
    hint: 'Cards, sets and prices. Every key may.',
  },
  READ_OWN: {
    short: 'read own',
    label: 'Read what is yours',
    hint: 'Your account, and all that you keep here.',
  },
  WRITE_OWN: {
    short: 'write own',
    label: 'Change what is yours',
    hint: 'But not the account itself: no passwords, sessions or keys.',
  },
  PARTNER: { short: 'partner', label: 'Act as a partner', hint: 'What is open to partners only.' },
};
