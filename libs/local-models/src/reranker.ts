import { z } from 'zod';
import type { KnowledgeHit, Reranker } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { callServer, hostOf, readJson } from './call-server.js';
import { isOnSite } from './is-on-site.js';
import { openAiUrl } from './openai-compatible-server.js';

export interface RerankerOptions {
  /** Base URL of a vLLM, Infinity, llama.cpp or text-embeddings-inference server with a cross-encoder; with or without `/v1`. */
  readonly url: string;
  readonly model: string;
  /** The order of the search stands after so many milliseconds. */
  readonly timeoutMs: number;
  /** Refuse a server that is not on a private network. */
  readonly onSiteOnly?: boolean | undefined;
}

/** A server that failed is left alone for so long: no question waits for it meanwhile. */
const PAUSE_MS = 10_000;

/** `/v1/rerank` of vLLM, Infinity and llama.cpp, as Jina and Cohere have it. */
const Results = z.object({ results: z.array(z.object({ index: z.int(), relevance_score: z.number() })) });
/** `/rerank` of text-embeddings-inference. */
const Ranks = z.array(z.object({ index: z.int(), score: z.number() }));

type Scored = readonly { readonly index: number; readonly score: number }[];
type Ask = (query: string, documents: readonly string[], signal: AbortSignal) => Promise<Scored>;

/** Scores by position. Logits become probabilities; what is one already stays. @throws MeshError MODEL_OUTPUT_INVALID */
function scoresOf(rows: Scored, count: number, host: string): number[] {
  const scores = new Map(rows.map(({ index, score }) => [index, score]));
  const ordered = Array.from({ length: count }, (_, at) => scores.get(at));
  if (rows.length !== count || !ordered.every((score) => score !== undefined && Number.isFinite(score))) throw new MeshError('MODEL_OUTPUT_INVALID', `${host} did not score every passage once`);
  const given = ordered as number[];
  return given.every((score) => score >= 0 && score <= 1) ? given : given.map((score) => 1 / (1 + Math.exp(-score)));
}

/**
 * A cross-encoder on a server of this site. The server is not asked before the first question; which of the two usual
 * forms it speaks shows then.
 * @throws MeshError CONFIG_INVALID where `onSiteOnly` is set and the server is elsewhere
 */
export async function createReranker({ url, model, timeoutMs, onSiteOnly }: RerankerOptions): Promise<Reranker> {
  if (onSiteOnly && !(await isOnSite(url))) throw new MeshError('CONFIG_INVALID', 'RERANKER_URL does not lead to a private network, and egress is blocked', { field: 'RERANKER_URL' });
  const host = hostOf(url);
  const usual: Ask = async (query, documents, signal) => {
    const response = await callServer({ url: openAiUrl(url, 'rerank'), host, body: { model, query, documents, top_n: documents.length }, signal });
    return (await readJson(response, Results, host, signal)).results.map(({ index, relevance_score: score }) => ({ index, score }));
  };
  const plain: Ask = async (query, texts, signal) => {
    const response = await callServer({ url: `${url.replace(/\/+$/, '').replace(/\/v1$/, '')}/rerank`, host, body: { query, texts, truncate: true }, signal });
    return readJson(response, Ranks, host, signal);
  };
  let spoken: Ask | undefined;
  const ask: Ask = async (query, documents, signal) => {
    if (spoken) return spoken(query, documents, signal);
    try {
      const rows = await usual(query, documents, signal);
      spoken = usual;
      return rows;
    } catch (error) {
      if (!MeshError.is(error) || error.code !== 'MODEL_MISSING') throw error;
      const rows = await plain(query, documents, signal);
      spoken = plain;
      return rows;
    }
  };
  let pausedUntilMs = 0;
  return {
    name: `${model}@${host}`,
    async rerank(question, hits, signal) {
      if (Date.now() < pausedUntilMs) throw new MeshError('MODEL_UNAVAILABLE', `${host} failed a moment ago`);
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        return scoresOf(await ask(question, hits.map(documentOf), AbortSignal.any([signal, limit])), hits.length, host);
      } catch (error) {
        signal.throwIfAborted();
        pausedUntilMs = Date.now() + PAUSE_MS;
        throw limit.aborted ? new MeshError('MODEL_UNAVAILABLE', `${host} did not answer within ${timeoutMs} ms`, { cause: error }) : error;
      }
    },
  };
}

const documentOf = ({ passage: { title, text } }: KnowledgeHit): string => (title === '' ? text : `${title}\n${text}`);
