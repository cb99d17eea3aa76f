import { Button, Checkbox, CopyButton, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form, useFormState } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, problemsOf } from '../forms/problems';
import { CreateApiKeyDocument, type Scope } from '../gql/graphql';
import { useAccount } from '../session/hooks';
import { useGuard } from './Reauth';
import { Section } from './Section';
import { SCOPES } from './scopes';

const DAY = 86_400_000;
const LIVES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '180', label: 'half a year' },
  { value: '365', label: 'a year' },
];

/** The one time that a key is shown. */
export function NewSecret({ secret, close }: { secret: string; close: () => void }) {
  const notice = useRef<HTMLDivElement>(null);
  // It appears above the form, which on a small screen is out of sight.
  useEffect(() => notice.current?.focus(), [secret]);
  return (
    <div ref={notice} tabIndex={-1} className="form-done secret" role="status" data-testid="new-secret">
      <p>
        <strong>This is your new key.</strong> Copy it now: it is shown this once and cannot be looked up
        later.
      </p>
      <div className="row">
        <code className="secret-text">{secret}</code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button size="xs" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
        <Button size="xs" variant="subtle" onClick={close}>
          I have it
        </Button>
      </div>
    </div>
  );
}

function Life() {
  const { problemOf } = useFormState();
  return (
    <NativeSelect
      name="life"
      label="Ends after"
      data={LIVES}
      defaultValue="90"
      error={problemOf('expiresAt')}
    />
  );
}

export function MakeKey({ made }: { made: (secret: string) => void }) {
  const guard = useGuard();
  const account = useAccount();
  const partner = account?.tier === 'PARTNER' || account?.roles.includes('ADMIN');
  const [, create] = useMutation(CreateApiKeyDocument);
  const [form, setForm] = useState(0);
  const offered = (Object.keys(SCOPES) as Scope[]).filter((scope) => scope !== 'PARTNER' || partner);
  const action: Action = (values) =>
    guard(async () => {
      const input = {
        name: values.text('name'),
        scopes: ['READ_CATALOGUE', ...values.all('scope')] as Scope[],
        expiresAt: new Date(Date.now() + Number(values.text('life')) * DAY).toISOString(),
      };
      const payload = (await answered(create({ input }))).createApiKey;
      if (payload.secret) {
        setForm((count) => count + 1);
        made(payload.secret);
      }
      return problemsOf(payload);
    });
  return (
    <Section title="Make a key">
      <div className="panel-body">
        <Form key={form} action={action} submit="Make key">
          <div className="pair">
            <TextField name="name" label="Name" hint="What it is for." maxLength={60} />
            <Life />
          </div>
          <fieldset className="fields">
            <legend>What it may do</legend>
            {offered.map((scope) => (
              <Checkbox
                key={scope}
                name="scope"
                value={scope}
                label={SCOPES[scope].label}
                description={SCOPES[scope].hint}
                {...(scope === 'READ_CATALOGUE' ? { checked: true, disabled: true, readOnly: true } : {})}
              />
            ))}
          </fieldset>
        </Form>
      </div>
      <p className="panel-foot">
        Send it as <code>Authorization: Bearer dd_…</code>, or try it in the <a href="/explorer">explorer</a>.
      </p>
    </Section>
  );
}
