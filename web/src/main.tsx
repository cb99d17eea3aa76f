import './nonce';
import './zod-setup';
import '@fontsource-variable/inter';
import './styles/mantine.css';
import './styles/base.css';
import './styles/ui.css';
import './styles/shell.css';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphQLProvider } from './graphql/GraphQLProvider';
import { openSocket } from './live/socket';
import { router } from './router';
import { session } from './session/session';
import { resolver, theme } from './theme';

void session.start();
openSocket();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <GraphQLProvider>
        <RouterProvider router={router} />
      </GraphQLProvider>
    </MantineProvider>
  </StrictMode>,
);
