import type { Block, ParsedDocument } from './block.js';
import { textBlocks } from './parse-text.js';

/** A line of a page, in reading order. Sizes and places are in points, from the bottom of the page. */
export interface PageLine {
  readonly text: string;
  readonly fontSize: number;
  readonly bottom: number;
}

/** A heading is set this much larger than the running text, and is no longer than this. */
const HEADING_FACTOR = 1.15;
const MAX_HEADING_CHARACTERS = 120;
/** Lines further apart than this many of their sizes do not belong together. */
const PARAGRAPH_GAP = 2;
/** So many lines at the top and the bottom of a page may be its header and its footer. */
const MARGIN_LINES = 2;
/** From so many pages on, and on this share of them, a line at the margin is no content. */
const REPEATED_PAGES = 3;
const REPEATED_SHARE = 0.6;

const PAGE_NUMBER = /^\s*(?:[-–—]?\s*\d{1,4}\s*[-–—]?|第\s*\d{1,4}\s*[页頁](?:\s*[/共].{0,12})?|(?:page\s*)?\d{1,4}\s*(?:of|\/)\s*\d{1,4}|page\s*\d{1,4})\s*$/iu;
/** A line that begins something of its own, whatever stands above it. */
const OWN_LINE = /^\s*(?:[-*•·●○▪■◆]|\d{1,2}[.)、]|[(（]\d{1,2}[)）]|(?:Q|A|问|答|問)\d{0,3}\s*[:：])/u;
const ENDS_IN_HAN = /[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]$/u;
const STARTS_WITH_HAN = /^[\p{Script=Han}\u3000-\u303F\uFF00-\uFFEF]/u;

const roundSize = (size: number): number => Math.round(size * 2) / 2;
const withoutNumbers = (text: string): string => text.replace(/\d+/gu, '#').replace(/\s+/gu, '');

/** The size that most characters are set in. */
function bodySize(pages: readonly (readonly PageLine[])[]): number {
  const characters = new Map<number, number>();
  for (const { fontSize, text } of pages.flat()) characters.set(roundSize(fontSize), (characters.get(roundSize(fontSize)) ?? 0) + text.length);
  return [...characters].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0];
}

const marginsOf = (lines: readonly PageLine[]): PageLine[] => (lines.length <= 2 * MARGIN_LINES ? [...lines] : [...lines.slice(0, MARGIN_LINES), ...lines.slice(-MARGIN_LINES)]);

/** Headers and footers: what stands at the margin of most pages, but for its numbers. */
function repeatedLines(pages: readonly (readonly PageLine[])[]): Set<string> {
  const counts = new Map<string, number>();
  for (const page of pages) for (const text of new Set(marginsOf(page).map((line) => withoutNumbers(line.text)))) counts.set(text, (counts.get(text) ?? 0) + 1);
  const least = Math.max(REPEATED_PAGES, pages.length * REPEATED_SHARE);
  return new Set([...counts].filter(([, count]) => count >= least).map(([text]) => text));
}

/** Two lines of one paragraph: Chinese without a space, a word that was divided (U+00AD at its end) without its hyphen. */
function join(before: string, after: string): string {
  if (/\p{L}\u00AD$/u.test(before)) return before.slice(0, -1) + after;
  return ENDS_IN_HAN.test(before) || STARTS_WITH_HAN.test(after) ? before + after : `${before} ${after}`;
}

interface Paragraph {
  lines: string[];
  last: PageLine;
  readonly page: number;
}

/**
 * The lines of a paginated document as headings (by their size), paragraphs, lists and question-answer pairs, each with
 * its page. Page numbers, headers and footers are left out.
 */
export function parsePages(pages: readonly (readonly PageLine[])[]): ParsedDocument {
  const body = bodySize(pages);
  const repeated = repeatedLines(pages);
  const isHeading = ({ fontSize, text }: PageLine): boolean => roundSize(fontSize) >= body * HEADING_FACTOR && text.length <= MAX_HEADING_CHARACTERS;
  const levels = [...new Set(pages.flat().filter(isHeading).map(({ fontSize }) => roundSize(fontSize)))].toSorted((left, right) => right - left);
  const blocks: Block[] = [];
  let open: Paragraph | undefined;
  let heading: { line: PageLine; page: number } | undefined;
  const flush = (): void => {
    if (open) blocks.push(...textBlocks(open.lines.join('\n')).map((block) => ({ ...block, page: open!.page })));
    if (heading) blocks.push({ kind: 'heading', level: Math.min(6, levels.indexOf(roundSize(heading.line.fontSize)) + 1), text: heading.line.text, page: heading.page });
    open = undefined;
    heading = undefined;
  };
  for (const [index, lines] of pages.entries()) {
    const margins = new Set(marginsOf(lines));
    for (const line of lines) {
      if (line.text.trim() === '' || (margins.has(line) && (PAGE_NUMBER.test(line.text) || repeated.has(withoutNumbers(line.text))))) continue;
      const text = line.text.trim();
      if (isHeading(line)) {
        // A heading of two lines is one, where they follow closely.
        const goesOn: boolean = heading !== undefined && heading.page === index + 1 && roundSize(heading.line.fontSize) === roundSize(line.fontSize) && heading.line.bottom - line.bottom < line.fontSize * PARAGRAPH_GAP && heading.line.bottom > line.bottom;
        if (goesOn && heading) heading = { ...heading, line: { ...line, text: join(heading.line.text, text) } };
        else {
          flush();
          heading = { line: { ...line, text }, page: index + 1 };
        }
        continue;
      }
      const above: PageLine | undefined = open?.last;
      const gap = above === undefined ? 0 : Math.abs(above.bottom - line.bottom);
      const isNewPage = open !== undefined && open.page !== index + 1;
      if (heading || (above && (isNewPage ? /[.!?。！？:：;；]\s*$/u.test(above.text) : gap > Math.max(above.fontSize, line.fontSize) * PARAGRAPH_GAP || roundSize(above.fontSize) !== roundSize(line.fontSize)))) flush();
      if (!open) open = { lines: [text], last: line, page: index + 1 };
      else {
        const last = open.lines.at(-1) ?? '';
        open.lines = OWN_LINE.test(text) ? [...open.lines, text] : [...open.lines.slice(0, -1), join(last, text)];
        open.last = line;
      }
    }
  }
  flush();
  return { blocks };
}
