import { MeshError } from '@switchyard/errors';
import type { Block, ParsedDocument } from './block.js';
import { declaredCharset, decodeText } from './decode-text.js';
import { parseCsv } from './parse-csv.js';
import { parseHtml } from './parse-html.js';
import { parseMarkdown } from './parse-markdown.js';
import { parseText } from './parse-text.js';
import { piecesOf } from './pieces-of.js';
import { joinPairs } from './question-pairs.js';

/** A larger text is refused. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;
/** Markdown and text are read in pieces of about this many characters, some 20 ms each. */
const PIECE_CHARACTERS = { markdown: 24 * 1024, text: 512 * 1024 };

/** Endings of the files that are texts. */
export const TEXT_ENDINGS = ['md', 'markdown', 'html', 'htm', 'txt', 'csv', 'tsv'] as const;

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

/** The ending of a file's name, in small letters; empty where it has none. */
export const endingOf = (fileName: string): string => /\.([A-Za-z0-9]+)$/u.exec(fileName)?.[1]?.toLowerCase() ?? '';

/**
 * The document without what is empty.
 * @throws MeshError DOCUMENT_EMPTY where nothing but headings is left
 */
export function requireText(parsed: ParsedDocument, fileName: string, hint = ''): ParsedDocument {
  const blocks = parsed.blocks.filter((block) => !isEmpty(block));
  if (!blocks.some((block) => block.kind !== 'heading')) throw new MeshError('DOCUMENT_EMPTY', `${fileName} holds no text${hint}`, { field: fileName });
  return { ...parsed, blocks };
}

/**
 * A text file as structured blocks, in steps: the caller may do other work between them.
 * @throws MeshError DOCUMENT_… naming the document: too large, of a kind or encoding that is not read, broken, or empty
 */
export function* parseDocumentInSteps({ fileName, content }: DocumentSource): Generator<void, ParsedDocument> {
  const ending = endingOf(fileName);
  if (!TEXT_ENDINGS.some((one) => one === ending)) {
    throw new MeshError('DOCUMENT_TYPE_UNSUPPORTED', `${fileName} is ${ending === '' ? 'without an ending' : `a .${ending} file`}: texts end in ${TEXT_ENDINGS.join(', ')}`, { field: fileName });
  }
  if (content.byteLength > MAX_TEXT_BYTES) throw new MeshError('DOCUMENT_TOO_LARGE', `${fileName} is larger than ${MAX_TEXT_BYTES} bytes`, { field: fileName });
  const isPage = ending === 'html' || ending === 'htm';
  const source = decodeText(content, fileName, isPage ? declaredCharset(content) : undefined).replace(/^\uFEFF/u, '');
  try {
    return requireText(yield* parse(ending, source, fileName), fileName);
  } catch (error) {
    // A stack that runs out: elements, lists or quotes within one another, thousands deep.
    if (error instanceof RangeError) throw new MeshError('DOCUMENT_TOO_COMPLEX', `${fileName} is nested too deeply`, { cause: error, field: fileName });
    throw error;
  }
}

/** As `parseDocumentInSteps`, in one go. */
export function parseDocument(source: DocumentSource): ParsedDocument {
  const steps = parseDocumentInSteps(source);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
