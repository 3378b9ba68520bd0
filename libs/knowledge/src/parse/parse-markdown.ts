import { Marked, type Token, type Tokens } from 'marked';
import { parse as parseHtmlTree } from 'node-html-parser';
import type { Block, ParsedDocument } from './block.js';
import { paragraphBlocks } from './question-pairs.js';
import { tableBlocks } from './table-blocks.js';

const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/u;
const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&nbsp;': ' ' };

const reader = new Marked({
  tokenizer: {
    // Each mark may begin an image, so the reader takes them one by one, at 14 µs each: a file of them would hold up its process
    // for seconds. Only the last of a run can begin one.
    inlineText(source) {
      const run = /^!+(?=!)/.exec(source)?.[0];
      return run === undefined ? false : { type: 'text', raw: run, text: run, escaped: false };
    },
  },
});

/** Inline tokens as plain text; images give their alternative text, links their words. */
function plain(tokens: readonly Token[] | undefined): string {
  return (tokens ?? [])
    .map((token): string => {
      if (token.type === 'br') return '\n';
      if (token.type === 'html') return '';
      if (token.type === 'checkbox') return '';
      if ('tokens' in token && token.tokens) return plain(token.tokens);
      return 'text' in token && typeof token.text === 'string' ? token.text : '';
    })
    .join('')
    .replace(/&(?:amp|lt|gt|quot|#39|nbsp);/gu, (entity) => ENTITIES[entity] ?? entity);
}

/** Items in reading order, those of nested lists after the item that holds them. */
function listItems(list: Tokens.List): string[] {
  return list.items.flatMap((item) => {
    const nested = item.tokens.filter((token): token is Tokens.List => token.type === 'list');
    const own = item.tokens.filter((token) => token.type !== 'list').map((token) => plain([token])).join(' ').trim();
    return [...(own === '' ? [] : [own]), ...nested.flatMap(listItems)];
  });
}

function blocksOf(token: Token): Block[] {
  switch (token.type) {
    case 'heading':
      return [{ kind: 'heading', level: (token as Tokens.Heading).depth, text: plain(token.tokens).trim() }];
    case 'list':
      return [{ kind: 'list', items: listItems(token as Tokens.List) }];
    case 'table': {
      const table = token as Tokens.Table;
      const cell = (one: Tokens.TableCell): string => plain(one.tokens).trim();
      return tableBlocks(table.header.map(cell), table.rows.map((row) => row.map(cell)));
    }
    case 'blockquote':
      return (token.tokens ?? []).flatMap(blocksOf);
    case 'html':
      // Comments vanish here too: what an author hides is not shown to customers.
      return paragraphBlocks(parseHtmlTree(token.raw).textContent);
    case 'code':
      return paragraphBlocks((token as Tokens.Code).text);
    case 'paragraph':
    case 'text':
      return paragraphBlocks(plain(token.tokens ?? [token]));
    default:
      return [];
  }
}

/** Markdown with its headings, lists, tables and question-answer pairs kept; `title:` of a front matter is the title. */
export function parseMarkdown(source: string): ParsedDocument {
  const front = FRONT_MATTER.exec(source);
  const title = /^title:\s*["']?(.+?)["']?\s*$/mu.exec(front?.[1] ?? '')?.[1];
  const blocks = reader.lexer(front ? source.slice(front[0].length) : source).flatMap(blocksOf);
  return { ...(title === undefined ? {} : { title }), blocks };
}
