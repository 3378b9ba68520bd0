import type { TrainingMaterial, Turn } from '@switchyard/contracts';
import type { Expectation, Site } from '@switchyard/site';
import type { Answer, GatewayClient } from '../../client/gateway-client.js';
import type { Result } from '../../eval/site/run-conversations.js';
import { passagesFor } from './gather-reviews.js';
import type { Whose } from './whose.js';

/** Whether a person has said what stands in the answer, and not only where it comes from. */
const tellsOfText = ({ contains, containsAny, cites }: Expectation): boolean => contains !== undefined || containsAny !== undefined || cites !== undefined;

/** Whether it is an answer that the local model could have given: of a model, or in the words of a document. */
const isOfModel = ({ tier, models }: NonNullable<Answer['receipt']>): boolean => tier === 'expert' || tier === 'retrieval' || (tier === 'worker' && models.length > 0);

/** Answers of the site's test conversations that came out as expected, where what is expected tells of their text. */
export async function gatherTests(client: Pick<GatewayClient, 'call'>, { settings: { defaultLanguage }, tests: { conversations } }: Site, results: readonly Result[], { tenant, collection }: Whose): Promise<TrainingMaterial[]> {
  const gathered: TrainingMaterial[] = [];
  for (const [index, { answers, turn: failedAt = Infinity }] of results.entries()) {
    const conversation = conversations[index];
    const turns: Turn[] = [];
    for (const [at, { text, outcome, receipt }] of answers.entries()) {
      const asked = conversation?.turns[at];
      if (!conversation || !asked || at + 1 >= failedAt) break;
      if (receipt && outcome === 'answered' && isOfModel(receipt) && tellsOfText(asked.expect)) {
        const language = receipt.language === 'zh' || receipt.language === 'en' ? receipt.language : defaultLanguage;
        const passages = receipt.citations.length > 0 ? await passagesFor(client, collection, asked.ask) : [];
        gathered.push({ id: `test:${conversation.name}#${at + 1}`, tenant, language, question: asked.ask, turns: [...turns], answer: text, passages, intent: receipt.intent.label });
      }
      turns.push({ role: 'customer', text: asked.ask }, { role: 'mesh', text });
    }
  }
  return gathered;
}
