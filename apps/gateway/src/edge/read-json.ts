import { MeshError } from '@switchyard/errors';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * A body as JSON; an empty one is undefined, which the route's schema then refuses.
 * @throws MeshError JSON_INVALID, also where the bytes are not UTF-8; what was sent is never quoted
 */
export function readJson(body: Uint8Array): unknown {
  if (body.byteLength === 0) return undefined;
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new MeshError('JSON_INVALID', 'the body must be one JSON value in UTF-8');
  }
}
