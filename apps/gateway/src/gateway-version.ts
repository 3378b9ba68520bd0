import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Version of the product, from its package; the file lies as deep as `dist/` and `bundle/` do, and is found from both. */
export const gatewayVersion = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version;
