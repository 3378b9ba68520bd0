import { createHmac } from 'node:crypto';
import { MeshError } from '@switchyard/errors';

const PREFIX = 'whsec_';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * The key that a secret of the form `whsec_<base64>` stands for.
 * @param name where it was taken from
 * @throws MeshError CONFIG_INVALID naming that, for any other form or fewer than 24 or more than 64 bytes
 */
export function readWebhookSecret(secret: string, name: string): Buffer {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = BASE64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (key.length >= LEAST_BYTES && key.length <= MOST_BYTES) return key;
  throw new MeshError('CONFIG_INVALID', `${name}: must be "${PREFIX}" and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes`, { field: name });
}

/**
 * The headers of one attempt, by Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 over
 * `id.timestamp.body`. The id is the event's, and the same in every attempt; the time is the attempt's.
 * @param nowMs milliseconds since 1970
 */
export function signWebhook(key: Buffer, id: string, body: string, nowMs: number): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
