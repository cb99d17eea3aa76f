import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const backend = process.env.DUALCASTER_URL ?? 'http://127.0.0.1:8080';

// The server answers pages of its own address, and of DUALCASTER_ALLOWED_ORIGINS. What the development server
// passes on comes from the former.
const proxied = { target: backend, headers: { origin: new URL(backend).origin } };

export default defineConfig({
  plugins: [react()],
  build: {
    manifest: true,
    target: 'es2022',
    // The explorer carries a code editor; the budget script watches the app's own chunks.
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: { app: 'index.html', explorer: 'explorer.html' } },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/graphql': { ...proxied, ws: true },
      '/auth': proxied,
      '/schema.graphql': proxied,
      // A page of its own.
      '^/explorer$': { target: backend, bypass: () => '/explorer.html' },
    },
  },
});
