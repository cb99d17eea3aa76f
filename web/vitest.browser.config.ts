import { defineConfig } from 'vitest/config';

// Against a running server: DUALCASTER_URL=http://127.0.0.1:8080 npm run test:browser
export default defineConfig({
  root: '../tests/web',
  test: {
    include: ['*.test.ts'],
    environment: 'node',
    // One browser and one server for all: side by side they would slow each other into time-outs.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
