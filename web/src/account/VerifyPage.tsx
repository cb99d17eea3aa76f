import { Link } from '@tanstack/react-router';
import { type Action, Form } from '../forms/Form';
import { PasswordField } from '../forms/fields';
import { problemsOf } from '../forms/problems';
import { unmask } from '../gql';
import { EnteredFieldsFragmentDoc, VerifyEmailDocument } from '../gql/graphql';
import { post } from '../session/post';
import { session } from '../session/session';
import { AuthFrame } from './AuthFrame';
import { BrokenLink } from './BrokenLink';
import { useGo } from './go';
import { useLinkToken } from './link-token';

/** The link of the mail to who registers. */
export function VerifyPage() {
  const token = useLinkToken();
  const go = useGo();
  if (!token)
    return <BrokenLink title="Confirm your e-mail" another={<Link to="/register">Register anew</Link>} />;
  const verify: Action = async (values) => {
    const input = { token, password: values.text('password'), delivery: 'COOKIE' } as const;
    const answer = await session.enter(
      () => post(VerifyEmailDocument, { input }),
      (data) => unmask(EnteredFieldsFragmentDoc, data.verifyEmail).session?.accessToken,
    );
    const entered = unmask(EnteredFieldsFragmentDoc, answer.verifyEmail);
    if (entered.session) go(undefined);
    return problemsOf(entered).map((problem) =>
      problem.code === 'INVALID_CREDENTIALS'
        ? { field: 'password', message: 'That is not the password that you chose when you registered.' }
        : problem,
    );
  };
  return (
    <AuthFrame title="Confirm your e-mail" foot={<Link to="/register">Register anew</Link>}>
      <Form action={verify} submit="Confirm and log in">
        <PasswordField
          name="password"
          label="Password"
          hint="The one that you chose when you registered."
          autoComplete="current-password"
        />
      </Form>
    </AuthFrame>
  );
}
