import { Button } from '@mantine/core';
import { useQuery } from 'urql';
import { LoginProvidersDocument } from '../gql/graphql';
import { PROVIDERS, startUrl } from './providers';

/** The providers that this server is set up for; nothing when there are none. */
export function ProviderButtons({ next }: { next: string }) {
  const [{ data }] = useQuery({ query: LoginProvidersDocument });
  if (!data || data.loginProviders.length === 0) return null;
  return (
    <>
      <div className="auth-or">or</div>
      <div className="auth-ways">
        {data.loginProviders.map((provider) => (
          <Button key={provider} component="a" variant="default" href={startUrl(provider, next)}>
            Continue with {PROVIDERS[provider].label}
          </Button>
        ))}
      </div>
    </>
  );
}
