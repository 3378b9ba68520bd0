import { MeshError } from '@switchyard/errors';
import { accepts, type Contender } from './measure-retrieval.js';
import { plainBm25, plainWords } from './plain-bm25.js';
import { DEPTH } from './ranking-scores.js';
import type { CorpusDocument } from './read-collection.js';

/** BM25 of words alone, the reference of every run; what was said before is searched along with the query. */
export function plainReference(documents: readonly CorpusDocument[]): Contender {
  const search = plainBm25(documents);
  return { name: 'plain BM25', search: ({ text }, { restriction, before = [] }) => Promise.resolve(search([...before, text].join(' '), accepts(restriction), DEPTH)) };
}

interface MiniSearchLike {
  addAll(rows: readonly object[]): void;
  search(text: string, options: { filter(result: { id: unknown }): boolean }): readonly { readonly id: unknown }[];
}

/**
 * MiniSearch of npm at its defaults, but with words as the plain reference has them: by itself it does not cut Chinese.
 * @throws MeshError CONFIG_INVALID where it is not installed
 */
export async function miniSearchReference(documents: readonly CorpusDocument[], module = 'minisearch'): Promise<Contender> {
  let index: MiniSearchLike;
  try {
    const { default: MiniSearch } = (await import(module)) as { default: new (options: object) => MiniSearchLike };
    index = new MiniSearch({ fields: ['title', 'text'], tokenize: plainWords });
  } catch (cause) {
    throw new MeshError('CONFIG_INVALID', `--reference ${module} cannot be used`, { cause, field: 'reference' });
  }
  index.addAll(documents.map(({ id, title, text }) => ({ id, title, text })));
  const byId = new Map(documents.map((document) => [document.id, document]));
  return {
    name: module,
    search({ text }, { restriction, before = [] }) {
      const isAccepted = accepts(restriction);
      const found = index.search([...before, text].join(' '), { filter: ({ id }) => isAccepted(byId.get(String(id))!) });
      return Promise.resolve(found.slice(0, DEPTH).map(({ id }) => String(id)));
    },
  };
}
