import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const backend = process.env.DUALCASTER_URL ?? 'http://127.0.0.1:8080';

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
  server: { proxy: { '/graphql': { target: backend, ws: true }, '/auth': backend } },
});
