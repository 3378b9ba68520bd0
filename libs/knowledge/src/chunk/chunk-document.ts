import type { ReplyLanguage } from '@switchyard/contracts';
import type { Block, ParsedDocument } from '../parse/block.js';
import { languageOf } from '../terms/language-of.js';
import { splitSentences } from './split-sentences.js';

export interface Chunk {
  /** Document title and the headings above, joined by " › "; of a pair also its question. */
  readonly title: string;
  readonly text: string;
  readonly language: ReplyLanguage;
  /** Searched with the chunk, never shown. */
  readonly variants: readonly string[];
}

/** Size in Han characters; an English word counts as three, so that 360 is about 120 words. */
const TARGET_SIZE = 360;
/** Lists, tables and paragraphs stay whole up to here. */
const MAX_SIZE = 600;

/** Reading size of a text in Han characters, an English word counting as three. */
export function readingSize(text: string): number {
  return (text.match(/\p{Script=Han}/gu)?.length ?? 0) + 3 * (text.match(/[[\p{L}\p{N}]--\p{Script=Han}]+/gv)?.length ?? 0);
}

/** Rows as lines that can be read, and quoted, without the header above them. */
function tableLines(block: Extract<Block, { kind: 'table' }>): string[] {
  const chinese = languageOf(block.header.join(' ') + block.rows.flat().join(' ')) === 'zh';
  const [colon, semicolon] = chinese ? ['：', '；'] : [': ', '; '];
  return block.rows.map((row) => row.map((cell, at) => (cell === '' ? '' : block.header[at] ? `${block.header[at]}${colon}${cell}` : cell)).filter(Boolean).join(semicolon)).filter(Boolean);
}

/** Lines packed into as few texts of at most `limit` as keep the lines whole. */
function pack(lines: readonly string[], limit: number): string[] {
  const texts: string[] = [];
  let current: string[] = [];
  let size = 0;
  for (const line of lines) {
    const added = readingSize(line);
    if (current.length > 0 && size + added > limit) {
      texts.push(current.join('\n'));
      current = [];
      size = 0;
    }
    current.push(line);
    size += added;
  }
  if (current.length > 0) texts.push(current.join('\n'));
  return texts;
}

/** A long paragraph cut between sentences; each piece starts with the last sentence of the one before, so that "it" has a meaning. */
function cutParagraph(text: string): string[] {
  const pieces: string[] = [];
  let current: string[] = [];
  let size = 0;
  // Asked once: asking for every piece would read the whole paragraph as often as it has pieces.
  const between = languageOf(text) === 'zh' ? '' : ' ';
  const joined = (sentences: readonly string[]): string => sentences.join(between);
  for (const sentence of splitSentences(text).flatMap(cutHard)) {
    const added = readingSize(sentence);
    if (size > 0 && size + added > TARGET_SIZE) {
      pieces.push(joined(current));
      const last = current.at(-1) ?? '';
      current = readingSize(last) < TARGET_SIZE / 3 && current.length > 1 ? [last] : [];
      size = current.reduce((sum, one) => sum + readingSize(one), 0);
    }
    current.push(sentence);
    size += added;
  }
  pieces.push(joined(current));
  return pieces;
}

/** A "sentence" without an end (a dump, a table as text) is cut at a fixed length. */
function cutHard(sentence: string): string[] {
  if (readingSize(sentence) <= MAX_SIZE) return [sentence];
  return sentence.match(/[\s\S]{1,400}(?=\s|$)|[\s\S]{1,400}/gu)?.map((piece) => piece.trim()).filter(Boolean) ?? [];
}

function unitsOf(block: Exclude<Block, { kind: 'heading' | 'qa' }>): string[] {
  const lines = block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : tableLines(block);
  const whole = lines.join('\n');
  if (readingSize(whole) <= MAX_SIZE) return [whole];
  return block.kind === 'paragraph' ? cutParagraph(block.text) : pack(lines.flatMap((line) => (readingSize(line) > MAX_SIZE ? cutParagraph(line) : [line])), TARGET_SIZE);
}

/**
 * Passages of a document. A passage never crosses a heading; lists, tables and pairs stay whole unless they are too
 * long, and a list keeps the line that announces it.
 */
export function* chunksOf(document: ParsedDocument, documentTitle: string): Generator<Chunk> {
  let path: { level: number; text: string }[] = [];
  let units: string[] = [];
  const titleOf = (...more: string[]): string => [documentTitle, ...path.map(({ text }) => text), ...more].filter((part, at, all) => part !== '' && part !== all[at - 1]).join(' › ');
  const chunk = (title: string, text: string, variants: readonly string[] = []): Chunk => ({ title, text, language: languageOf(text.length < 12 ? `${title} ${text}` : text), variants });
  const flush = (): Chunk[] => {
    // A paragraph that ends with a colon announces what follows, so the two are one unit.
    const bound: string[] = [];
    for (const unit of units) {
      const before = bound.at(-1);
      if (before !== undefined && /[:：]$/u.test(before) && readingSize(before) + readingSize(unit) <= MAX_SIZE + 60) bound[bound.length - 1] = `${before}\n${unit}`;
      else bound.push(unit);
    }
    units = [];
    return pack(bound, TARGET_SIZE).map((text) => chunk(titleOf(), text));
  };
  for (const block of document.blocks) {
    if (block.kind === 'heading') {
      yield* flush();
      path = [...path.filter(({ level }) => level < block.level), { level: block.level, text: block.text }];
    } else if (block.kind === 'qa') {
      yield* flush();
      for (const text of readingSize(block.answer) > MAX_SIZE ? cutParagraph(block.answer) : [block.answer]) yield chunk(titleOf(block.question), text, block.variants);
    } else units.push(...unitsOf(block));
  }
  yield* flush();
}

/** As `chunksOf`, in one go. */
export function chunkDocument(document: ParsedDocument, documentTitle: string): Chunk[] {
  return [...chunksOf(document, documentTitle)];
}

/** The title of a document: the one that was given, its own, its first heading, or its file's name. */
export function titleOf(document: ParsedDocument, fileName: string, given?: string): string {
  const heading = document.blocks.find((block) => block.kind === 'heading');
  return given ?? document.title ?? (heading?.kind === 'heading' ? heading.text : undefined) ?? fileName.replace(/^.*\//u, '').replace(/\.[^.]+$/u, '');
}
