import { readFileSync } from 'node:fs';
import { MeshError } from '@switchyard/errors';

export interface SealKey {
  readonly id: string;
  /** 32 bytes, for AES-256. */
  readonly key: Buffer;
}

/**
 * The keys of a key file: one `<id>:<64 hex digits>` a line, empty lines and `#` comments skipped. The first seals;
 * the others still open what was sealed before a rotation.
 * @throws MeshError CONFIG_INVALID naming file and line, never a key.
 */
export function readSealKeys(file: string): SealKey[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new MeshError('CONFIG_INVALID', `the key file ${file} cannot be read`, { cause: error, field: 'SEAL_KEY_FILE' });
  }
  const keys: SealKey[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([A-Za-z0-9._-]{1,32}):([0-9a-fA-F]{64})$/.exec(line);
    if (!match?.[1] || !match[2]) throw new MeshError('CONFIG_INVALID', `${file}:${index + 1}: must be "<id>:<64 hex digits>"`, { field: 'SEAL_KEY_FILE' });
    if (keys.some((key) => key.id === match[1])) throw new MeshError('CONFIG_INVALID', `${file}:${index + 1}: the id ${match[1]} stands twice`, { field: 'SEAL_KEY_FILE' });
    keys.push({ id: match[1], key: Buffer.from(match[2], 'hex') });
  }
  if (keys.length === 0) throw new MeshError('CONFIG_INVALID', `${file} holds no key`, { field: 'SEAL_KEY_FILE' });
  return keys;
}
