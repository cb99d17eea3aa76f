import { ActionIcon, Button, Menu } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { LogoutDocument } from '../gql/graphql';
import { useAccount, useSession } from '../session/hooks';
import { post, RequestFailed } from '../session/post';
import { session } from '../session/session';
import { PersonIcon } from '../ui/icons';

/** Pages from which nobody wants to come back to themselves; from the first one everybody comes. */
const WAYS_IN = /^\/(?:|login|register|verify-email|forgot-password|reset-password|confirm-email)$/;

function LogIn() {
  const { pathname, href } = useLocation();
  return (
    <Button
      size="xs"
      variant="default"
      renderRoot={(props) => (
        <Link to="/login" search={WAYS_IN.test(pathname) ? {} : { next: href }} {...props} />
      )}
    >
      Log in
    </Button>
  );
}

function Person() {
  const account = useAccount();
  const [failure, setFailure] = useState<string>();
  const logOut = async () => {
    setFailure(undefined);
    try {
      await session.leave('here', (token) => post(LogoutDocument, {}, token));
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      setFailure(`You are still logged in. ${error.message}`);
    }
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={account ? `Account: ${account.name}` : 'Account'}
          data-testid="account-menu"
        >
          {account ? <span className="initial">{initial(account.name)}</span> : <PersonIcon />}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <span className="menu-name">{account?.name ?? 'Your account'}</span>
          {account?.email && <span className="menu-name">{account.email}</span>}
        </Menu.Label>
        <Menu.Item renderRoot={(props) => <Link to="/settings" {...props} />}>Settings</Menu.Item>
        <Menu.Item renderRoot={(props) => <Link to="/settings/keys" {...props} />}>API keys</Menu.Item>
        {account?.roles.includes('ADMIN') && (
          <Menu.Item renderRoot={(props) => <Link to="/admin" {...props} />}>Background work</Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item onClick={() => void logOut()} closeMenuOnClick={false}>
          Log out
        </Menu.Item>
        {failure && (
          <Menu.Label>
            <span role="alert" className="down">
              {failure}
            </span>
          </Menu.Label>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What a person takes for the first letter, be it made of several characters. */
const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function initial(name: string): string | undefined {
  return letters.segment(name).containing(0)?.segment.toUpperCase();
}

/** The person, or the way in. */
export function AccountMenu() {
  const { status, identity } = useSession();
  // Who was logged in last time most likely is still: nothing jumps when the answer comes.
  if (status === 'signed-in' || (status === 'starting' && identity)) return <Person />;
  return <LogIn />;
}
