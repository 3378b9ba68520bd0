import type { Block } from './block.js';

const QUESTION = /^(?:Q\d{0,3}|问题?\d{0,3}|問題?\d{0,3}|Question(?: \d{1,3})?)\s*[:：.、]\s*/iu;
const ANSWER = /^(?:A\d{0,3}|答案?|Answer)\s*[:：.、]\s*/iu;

/**
 * A paragraph as blocks. "Q: … A: …" and "问：… 答：…" become pairs, which are searched by their question and quoted
 * by their answer; anything else stays a paragraph.
 */
export function paragraphBlocks(text: string): Block[] {
  const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const blocks: Block[] = [];
  let loose: string[] = [];
  let pair: { question: string[]; answer: string[] } | undefined;
  const flush = (): void => {
    if (loose.length > 0) blocks.push({ kind: 'paragraph', text: loose.join('\n') });
    if (pair) blocks.push(pair.answer.length > 0
      ? { kind: 'qa', question: pair.question.join(' '), answer: pair.answer.join('\n'), variants: [] }
      : { kind: 'paragraph', text: pair.question.join('\n') });
    loose = [];
    pair = undefined;
  };
  for (const line of lines) {
    if (QUESTION.test(line)) {
      flush();
      pair = { question: [line.replace(QUESTION, '')], answer: [] };
    } else if (pair && (ANSWER.test(line) || pair.answer.length > 0)) {
      pair.answer.push(pair.answer.length > 0 ? line : line.replace(ANSWER, ''));
    } else (pair?.question ?? loose).push(line);
  }
  flush();
  return blocks;
}

/** Joins a question paragraph and the answer paragraph after it, as texts with an empty line between them have it. */
export function joinPairs(text: string): string {
  // Each run of white space is read once: `\n\s*\n` would begin again at every one of ten thousand empty lines.
  return text.replace(/(?<!\s)\s+(?=(?:A\d{0,3}|答案?|Answer)\s*[:：])/giu, (space) => {
    const [first, last] = [space.indexOf('\n'), space.lastIndexOf('\n')];
    return first === last ? space : space.slice(0, first) + space.slice(last);
  });
}
