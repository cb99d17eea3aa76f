import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  colors: {
    // Cooler and deeper than the default greys.
    dark: [
      '#e4e8ef',
      '#c4ccd8',
      '#9aa5b5',
      '#6f7b8c',
      '#38424f',
      '#2c3543',
      '#181d26',
      '#141920',
      '#0f1319',
      '#0a0d11',
    ],
  },
  primaryColor: 'indigo',
  // The default shades fail contrast for filled controls, in dark more than in light.
  primaryShade: { light: 8, dark: 8 },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SFMono-Regular', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  defaultRadius: 'md',
  cursorType: 'pointer',
  headings: { fontWeight: '650' },
  components: { Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } } },
});

export const resolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f5f6f8',
    '--mantine-color-text': '#161a21',
    '--mantine-color-dimmed': '#525b69',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-8)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-placeholder': '#646d7b',
  },
  dark: {
    '--mantine-color-body': '#0d1015',
    '--mantine-color-text': '#e4e8ef',
    '--mantine-color-dimmed': '#9aa5b5',
    '--mantine-color-anchor': 'var(--mantine-color-indigo-3)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-placeholder': '#8b96a6',
    '--mantine-color-default': '#181d26',
    '--mantine-color-default-hover': '#1f2631',
    '--mantine-color-default-border': '#2c3543',
  },
});
