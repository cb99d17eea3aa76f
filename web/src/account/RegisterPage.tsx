import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMutation } from 'urql';
import { type Action, Form } from '../forms/Form';
import { PASSWORD_HINT, PasswordField, TextField } from '../forms/fields';
import { answered, settled } from '../forms/problems';
import { RegisterDocument } from '../gql/graphql';
import { safeNext } from '../lib/next';
import { AuthFrame } from './AuthFrame';
import { ProviderButtons } from './ProviderButtons';

export function RegisterPage() {
  const [, register] = useMutation(RegisterDocument);
  const [sentTo, setSentTo] = useState<string>();
  const action: Action = async (values) => {
    const [name, email] = [values.text('name'), values.text('email')];
    const input = { name, email, password: values.text('password') };
    const { done, problems } = settled((await answered(register({ input }))).register);
    if (done) setSentTo(email);
    return problems;
  };
  const foot = <Link to="/login">Have an account? Log in</Link>;
  if (sentTo) {
    return (
      <AuthFrame title="Look into your mail" foot={foot}>
        <div className="prose" role="status">
          <p>
            We have sent a mail to <strong>{sentTo}</strong>. Open its link within half an hour and enter your
            password once more: then you are in.
          </p>
          <p className="muted">
            Nothing there? Look into the spam folder, or{' '}
            <button type="button" className="link" onClick={() => setSentTo(undefined)}>
              try another address
            </button>
            .
          </p>
        </div>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Make an account" foot={foot}>
      <Form action={action} submit="Make an account">
        <TextField
          name="name"
          label="Name"
          hint="What others see; it can be changed."
          autoComplete="nickname"
          maxLength={60}
        />
        <TextField name="email" label="E-mail" type="email" autoComplete="username" />
        <PasswordField name="password" label="Password" hint={PASSWORD_HINT} autoComplete="new-password" />
      </Form>
      <ProviderButtons next={safeNext(undefined)} />
    </AuthFrame>
  );
}
