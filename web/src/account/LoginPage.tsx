import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { type Action, Form } from '../forms/Form';
import { PASSWORD_HINT, PasswordField, TextField } from '../forms/fields';
import { problemsOf } from '../forms/problems';
import { unmask } from '../gql';
import { EnteredFieldsFragmentDoc, LoginDocument } from '../gql/graphql';
import { safeNext } from '../lib/next';
import { useAccount, useSession } from '../session/hooks';
import { post } from '../session/post';
import { session } from '../session/session';
import { AuthFrame } from './AuthFrame';
import { useGo } from './go';
import { ProviderButtons } from './ProviderButtons';
import { describeReturn } from './providers';

const route = getRouteApi('/login');

const DONE: Record<string, string> = {
  password: 'Your new password is set. Log in with it.',
  email: 'Your e-mail address is confirmed. Log in with it.',
  everywhere: 'You are logged out everywhere.',
  closed: 'Your account is closed, and what was personal is being deleted. Thank you for having been here.',
};

function LoginForm({ next }: { next: string | undefined }) {
  const go = useGo();
  // An operator gave the password: it is good for choosing another one, and for nothing else.
  const [mustChange, setMustChange] = useState(false);
  const login: Action = async (values) => {
    const input = {
      email: values.text('email'),
      password: values.text('password'),
      newPassword: mustChange ? values.text('newPassword') : null,
      delivery: 'COOKIE',
    } as const;
    const answer = await session.enter(
      () => post(LoginDocument, { input }),
      (data) => unmask(EnteredFieldsFragmentDoc, data.login).session?.accessToken,
    );
    const entered = unmask(EnteredFieldsFragmentDoc, answer.login);
    if (entered.session) {
      go(next);
      return [];
    }
    const problems = problemsOf(entered);
    if (!problems.some(({ code }) => code === 'PASSWORD_CHANGE_REQUIRED')) return problems;
    setMustChange(true);
    // The field comes with the question; an error beside it would scold before the first try.
    return mustChange ? problems : [];
  };
  return (
    <Form action={login} submit={mustChange ? 'Set password and log in' : 'Log in'}>
      <TextField name="email" label="E-mail" type="email" autoComplete="username" />
      <PasswordField
        name="password"
        label={mustChange ? 'One-time password' : 'Password'}
        autoComplete="current-password"
      />
      {mustChange && (
        <>
          <p role="status">
            This password was given to you and is good for one login. Choose one of your own.
          </p>
          <NewPassword />
        </>
      )}
    </Form>
  );
}

function NewPassword() {
  useEffect(() => document.querySelector<HTMLElement>('input[name=newPassword]')?.focus(), []);
  return (
    <PasswordField name="newPassword" label="New password" hint={PASSWORD_HINT} autoComplete="new-password" />
  );
}

function AlreadyIn({ next }: { next: string | undefined }) {
  const account = useAccount();
  const to = safeNext(next);
  return (
    <p>
      You are logged in{account ? ` as ${account.name}` : ''}. <a href={to}>Go on</a> or open your{' '}
      <Link to="/settings">settings</Link>.
    </p>
  );
}

export function LoginPage() {
  const { next, error, provider, done } = route.useSearch();
  const { status } = useSession();
  const go = useGo();
  const signedIn = status === 'signed-in';
  // Whoever is in already has no business here, unless there is something to be told.
  const leave = signedIn && !error;
  useEffect(() => {
    if (leave) go(next);
  }, [leave, go, next]);
  return (
    <AuthFrame
      title="Log in"
      foot={
        <>
          <Link to="/forgot-password">Forgot your password?</Link>
          <Link to="/register">Make an account</Link>
        </>
      }
    >
      <div className="stack">
        {error && (
          <div className="form-error" role="alert">
            {describeReturn(error, provider)}
          </div>
        )}
        {done && DONE[done] && (
          <div className="form-done" role="status">
            {DONE[done]}
          </div>
        )}
        {signedIn ? <AlreadyIn next={next} /> : <LoginForm next={next} />}
      </div>
      {!signedIn && <ProviderButtons next={safeNext(next)} />}
    </AuthFrame>
  );
}
