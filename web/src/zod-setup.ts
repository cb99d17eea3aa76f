import { config } from 'zod/mini';

// zod probes `new Function('')`, which the content security policy reports; imported before any schema.
config({ jitless: true });
