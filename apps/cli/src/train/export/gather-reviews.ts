import { TrainingMaterial } from '@switchyard/contracts';
import type { GatewayClient } from '../../client/gateway-client.js';
import type { Review } from '../../reviews/review.js';
import type { Whose } from './whose.js';

type Client = Pick<GatewayClient, 'call' | 'explain'>;

/** As many as the gateway gives at once. */
const MOST_REVIEWS = 1_000;
/** As many as the retrieval tier passes on to the worker. */
const MOST_PASSAGES = 4;

/** The passages that the worker would be given for a question now. */
export async function passagesFor(client: Pick<Client, 'call'>, collection: string, query: string): Promise<TrainingMaterial['passages']> {
  const { passages } = await client.call<{ passages: TrainingMaterial['passages'] }>('POST', `/v1/knowledge/${encodeURIComponent(collection)}/search`, { query, limit: MOST_PASSAGES });
  return passages.map(({ documentId, title, text }) => ({ documentId, title, text }));
}

/** What the dispatcher recognised in the question; undefined where the record no longer tells. */
async function intentOf(client: Pick<Client, 'explain'>, requestId: string): Promise<string | undefined> {
  const { steps } = await client.explain(requestId);
  const label = steps.find(({ step }) => step === 'classified')?.facts['intent'];
  return typeof label === 'string' ? label : undefined;
}

/** Answers of the expert that people approved, with the passages that they rest on where they name any. */
export async function gatherReviews(client: Client, { tenant, collection }: Whose): Promise<TrainingMaterial[]> {
  const { reviews } = await client.call<{ reviews: Review[] }>('GET', `/v1/reviews?state=approved&limit=${MOST_REVIEWS}`);
  const gathered: TrainingMaterial[] = [];
  for (const { id, language, question, answer, citations, requestId } of reviews) {
    const passages = citations.length > 0 ? await passagesFor(client, collection, question) : [];
    const intent = await intentOf(client, requestId);
    gathered.push({ id: `review:${id}`, tenant, language, question, turns: [], answer, passages, ...(intent === undefined ? {} : { intent }) });
  }
  return gathered;
}
