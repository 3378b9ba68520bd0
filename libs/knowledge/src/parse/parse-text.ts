import type { Block, ParsedDocument } from './block.js';
import { joinPairs, paragraphBlocks } from './question-pairs.js';

const BULLET = /^\s*(?:[-*•·]|\d{1,2}[.)、]|[(（]\d{1,2}[)）])\s*/u;

/** A paragraph of plain text: a list where its lines have bullets, else what `paragraphBlocks` makes of it. */
export function textBlocks(paragraph: string): Block[] {
  const lines = paragraph.split('\n').filter((line) => line.trim() !== '');
  const first = lines.findIndex((line) => BULLET.test(line));
  // One bullet-like line may be a sentence that starts with a number; a list has several, up to the end.
  if (first === -1 || lines.length - first < 2 || !lines.slice(first).every((line) => BULLET.test(line))) return paragraphBlocks(paragraph);
  return [...paragraphBlocks(lines.slice(0, first).join('\n')), { kind: 'list', items: lines.slice(first).map((line) => line.trim()) }];
}

/** Plain text: paragraphs by empty lines, lists by their bullets, pairs by their "Q:"/"问：". */
export function parseText(source: string): ParsedDocument {
  return { blocks: joinPairs(source.replace(/\r\n?/gu, '\n')).split(/\n[ \t\u3000]*\n/u).flatMap(textBlocks) };
}
