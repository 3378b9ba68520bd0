import type { ReplyLanguage } from '@switchyard/contracts';
import type { Block, ParsedDocument } from '../parse/block.js';
import { languageOf } from '../terms/language-of.js';
import { sentencesOf } from './split-sentences.js';

export interface Chunk {
  /** Document title and the headings above, joined by " › "; of a pair also its question. */
  readonly title: string;
  readonly text: string;
  readonly language: ReplyLanguage;
  /** Searched with the chunk, never shown. */
  readonly variants: readonly string[];
  /** Page that it begins on, counted from 1, of a document that has pages. */
  readonly page?: number;
}

/** Size in Han characters; an English word counts as three, so that 360 is about 120 words. */
const TARGET_SIZE = 360;
/** Lists, tables and paragraphs stay whole up to here. */
const MAX_SIZE = 600;
/** So many characters count as one at least: signs, or a word without an end, must not make a passage without an end. */
const CHARACTERS_PER_POINT = 8;
/** Characters that tell the language of a long text. */
const SAMPLE = 10_000;
/** Rows that tell the language of a table. */
const SAMPLE_ROWS = 50;
/** Characters of a heading or a question in a title, which every passage below it repeats. */
const MAX_TITLE_PART = 300;
/** Other ways to ask that go with each passage of an answer that had to be cut. */
const MAX_REPEATED_VARIANTS = 20;

/** Reading size of a text in Han characters, an English word counting as three. */
export function readingSize(text: string): number {
  const counted = (text.match(/\p{Script=Han}/gu)?.length ?? 0) + 3 * (text.match(/[[\p{L}\p{N}]--\p{Script=Han}]+/gv)?.length ?? 0);
  return Math.max(counted, text.length / CHARACTERS_PER_POINT);
}

/** The length alone settles it for a text of megabytes, which then need not be counted. */
const isLonger = (text: string, limit: number): boolean => text.length > limit * CHARACTERS_PER_POINT || readingSize(text) > limit;

type Unit = Exclude<Block, { kind: 'heading' | 'qa' }>;
const isUnit = (block: Block | undefined): block is Unit => block !== undefined && block.kind !== 'heading' && block.kind !== 'qa';

/** Rows as lines that can be read, and quoted, without the header above them. */
function tableLines(block: Extract<Block, { kind: 'table' }>): string[] {
  const chinese = languageOf([...block.header, ...block.rows.slice(0, SAMPLE_ROWS).flat()].join(' ').slice(0, SAMPLE)) === 'zh';
  const [colon, semicolon] = chinese ? ['：', '；'] : [': ', '; '];
  return block.rows.map((row) => row.map((cell, at) => (cell === '' ? '' : block.header[at] ? `${block.header[at]}${colon}${cell}` : cell)).filter(Boolean).join(semicolon)).filter(Boolean);
}

/** Lines packed into as few texts of at most `limit` as keep the lines whole. */
function* pack(lines: Iterable<string>, limit: number): Generator<string> {
  let current: string[] = [];
  let size = 0;
  for (const line of lines) {
    const added = readingSize(line);
    if (current.length > 0 && size + added > limit) {
      yield current.join('\n');
      current = [];
      size = 0;
    }
    current.push(line);
    size += added;
  }
  if (current.length > 0) yield current.join('\n');
}

/** A long paragraph cut between sentences; each piece starts with the last sentence of the one before, so that "it" has a meaning. */
function* cutParagraph(text: string): Generator<string> {
  const joint = languageOf(text.slice(0, SAMPLE)) === 'zh' ? '' : ' ';
  let current: string[] = [];
  let size = 0;
  for (const sentence of sentencesOf(text)) {
    for (const part of cutHard(sentence)) {
      const added = readingSize(part);
      if (size > 0 && size + added > TARGET_SIZE) {
        yield current.join(joint);
        const last = current.at(-1) ?? '';
        const kept = current.length > 1 ? readingSize(last) : TARGET_SIZE;
        [current, size] = kept < TARGET_SIZE / 3 ? [[last], kept] : [[], 0];
      }
      current.push(part);
      size += added;
    }
  }
  yield current.join(joint);
}

/** A "sentence" without an end (a dump, a table as text) is cut at a fixed length. */
function* cutHard(sentence: string): Generator<string> {
  if (!isLonger(sentence, MAX_SIZE)) {
    yield sentence;
    return;
  }
  for (const [piece] of sentence.matchAll(/[\s\S]{1,400}(?=\s|$)|[\s\S]{1,400}/gu)) if (piece.trim() !== '') yield piece.trim();
}

function* cutLines(lines: readonly string[]): Generator<string> {
  for (const line of lines) {
    if (isLonger(line, MAX_SIZE)) yield* cutParagraph(line);
    else yield line;
  }
}

function* unitsOf(block: Unit): Generator<string> {
  const lines = block.kind === 'paragraph' ? [block.text] : block.kind === 'list' ? block.items : tableLines(block);
  const whole = lines.join('\n');
  if (!isLonger(whole, MAX_SIZE)) yield whole;
  else if (block.kind === 'paragraph') yield* cutParagraph(block.text);
  else yield* pack(cutLines(lines), TARGET_SIZE);
}

/** A paragraph that ends with a colon announces what follows, so the two are one unit. */
function* boundUnits(blocks: readonly Unit[]): Generator<string> {
  let before: string | undefined;
  for (const block of blocks) {
    for (const unit of unitsOf(block)) {
      if (before !== undefined && /[:：]$/u.test(before) && readingSize(before) + readingSize(unit) <= MAX_SIZE + 60) before = `${before}\n${unit}`;
      else {
        if (before !== undefined) yield before;
        before = unit;
      }
    }
  }
  if (before !== undefined) yield before;
}

/** The start of a text, without half a character at its end. */
const shortened = (text: string): string => text.slice(0, MAX_TITLE_PART).replace(/[\uD800-\uDBFF]$/u, '');

/**
 * Passages of a document. A passage never crosses a heading or a page; lists, tables and pairs stay whole unless they are too
 * long, and a list keeps the line that announces it. Each passage costs a short time only, however long a block is.
 */
export function* chunksOf({ blocks }: ParsedDocument, documentTitle: string): Generator<Chunk> {
  let path: { level: number; text: string }[] = [];
  const titleOf = (...more: string[]): string => [documentTitle, ...path.map(({ text }) => text), ...more].map(shortened).filter((part, at, all) => part !== '' && part !== all[at - 1]).join(' › ');
  const chunk = (title: string, text: string, page: number | undefined, variants: readonly string[] = []): Chunk => ({ title, text, language: languageOf(text.length < 12 ? `${title} ${text}` : text), variants, ...(page === undefined ? {} : { page }) });
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at];
    if (block?.kind === 'heading') path = [...path.filter(({ level }) => level < block.level), { level: block.level, text: block.text }];
    else if (block?.kind === 'qa') {
      const title = titleOf(block.question);
      if (!isLonger(block.answer, MAX_SIZE)) yield chunk(title, block.answer, block.page, block.variants);
      else for (const text of cutParagraph(block.answer)) yield chunk(title, text, block.page, block.variants.slice(0, MAX_REPEATED_VARIANTS).map(shortened));
    } else {
      const run: Unit[] = [];
      for (let next = blocks[at]; isUnit(next) && next.page === block?.page; next = blocks[at + run.length]) run.push(next);
      at += run.length - 1;
      for (const text of pack(boundUnits(run), TARGET_SIZE)) yield chunk(titleOf(), text, block?.page);
    }
  }
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
