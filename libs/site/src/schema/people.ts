import { z } from 'zod';

const Variable = z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable');

const endpoint = {
  /** `${NAME}` is taken from the environment. */
  url: z.string().min(1),
  /** `private`: may lead to this machine and to private networks. Link-local addresses are always refused. */
  network: z.enum(['public', 'private']).default('public'),
  timeoutMs: z.int().min(100).max(30_000).default(10_000),
};

/** Where a tenant's people are told of what they take over. Secrets are given by reference only. */
export const People = z.strictObject({
  /** An address of the site's own that is sent every hand-over, signed as https://www.standardwebhooks.com has it. */
  webhook: z.strictObject({
    ...endpoint,
    /** Environment variable that holds the secret, `whsec_` and the base64 of 24 to 64 bytes. */
    secretEnv: Variable,
  }).optional(),
  /** A Chatwoot account in which the mesh is an agent bot. */
  chatwoot: z.strictObject({
    ...endpoint,
    account: z.int().positive(),
    /** Environment variable that holds the bot's access token. */
    tokenEnv: Variable,
    /** Of the secret that ends the address which the bot has in Chatwoot. */
    hookHash: z.string().regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hex digits'),
  }).optional(),
});
export type People = z.infer<typeof People>;
