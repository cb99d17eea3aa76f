import { ActionIcon, Menu, NativeSelect, useMantineColorScheme } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Currency } from '../gql/graphql';
import { CURRENCIES } from '../lib/labels';
import { type ConnectionState, connection } from '../live/socket';
import { AutoIcon, MoonIcon, SunIcon } from '../ui/icons';
import { useCurrency, useSetCurrency } from './currency';

export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.get);
}

const STATE: Record<ConnectionState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
};

export function LiveBadge() {
  const state = useConnection();
  return (
    <span className="live" data-state={state} data-testid="live-badge" title={`Live prices: ${STATE[state]}`}>
      <span className="dot" />
      <span>{STATE[state]}</span>
    </span>
  );
}

export function CurrencySwitch() {
  const currency = useCurrency();
  const set = useSetCurrency();
  return (
    <NativeSelect
      size="xs"
      w={76}
      aria-label="Currency"
      value={currency}
      data={CURRENCIES}
      onChange={(event) => set(event.currentTarget.value as Currency)}
    />
  );
}

const SCHEMES = [
  { value: 'light', label: 'Light', icon: <SunIcon /> },
  { value: 'dark', label: 'Dark', icon: <MoonIcon /> },
  { value: 'auto', label: 'Like the system', icon: <AutoIcon /> },
] as const;

export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.find((scheme) => scheme.value === colorScheme) ?? SCHEMES[2];
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={`Theme: ${current.label}`}>
          {current.icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={scheme.icon}
            aria-current={scheme.value === colorScheme}
            onClick={() => setColorScheme(scheme.value)}
          >
            {scheme.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
