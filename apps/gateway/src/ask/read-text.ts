import { MAX_TEXT } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/**
 * A customer's text as it may go on.
 * @throws MeshError REQUEST_INVALID where nothing but white space stands in it, TEXT_TOO_LONG over MAX_TEXT
 */
export function readText(text: string, field: string): string {
  if (text.length > MAX_TEXT) throw new MeshError('TEXT_TOO_LONG', `${field}: ${text.length} characters, at most ${MAX_TEXT} are taken`, { field });
  if (text.trim() === '') throw new MeshError('REQUEST_INVALID', `${field}: must hold a text`, { field });
  // Half of a surrogate pair cannot be written as UTF-8, so it would change on its way through the queue.
  return text.toWellFormed();
}
