import { createHash, type Hash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { MeshError } from '@switchyard/errors';
import type { FileSpool } from '@switchyard/queue';
import { Name } from '@switchyard/site';
import { z } from 'zod';
import { parseInput } from '../problem/parse-input.js';
import { translateError } from '../problem/translate-error.js';
import { FORM_OVERHEAD_BYTES } from '../route.js';

const Metadata = z.record(z.string().max(64), z.union([z.string().max(1_000), z.number(), z.boolean()]));

/** Ids may hold `/`: the documents of a site are named by their paths. In a URL it is written `%2F`. */
export const DocumentId = z.string().regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,256}$/u, 'must be 1 to 256 characters without control characters');

/** A document as JSON. Unknown fields are ignored. */
export const DocumentRequest = z.object({
  id: DocumentId.optional().describe('A document with the same id is replaced. Absent: made from the content, so that the same document sent twice is one.'),
  title: z.string().min(1).max(500),
  text: z.string().min(1).describe('Plain text or Markdown.'),
  url: z.url().max(2_000).optional(),
  metadata: Metadata.optional().describe('Values that a search can be filtered by.'),
});

/** The fields that go with a file. */
const FormFields = z.object({ id: DocumentId.optional(), title: z.string().min(1).max(500).optional(), url: z.url().max(2_000).optional(), metadata: Metadata.optional() });

/** A document on its way to the retrieval tier. */
export interface Upload {
  readonly documentId: string;
  readonly title?: string;
  readonly fileName?: string;
  /** Where the file's bytes lie. */
  readonly file?: string;
  readonly text?: string;
  readonly url?: string;
  readonly metadata?: Record<string, string | number | boolean>;
}

const derivedId = (...parts: string[]): string => `doc-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;

/** @throws MeshError REQUEST_INVALID */
export function readDocument(body: unknown): Upload {
  const { id, ...document } = parseInput(DocumentRequest, body);
  return { documentId: id ?? derivedId(document.title, document.text), ...document };
}

/** An uploaded file is kept until it is indexed, and no longer than this: as long as the job that names it, and an hour. */
const KEEP_FILE_MS = 25 * 3_600_000;

/**
 * A document of a multipart form: the part `file`, and text parts with the names of the JSON fields; `metadata` is JSON.
 * The file goes on to `spool` as it arrives; nothing of it is left there where this throws.
 * @throws MeshError REQUEST_INVALID, BODY_TOO_LARGE
 */
export async function readForm(request: FastifyRequest, spool: Pick<FileSpool, 'put' | 'remove'>, limitBytes: number): Promise<Upload> {
  const fields: Record<string, unknown> = {};
  let file: { name: string; id: string; hash: string } | undefined;
  try {
    try {
      // One byte more than is taken, so that what is too large is told from what is just large enough.
      for await (const part of request.parts({ limits: { fileSize: limitBytes + 1, fieldSize: FORM_OVERHEAD_BYTES } })) {
        if (part.type !== 'file') fields[part.fieldname] = part.fieldname === 'metadata' ? parseMetadata(part.value) : part.value;
        else if (part.fieldname !== 'file') throw new MeshError('REQUEST_INVALID', 'the file goes into the part "file"', { field: 'file' });
        else {
          const hash = createHash('sha256');
          const id = await spool.put(hashed(part.file, hash), { limitBytes, keepMs: KEEP_FILE_MS });
          file = { name: part.filename, id, hash: hash.digest('base64') };
        }
      }
    } catch (error) {
      const known = translateError(error);
      // The parser's own errors have no codes: a part without a header, a form that stops in the middle.
      throw known.code === 'INTERNAL' ? new MeshError('REQUEST_INVALID', 'the form cannot be read', { cause: error }) : known;
    }
    if (!file) throw new MeshError('REQUEST_INVALID', 'file: is missing', { field: 'file' });
    const { id, ...rest } = parseInput(FormFields, fields);
    // A browser on Windows may send a path; the ending is all that is needed, the rest a default id.
    const fileName = file.name.split(/[\\/]/).at(-1) ?? '';
    const documentId = id ?? (DocumentId.safeParse(fileName).success ? fileName : derivedId(file.hash));
    return { documentId, fileName, file: file.id, ...rest };
  } catch (error) {
    if (file) await spool.remove(file.id).catch(() => undefined);
    throw error;
  }
}

async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

function parseMetadata(value: unknown): unknown {
  try {
    return JSON.parse(String(value));
  } catch {
    throw new MeshError('REQUEST_INVALID', 'metadata: must be a JSON object', { field: 'metadata' });
  }
}

/** @throws MeshError REQUEST_INVALID */
export const readCollection = (name: string): string => parseInput(Name, name, ['collection']);
