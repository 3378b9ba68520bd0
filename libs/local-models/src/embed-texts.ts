import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Embedder } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';

/** Vectors of texts, as the trainer of the intent model takes them. */
export interface EmbeddedTexts {
  readonly fingerprint: string;
  readonly dimension: number;
  readonly byText: ReadonlyMap<string, Float32Array>;
  /** Texts that the server was asked for; the others were known. */
  readonly computed: number;
}

/** Texts of one call: a server without a graphics card needs a second or two for them. */
const BATCH = 64;
const BATCH_MS = 60_000;
const DIGEST_BYTES = 32;

const digestOf = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/**
 * The vectors of texts. Those that were made once are kept in `directory`, in a file for each embedder, by the hash of
 * the text: the second time asks the server for nothing. What was made before a failure is kept too.
 * @throws MeshError as the embedder does; MODEL_UNAVAILABLE where a batch takes longer than a minute
 */
export async function embedTexts(embedder: Embedder, texts: readonly string[], directory: string): Promise<EmbeddedTexts> {
  const { fingerprint, dimension } = embedder;
  const file = join(directory, `${digestOf(fingerprint).toString('hex').slice(0, 16)}.vectors`);
  const known = await readKnown(file, dimension);
  const keyOf = new Map(texts.map((text) => [text, digestOf(text).toString('hex')]));
  const missing = [...keyOf].filter(([, key]) => !known.has(key));
  try {
    for (let from = 0; from < missing.length; from += BATCH) {
      const batch = missing.slice(from, from + BATCH);
      const vectors = await embedBatch(embedder, batch.map(([text]) => text));
      for (const [at, [, key]] of batch.entries()) known.set(key, vectors[at] ?? new Float32Array(dimension));
    }
  } finally {
    if (missing.length > 0 && known.size > 0) await writeKnown(directory, file, known, dimension);
  }
  return { fingerprint, dimension, computed: missing.length, byText: new Map([...keyOf].map(([text, key]) => [text, known.get(key) ?? new Float32Array(dimension)])) };
}

async function embedBatch(embedder: Embedder, texts: readonly string[]): Promise<Float32Array[]> {
  const signal = AbortSignal.timeout(BATCH_MS);
  try {
    return await embedder.embed(texts, signal);
  } catch (error) {
    if (signal.aborted) throw new MeshError('MODEL_UNAVAILABLE', `the embedding model took more than ${BATCH_MS / 1_000} s for ${texts.length} sentences`);
    throw error;
  }
}

/** Records of a text's hash and its vector, behind the hash of them all. A file that is damaged counts for nothing. */
async function readKnown(file: string, dimension: number): Promise<Map<string, Float32Array>> {
  const known = new Map<string, Float32Array>();
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const body = bytes.subarray(DIGEST_BYTES);
  const record = DIGEST_BYTES + dimension * 4;
  if (body.length % record !== 0 || !digestOf(body).equals(bytes.subarray(0, DIGEST_BYTES))) return known;
  for (let at = 0; at < body.length; at += record) {
    // A copy, since the numbers need an offset that is a multiple of four.
    const numbers = new Uint8Array(body.subarray(at + DIGEST_BYTES, at + record));
    known.set(body.toString('hex', at, at + DIGEST_BYTES), new Float32Array(numbers.buffer));
  }
  return known;
}

async function writeKnown(directory: string, file: string, known: ReadonlyMap<string, Float32Array>, dimension: number): Promise<void> {
  const record = DIGEST_BYTES + dimension * 4;
  const body = Buffer.alloc(known.size * record);
  let at = 0;
  for (const [key, vector] of known) {
    body.write(key, at, 'hex');
    body.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), at + DIGEST_BYTES);
    at += record;
  }
  await mkdir(directory, { recursive: true });
  // Renamed into place: processes that train at the same time never read half a file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, Buffer.concat([digestOf(body), body]));
  await rename(partial, file);
}
