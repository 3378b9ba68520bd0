import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { MeshError } from '@switchyard/errors';
import { Name } from '@switchyard/site';
import { z } from 'zod';
import { parseInput } from '../problem/parse-input.js';
import { translateError } from '../problem/translate-error.js';

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
  /** Base64. */
  readonly content?: string;
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

/**
 * A document of a multipart form: the part `file`, and text parts with the names of the JSON fields; `metadata` is JSON.
 * @throws MeshError REQUEST_INVALID, BODY_TOO_LARGE
 */
export async function readForm(request: FastifyRequest, limitBytes: number): Promise<Upload> {
  const fields: Record<string, unknown> = {};
  let file: { name: string; content: Buffer } | undefined;
  try {
    for await (const part of request.parts({ limits: { fileSize: limitBytes, fieldSize: limitBytes } })) {
      if (part.type === 'file') {
        const content = await part.toBuffer();
        if (part.fieldname !== 'file') throw new MeshError('REQUEST_INVALID', 'the file goes into the part "file"', { field: 'file' });
        file = { name: part.filename, content };
      } else {
        fields[part.fieldname] = part.fieldname === 'metadata' ? parseMetadata(part.value) : part.value;
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
  const documentId = id ?? (DocumentId.safeParse(fileName).success ? fileName : derivedId(file.content.toString('base64')));
  return { documentId, fileName, content: file.content.toString('base64'), ...rest };
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
