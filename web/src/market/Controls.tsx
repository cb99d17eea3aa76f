import { NativeSelect, SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { WINDOW } from '../lib/labels';

const route = getRouteApi('/');

const FLOORS = ['0.10', '0.50', '1.00', '2.00', '5.00', '10.00', '25.00', '50.00', '100.00'];
const FINISHES = [
  { value: 'ANY', label: 'Any finish' },
  { value: 'NONFOIL', label: 'Regular' },
  { value: 'FOIL', label: 'Foil' },
  { value: 'ETCHED', label: 'Etched' },
] as const;
const WINDOWS = (['DAY', 'WEEK', 'MONTH'] as const).map((value) => ({ value, label: WINDOW[value] }));

/** What the movers lists show; all of it lives in the address. */
export function Controls() {
  const { window, floor, finish } = route.useSearch();
  const navigate = route.useNavigate();
  const floors = FLOORS.includes(floor) ? FLOORS : [floor, ...FLOORS];
  return (
    <div className="row" role="group" aria-label="Movers">
      <SegmentedControl
        size="xs"
        aria-label="Window"
        value={window}
        data={WINDOWS}
        onChange={(value) => void navigate({ search: (old) => ({ ...old, window: value }) })}
      />
      <NativeSelect
        size="xs"
        aria-label="Lowest price"
        value={floor}
        data={floors.map((value) => ({ value, label: `From ${value}` }))}
        onChange={(event) => {
          const value = event.currentTarget.value;
          void navigate({ search: (old) => ({ ...old, floor: value }) });
        }}
      />
      <NativeSelect
        size="xs"
        aria-label="Finish"
        value={finish}
        data={[...FINISHES]}
        onChange={(event) => {
          const value = FINISHES.find((one) => one.value === event.currentTarget.value)?.value ?? 'ANY';
          void navigate({ search: (old) => ({ ...old, finish: value }) });
        }}
      />
    </div>
  );
}
