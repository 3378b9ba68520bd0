import { MeshError } from '@switchyard/errors';
import type { Block, ParsedDocument } from './block.js';
import { decodeText } from './decode-text.js';
import { parseCsv } from './parse-csv.js';
import { parseHtml } from './parse-html.js';
import { parseMarkdown } from './parse-markdown.js';
import { parseText } from './parse-text.js';
import { piecesOf } from './pieces-of.js';
import { joinPairs } from './question-pairs.js';

/** A larger document is refused. */
export const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** Web pages and tables are read in one go, at some 4 and 15 MB a second, so they may hold up other work: less is taken. */
const MAX_UNDIVIDED_BYTES = 1024 * 1024;
const UNDIVIDED = new Set(['html', 'htm', 'csv', 'tsv']);
/** Markdown and text are read in pieces of about this many characters, some 20 ms each. */
const PIECE_CHARACTERS = { markdown: 24 * 1024, text: 512 * 1024 };

/** Endings of the files that can be read. */
export const READABLE_ENDINGS = ['md', 'markdown', 'html', 'htm', 'txt', 'csv', 'tsv'] as const;

export interface DocumentSource {
  /** Names the document in errors; its ending says how it is read. */
  readonly fileName: string;
  readonly content: Uint8Array;
}

const isEmpty = (block: Block): boolean => {
  if (block.kind === 'list') return block.items.length === 0;
  if (block.kind === 'table') return block.rows.length === 0;
  return block.kind === 'qa' ? block.answer === '' : block.text === '';
};

function* parse(ending: string, source: string, name: string): Generator<void, ParsedDocument> {
  if (ending === 'html' || ending === 'htm') return parseHtml(source);
  if (ending === 'csv' || ending === 'tsv') return parseCsv(source, name);
  const unix = source.replace(/\r\n?/gu, '\n');
  const parsed: ParsedDocument[] = [];
  for (const piece of ending === 'txt' ? piecesOf(unix, PIECE_CHARACTERS.text) : piecesOf(joinPairs(unix), PIECE_CHARACTERS.markdown)) {
    parsed.push(ending === 'txt' ? parseText(piece) : parseMarkdown(piece));
    yield;
  }
  return { ...parsed[0], blocks: parsed.flatMap(({ blocks }) => blocks) };
}

/**
 * A file as structured blocks, in steps: the caller may do other work between them.
 * @throws MeshError DOCUMENT_INVALID naming the document: too large, of a kind or encoding that is not read, broken, or empty
 */
export function* parseDocumentInSteps({ fileName, content }: DocumentSource): Generator<void, ParsedDocument> {
  const invalid = (reason: string): MeshError => new MeshError('DOCUMENT_INVALID', `${fileName} ${reason}`, { field: fileName });
  const ending = /\.([A-Za-z0-9]+)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';
  if (!READABLE_ENDINGS.some((one) => one === ending)) {
    throw invalid(`is ${ending === '' ? 'without an ending' : `a .${ending} file`}: this release reads ${READABLE_ENDINGS.join(', ')}`);
  }
  const limit = UNDIVIDED.has(ending) ? MAX_UNDIVIDED_BYTES : MAX_DOCUMENT_BYTES;
  if (content.byteLength > limit) throw invalid(`is larger than ${limit} bytes`);
  const source = decodeText(content, fileName).replace(/^\uFEFF/u, '');
  const parsed = yield* parse(ending, source, fileName);
  const blocks = parsed.blocks.filter((block) => !isEmpty(block));
  if (!blocks.some((block) => block.kind !== 'heading')) throw invalid('holds no text');
  return { ...parsed, blocks };
}

/** As `parseDocumentInSteps`, in one go. */
export function parseDocument(source: DocumentSource): ParsedDocument {
  const steps = parseDocumentInSteps(source);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
