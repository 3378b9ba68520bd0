import { NodeType, parse, type HTMLElement, type Node } from 'node-html-parser';
import type { Block, ParsedDocument } from './block.js';
import { paragraphBlocks } from './question-pairs.js';
import { tableBlocks } from './table-blocks.js';

/** Parts of a page that are no content of it. */
const DROPPED = new Set(['SCRIPT', 'STYLE', 'NOSCRIPT', 'TEMPLATE', 'NAV', 'FOOTER', 'ASIDE', 'FORM', 'SVG', 'IFRAME', 'HEAD', 'BUTTON', 'SELECT']);
const INLINE = new Set(['A', 'ABBR', 'B', 'BDI', 'CITE', 'CODE', 'EM', 'FONT', 'I', 'KBD', 'LABEL', 'MARK', 'Q', 'S', 'SMALL', 'SPAN', 'STRONG', 'SUB', 'SUP', 'TIME', 'U', 'BR', 'IMG', 'DEL', 'INS', 'VAR']);

const isElement = (node: Node): node is HTMLElement => node.nodeType === NodeType.ELEMENT_NODE;
const tidy = (text: string): string => text.replace(/[ \t\r\n\u00A0]+/gu, ' ').trim();

function inlineText(node: Node): string {
  if (node.nodeType === NodeType.COMMENT_NODE) return '';
  if (!isElement(node)) return node.text.replace(/\s+/gu, ' ');
  if (node.tagName === 'BR') return '\n';
  if (DROPPED.has(node.tagName)) return '';
  const text = node.childNodes.map(inlineText).join('');
  return INLINE.has(node.tagName) ? text : ` ${text} `;
}

const children = (node: HTMLElement, ...tags: string[]): HTMLElement[] => node.childNodes.filter(isElement).filter((one) => tags.includes(one.tagName));

function rowsOf(table: HTMLElement): Block[] {
  const rows = table.querySelectorAll('tr').map((row) => children(row, 'TD', 'TH').map((cell) => tidy(inlineText(cell)))).filter((row) => row.length > 0);
  const [header = [], ...rest] = rows;
  return rows.length === 0 ? [] : rest.length === 0 ? [{ kind: 'paragraph', text: header.join(' ') }] : tableBlocks(header, rest);
}

function definitions(list: HTMLElement): Block[] {
  const blocks: Block[] = [];
  let question = '';
  for (const one of children(list, 'DT', 'DD')) {
    if (one.tagName === 'DT') question = tidy(inlineText(one));
    else blocks.push({ kind: 'qa', question, answer: tidy(inlineText(one)), variants: [] });
  }
  return blocks;
}

function blocksOf(element: HTMLElement): Block[] {
  const level = /^H([1-6])$/u.exec(element.tagName)?.[1];
  if (level) return [{ kind: 'heading', level: Number(level), text: tidy(inlineText(element)) }];
  if (element.tagName === 'TABLE') return rowsOf(element);
  if (element.tagName === 'UL' || element.tagName === 'OL') return [{ kind: 'list', items: children(element, 'LI').map((item) => tidy(inlineText(item))).filter(Boolean) }];
  if (element.tagName === 'DL') return definitions(element);
  if (element.tagName === 'DETAILS') {
    const summary = children(element, 'SUMMARY')[0];
    const answer = element.childNodes.filter((node) => node !== summary).map(inlineText).join('');
    if (summary) return [{ kind: 'qa', question: tidy(inlineText(summary)), answer: tidy(answer), variants: [] }];
  }
  // A container: runs of inline content between its block children are paragraphs of their own.
  const blocks: Block[] = [];
  let run = '';
  const flush = (): void => {
    blocks.push(...paragraphBlocks(run.split('\n').map(tidy).join('\n')));
    run = '';
  };
  for (const node of element.childNodes) {
    if (!isElement(node) || INLINE.has(node.tagName)) run += inlineText(node);
    else if (!DROPPED.has(node.tagName)) {
      flush();
      blocks.push(...blocksOf(node));
    }
  }
  flush();
  return blocks;
}

/** A web page's content: headings, lists, tables, `<dl>` and `<details>` as pairs; navigation, scripts and forms are left out. */
export function parseHtml(source: string): ParsedDocument {
  const root = parse(source, { comment: false });
  const title = tidy(root.querySelector('title')?.text ?? '');
  const content = root.querySelector('main') ?? root.querySelector('body') ?? root;
  return { ...(title === '' ? {} : { title }), blocks: blocksOf(content) };
}
