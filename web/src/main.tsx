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
import { Provider } from 'urql';
import { client } from './graphql/client';
import { openSocket } from './live/socket';
import { router } from './router';
import { resolver, theme } from './theme';

openSocket();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto">
      <Provider value={client}>
        <RouterProvider router={router} />
      </Provider>
    </MantineProvider>
  </StrictMode>,
);
