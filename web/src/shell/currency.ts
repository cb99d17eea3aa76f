import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Currency } from '../gql/graphql';
import { CURRENCIES } from '../lib/labels';

const KEY = 'dualcaster.currency';

function stored(): Currency {
  try {
    const value = localStorage.getItem(KEY);
    return CURRENCIES.find((currency) => currency === value) ?? 'USD';
  } catch {
    // Storage can be forbidden: the address still carries the choice.
    return 'USD';
  }
}

/** The currency of the address, else the one chosen last. */
export function useCurrency(): Currency {
  const search = useSearch({ strict: false });
  return search.currency ?? stored();
}

export function useSetCurrency(): (currency: Currency) => void {
  const navigate = useNavigate();
  return useCallback(
    (currency) => {
      try {
        localStorage.setItem(KEY, currency);
      } catch {
        // See `stored`.
      }
      void navigate({ to: '.', search: (previous) => ({ ...previous, currency }), replace: true });
    },
    [navigate],
  );
}
