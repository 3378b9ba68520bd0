import { readFile } from 'node:fs/promises';
import { parseDocument } from 'yaml';
import { MeshError } from '@switchyard/errors';

export interface ReadDocument {
  readonly document: unknown;
  /** Where it was read from, where that is an address. */
  readonly source: URL | undefined;
}

/** Larger ones are refused rather than read into memory. */
const MOST_BYTES = 20 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

async function fetchText(url: URL): Promise<string> {
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), headers: { accept: 'application/json, application/yaml, text/yaml, */*' } });
  } catch (error) {
    throw new MeshError('REQUEST_INVALID', `${url.href} cannot be read: ${error instanceof Error ? error.message : 'no answer'}`, { cause: error });
  }
  if (!response.ok) throw new MeshError('REQUEST_INVALID', `${url.href} answers with ${response.status}`);
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > MOST_BYTES) throw new MeshError('REQUEST_INVALID', `${url.href} is larger than ${MOST_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

async function readText(path: string): Promise<string> {
  try {
    const content = await readFile(path);
    if (content.byteLength > MOST_BYTES) throw new MeshError('REQUEST_INVALID', `${path} is larger than ${MOST_BYTES} bytes`);
    return content.toString('utf8');
  } catch (error) {
    if (MeshError.is(error)) throw error;
    throw new MeshError('REQUEST_INVALID', `${path} cannot be read: ${error instanceof Error ? error.message : 'it is no file'}`, { cause: error });
  }
}

/**
 * A document in JSON or YAML, from a file or an address (`http://…`, `https://…`).
 * @throws MeshError REQUEST_INVALID where it cannot be read, or is neither
 */
export async function readDocument(from: string): Promise<ReadDocument> {
  const source = /^https?:\/\//iu.test(from) && URL.canParse(from) ? new URL(from) : undefined;
  const text = source ? await fetchText(source) : await readText(from);
  // YAML holds JSON; it is read by the parser that names the line.
  const parsed = parseDocument(text, { uniqueKeys: true, schema: 'core' });
  const [error] = parsed.errors;
  if (error) throw new MeshError('REQUEST_INVALID', `${from}:${error.linePos?.[0].line ?? 0}: ${error.message.split('\n')[0] ?? 'is neither JSON nor YAML'}`);
  return { document: parsed.toJS({ maxAliasCount: 100 }), source };
}
