import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomFillSync, type KeyObject } from 'node:crypto';
import type { SealKey } from '@switchyard/config';
import type { Sealed } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Nonces are drawn this many at a time: asking the system for 12 bytes costs as much as sealing a message. */
const NONCES_AT_ONCE = 512;

/** A key as OpenSSL holds it; made from its bytes once, since that takes as long as sealing does. */
interface OpenKey {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Seals customer text on its way through Redis with AES-256-GCM. The first key seals; all of them open, so that a
 * key can be rotated while jobs are queued.
 */
export class Sealer {
  private readonly first: OpenKey;
  private readonly keys: ReadonlyMap<string, KeyObject>;
  private readonly nonces = Buffer.alloc(NONCE_BYTES * NONCES_AT_ONCE);
  private nextNonce = this.nonces.length;

  /** @throws MeshError CONFIG_INVALID without a key. */
  constructor(keys: readonly SealKey[]) {
    const opened = keys.map(({ id, key }): OpenKey => ({ id, key: createSecretKey(key) }));
    const first = opened[0];
    if (!first) throw new MeshError('CONFIG_INVALID', 'there is no key to seal with', { field: 'SEAL_KEY_FILE' });
    this.first = first;
    this.keys = new Map(opened.map(({ id, key }) => [id, key]));
  }

  /**
   * `value` as JSON in a box. `boundTo` (a request's id, as a rule) is authenticated with it: the box cannot be
   * opened for another request.
   */
  seal(value: unknown, boundTo: string): Sealed {
    const nonce = this.drawNonce();
    const cipher = createCipheriv('aes-256-gcm', this.first.key, nonce);
    cipher.setAAD(Buffer.from(boundTo));
    const box = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return { key: this.first.id, nonce: nonce.toString('base64url'), box: box.toString('base64url') };
  }

  /** @throws MeshError SEAL_BROKEN when the key is unknown, the box was changed, or it belongs to another request. */
  open(sealed: Sealed, boundTo: string): unknown {
    const key = this.keys.get(sealed.key);
    if (!key) throw new MeshError('SEAL_BROKEN', 'sealed with a key that this app does not have', { field: 'sealed.key' });
    try {
      const box = Buffer.from(sealed.box, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64url'), { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(boundTo));
      decipher.setAuthTag(box.subarray(-TAG_BYTES));
      const text = Buffer.concat([decipher.update(box.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new MeshError('SEAL_BROKEN', 'the box does not open', { cause: error });
    }
  }

  /**
   * Keyed fingerprints of a text, one for each key, the current one first. Two texts are the same when they share
   * one; without the key a short text cannot be guessed from it, as it could from a plain hash.
   */
  fingerprints(text: string): string[] {
    return [...this.keys].map(([id, key]) => `${id}:${createHmac('sha256', key).update(text).digest('base64url')}`);
  }

  private drawNonce(): Buffer {
    if (this.nextNonce === this.nonces.length) {
      randomFillSync(this.nonces);
      this.nextNonce = 0;
    }
    const nonce = this.nonces.subarray(this.nextNonce, this.nextNonce + NONCE_BYTES);
    this.nextNonce += NONCE_BYTES;
    return nonce;
  }
}
