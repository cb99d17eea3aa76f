import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { TextField } from '../forms/fields';
import { answered, problemsOf, settled } from '../forms/problems';
import {
  type AccountFieldsFragment,
  RenameAccountDocument,
  RequestEmailChangeDocument,
} from '../gql/graphql';
import { formatMoment } from '../lib/time';
import { useAccount } from '../session/hooks';
import { useTitle } from '../ui/hooks';
import { SkeletonRows } from '../ui/States';
import { useGuard } from './Reauth';
import { Section } from './Section';

const ROLES = { MODERATOR: 'moderator', ADMIN: 'admin' } as const;

function Name({ account }: { account: AccountFieldsFragment }) {
  const [, rename] = useMutation(RenameAccountDocument);
  const [saved, setSaved] = useState(false);
  const action: Action = async (values) => {
    setSaved(false);
    const payload = (await answered(rename({ name: values.text('name') }))).renameAccount;
    setSaved(payload.account !== null && payload.errors.length === 0);
    return problemsOf(payload);
  };
  return (
    <Section title="Name">
      <div className="panel-body">
        <Form
          action={action}
          submit="Save name"
          beside={
            <span role="status" className="up">
              {saved && 'Saved.'}
            </span>
          }
        >
          <TextField
            name="name"
            label="Name"
            hint="What others see."
            initial={account.name}
            autoComplete="nickname"
            maxLength={60}
          />
        </Form>
      </div>
      <p className="panel-foot">
        Account since {formatMoment(account.createdAt)}
        {account.roles.length > 0 && `; you are ${account.roles.map((role) => ROLES[role]).join(' and ')}`}
      </p>
    </Section>
  );
}

function Email({ account }: { account: AccountFieldsFragment }) {
  const guard = useGuard();
  const [, request] = useMutation(RequestEmailChangeDocument);
  const [sentTo, setSentTo] = useState<string>();
  const action: Action = (values) => {
    setSentTo(undefined);
    const email = values.text('email');
    return guard(async () => {
      const { done, problems } = settled((await answered(request({ email }))).requestEmailChange);
      if (done) setSentTo(email);
      return problems;
    });
  };
  return (
    <Section title="E-mail">
      <div className="panel-body stack">
        <p>
          {account.email ? (
            <>
              You log in with <strong>{account.email}</strong>.
            </>
          ) : (
            'There is no e-mail yet: you log in by a linked account only.'
          )}
        </p>
        {sentTo && (
          <div className="form-done" role="status">
            A mail is on its way to {sentTo}. The address is yours when you have opened the link in it.
          </div>
        )}
        <Form action={action} submit={account.email ? 'Change e-mail' : 'Add e-mail'}>
          <TextField
            name="email"
            label="New e-mail"
            type="email"
            autoComplete="email"
            hint="We send a link to it. Until it is opened, nothing changes."
          />
        </Form>
      </div>
    </Section>
  );
}

export function Profile() {
  useTitle('Profile');
  const account = useAccount();
  if (!account) return <SkeletonRows rows={6} />;
  return (
    <>
      <Name account={account} />
      <Email account={account} />
    </>
  );
}
