import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { PASSWORD_HINT, PasswordField } from '../forms/fields';
import { answered, settled } from '../forms/problems';
import { ChangePasswordDocument, LogoutEverywhereDocument } from '../gql/graphql';
import { useAccount } from '../session/hooks';
import { post } from '../session/post';
import { session } from '../session/session';
import { useTitle } from '../ui/hooks';
import { SkeletonRows } from '../ui/States';
import { ConfirmButton } from './ConfirmButton';
import { useGuard } from './Reauth';
import { Section } from './Section';
import { Sessions } from './Sessions';

function Password({ has, changed }: { has: boolean; changed: () => void }) {
  const guard = useGuard();
  const [, change] = useMutation(ChangePasswordDocument);
  const [form, setForm] = useState(0);
  const action: Action = (values) =>
    guard(async () => {
      const currentPassword = has ? values.text('currentPassword') : null;
      const input = { currentPassword, newPassword: values.text('newPassword') };
      const { done, problems } = settled((await answered(change({ input }))).changePassword);
      if (done) {
        // A new form: what was typed does not stay on the screen.
        setForm((count) => count + 1);
        changed();
      }
      return problems;
    });
  return (
    <Section title="Password">
      <div className="panel-body stack">
        {form > 0 && (
          <div className="form-done" role="status">
            Your password is {has ? 'changed' : 'set'}. All other sessions have ended.
          </div>
        )}
        <Form key={form} action={action} submit={has ? 'Change password' : 'Set password'}>
          {has ? (
            <PasswordField name="currentPassword" label="Current password" autoComplete="current-password" />
          ) : (
            <p>There is no password yet: you log in by a linked account only.</p>
          )}
          <PasswordField
            name="newPassword"
            label="New password"
            hint={PASSWORD_HINT}
            autoComplete="new-password"
          />
        </Form>
      </div>
    </Section>
  );
}

async function leaveEverywhere(): Promise<[]> {
  await session.leave('everywhere', (token) => post(LogoutEverywhereDocument, {}, token));
  return [];
}

function Everywhere() {
  return (
    <ConfirmButton
      label="Log out everywhere"
      title="Log out everywhere?"
      submit="Log out everywhere"
      action={leaveEverywhere}
    >
      <p>All sessions end, this one among them. API keys go on.</p>
    </ConfirmButton>
  );
}

export function Security() {
  useTitle('Security');
  const account = useAccount();
  const [generation, setGeneration] = useState(0);
  if (!account) return <SkeletonRows rows={8} />;
  return (
    <>
      <Password has={account.hasPassword} changed={() => setGeneration((count) => count + 1)} />
      <Section title="Sessions" beside={<Everywhere />}>
        <Sessions key={generation} />
      </Section>
    </>
  );
}
