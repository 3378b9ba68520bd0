import type { EmbeddingRole } from '@switchyard/contracts';

/** What stands before a text, by what it is embedded as. */
export type EmbeddingPrompts = Readonly<Record<EmbeddingRole, string>>;

interface Family {
  /** Told by the model's name, without its host, its owner and its tag. */
  readonly names: RegExp;
  readonly prompts: EmbeddingPrompts;
}

/**
 * What the models' cards on Hugging Face ask for; a server puts none of it there by itself. bge-m3 and m3e want nothing.
 * - nomic-ai/nomic-embed-text-v1.5, "Task instruction prefixes": without one the vectors are of no task.
 * - Qwen/Qwen3-Embedding, "Usage": an instruction before queries, nothing before documents.
 * - BAAI/bge-*-zh and bge-*-en, "Usage": an instruction before short queries that look for passages; v1.5 works without, a little worse.
 * - intfloat/multilingual-e5 and e5-*: "query: " and "passage: "; "query: " for tasks that are symmetric.
 * - mixedbread-ai/mxbai-embed-large-v1 and Snowflake/snowflake-arctic-embed: before queries only.
 */
const FAMILIES: readonly Family[] = [
  { names: /^nomic-embed/u, prompts: { query: 'search_query: ', document: 'search_document: ', sentence: 'classification: ' } },
  { names: /^qwen3-embedding/u, prompts: { query: 'Instruct: Given a question of a customer, retrieve passages that answer it\nQuery:', document: '', sentence: '' } },
  { names: /^bge-(?:small|base|large)-zh/u, prompts: { query: '为这个句子生成表示以用于检索相关文章：', document: '', sentence: '' } },
  { names: /^bge-(?:small|base|large)(?:-en)?/u, prompts: { query: 'Represent this sentence for searching relevant passages: ', document: '', sentence: '' } },
  { names: /^(?:multilingual-)?e5-/u, prompts: { query: 'query: ', document: 'passage: ', sentence: 'query: ' } },
  { names: /^(?:mxbai-embed|snowflake-arctic-embed)/u, prompts: { query: 'Represent this sentence for searching relevant passages: ', document: '', sentence: '' } },
];
const NONE: EmbeddingPrompts = { query: '', document: '', sentence: '' };

/** The prompts of a model by its name, such as "nomic-embed-text:latest", "quentinz/bge-small-zh-v1.5" or "Qwen/Qwen3-Embedding-0.6B". */
export function promptsOf(model: string): EmbeddingPrompts {
  const name = (model.split('/').at(-1) ?? model).split(':')[0]?.toLowerCase() ?? '';
  return FAMILIES.find(({ names }) => names.test(name))?.prompts ?? NONE;
}

/** Part of a fingerprint: empty where a model has no prompts, so that its vectors of an earlier release still count. */
export function promptsKey({ query, document, sentence }: EmbeddingPrompts): string {
  return query + document + sentence === '' ? '' : `:${JSON.stringify([query, document, sentence])}`;
}
