import { z } from 'zod';

/**
 * Customer text on its way through Redis: AES-256-GCM, base64url.
 * `key` names the key, so that keys can be rotated while jobs are queued; the request id is bound in as
 * associated data, so that a box cannot be moved to another request.
 */
export const Sealed = z.object({ key: z.string().min(1), nonce: z.string().min(1), box: z.string() });
export type Sealed = z.infer<typeof Sealed>;
