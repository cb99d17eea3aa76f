import { Autocomplete, Checkbox, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { type Action, Form, useFormState } from '../forms/Form';
import { SelectField, TextField } from '../forms/fields';
import { answered } from '../forms/problems';
import { unmask } from '../gql';
import {
  type NotificationDigest,
  type NotificationKind,
  NotificationPreferencesDocument,
  type PreferenceFieldsFragment,
  PreferenceFieldsFragmentDoc,
  SetNotificationPreferencesDocument,
} from '../gql/graphql';
import { problemsAt } from '../inventory/context';
import { useTitle } from '../ui/hooks';
import { ErrorNotice, SkeletonRows } from '../ui/States';
import { Section } from './Section';

const KINDS: { value: NotificationKind; label: string; hint: string }[] = [
  { value: 'ALERT', label: 'Alerts', hint: 'Prices and searches that you watch.' },
  { value: 'IMPORT', label: 'Imports', hint: 'A file of a collection is in, or could not be.' },
  { value: 'ACCOUNT', label: 'Account', hint: 'Mails about its security always go out.' },
  { value: 'SYSTEM', label: 'Platform', hint: 'News of Dualcaster Deals itself.' },
];

const DIGESTS: { value: NotificationDigest; label: string }[] = [
  { value: 'OFF', label: 'One by one, as it happens' },
  { value: 'HOURLY', label: 'Together, every hour' },
  { value: 'DAILY', label: 'Together, once a day' },
];

const HOURS = Array.from({ length: 24 }, (_, hour) => ({
  value: String(hour),
  label: `${String(hour).padStart(2, '0')}:00`,
}));

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = () => ['UTC', ...Intl.supportedValuesOf('timeZone')];

function Zone({ initial }: { initial: string }) {
  const { problemOf } = useFormState();
  const [zones] = useState(ZONES);
  return (
    <Autocomplete
      name="timeZone"
      label="Time zone"
      description={`All hours are by the clock there. Yours seems to be ${here()}.`}
      data={zones}
      defaultValue={initial}
      limit={30}
      error={problemOf('timeZone')}
    />
  );
}

function Kinds({ email }: { email: readonly NotificationKind[] }) {
  return (
    <table className="data kinds">
      <thead>
        <tr>
          <th>What</th>
          <th>In the app</th>
          <th>E-mail</th>
        </tr>
      </thead>
      <tbody>
        {KINDS.map(({ value, label, hint }) => (
          <tr key={value}>
            <td>
              {label} <span className="muted small">{hint}</span>
            </td>
            <td>
              <Checkbox checked readOnly disabled aria-label={`${label} in the app: always`} />
            </td>
            <td>
              <Checkbox
                name="email"
                value={value}
                defaultChecked={email.includes(value)}
                aria-label={`${label} by e-mail`}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Preferences({ kept }: { kept: PreferenceFieldsFragment }) {
  const [, set] = useMutation(SetNotificationPreferencesDocument);
  const [saved, setSaved] = useState(false);
  const [quiet, setQuiet] = useState(kept.quietHours !== null);
  const [digest, setDigest] = useState<string>(kept.digest);
  const action: Action = async (values) => {
    setSaved(false);
    const input = {
      email: KINDS.map(({ value }) => value).filter((kind) => values.all('email').includes(kind)),
      timeZone: values.text('timeZone'),
      quietHours: quiet ? { from: values.text('from'), until: values.text('until') } : null,
      digest: DIGESTS.find(({ value }) => value === digest)?.value ?? 'OFF',
      ...(digest === 'DAILY' && { digestHour: Number(values.text('digestHour')) }),
    };
    const { errors } = (await answered(set({ input }))).setNotificationPreferences;
    setSaved(errors.length === 0);
    return problemsAt(errors).map(({ field, message }) => ({
      field: field === 'quietHours' ? 'from' : (field ?? ''),
      message,
    }));
  };
  return (
    <Form
      action={action}
      submit="Save"
      beside={
        <span role="status" className="up">
          {saved && 'Saved.'}
        </span>
      }
    >
      <Kinds email={kept.email} />
      <NativeSelect
        name="digest"
        label="How mails are put together"
        value={digest}
        data={DIGESTS}
        onChange={(event) => setDigest(event.currentTarget.value)}
      />
      {digest === 'DAILY' && (
        <SelectField name="digestHour" label="At" initial={String(kept.digestHour)} data={HOURS} />
      )}
      <Checkbox
        label="Quiet hours: mail waits until they end"
        checked={quiet}
        onChange={(event) => setQuiet(event.currentTarget.checked)}
      />
      {quiet && (
        <div className="row quiet">
          <TextField name="from" label="From" initial={kept.quietHours?.from ?? '22:00'} maxLength={5} />
          <TextField name="until" label="Until" initial={kept.quietHours?.until ?? '07:00'} maxLength={5} />
        </div>
      )}
      <Zone initial={kept.timeZone} />
    </Form>
  );
}

/** What somebody is told by mail, and when. */
export function NotificationSettings() {
  useTitle('Notifications');
  const [{ data, error }, again] = useQuery({
    query: NotificationPreferencesDocument,
    requestPolicy: 'network-only',
  });
  const kept = unmask(PreferenceFieldsFragmentDoc, data?.viewer?.notificationPreferences);
  return (
    <Section title="Notifications">
      {error ? (
        <ErrorNotice what="What you are told" error={error} retry={again} />
      ) : kept ? (
        <div className="panel-body">
          <Preferences kept={kept} />
        </div>
      ) : (
        <SkeletonRows rows={6} />
      )}
    </Section>
  );
}
