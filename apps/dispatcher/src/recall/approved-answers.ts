import { Counter } from 'prom-client';
import type { ReplyLanguage } from '@switchyard/contracts';
import { compareAsks } from '@switchyard/knowledge';
import type { FoundReview, Reviews } from '@switchyard/queue';
import { registry } from '@switchyard/telemetry';

const lookUps = new Counter({
  name: 'switchyard_approved_answers_total',
  help: 'Questions that an approved answer may be there for, by what came of it: "hit", "miss", or "failed" where Redis did not answer.',
  labelNames: ['result'],
  registers: [registry],
});

/** Answers of the expert that a person has approved, for tenants whose site has them reviewed. */
export class ApprovedAnswers {
  constructor(private readonly reviews: Pick<Reviews, 'isFor' | 'find'>) {}

  isFor(tenant: string): boolean {
    return this.reviews.isFor(tenant);
  }

  /** @param asked `ask`: the question in its canonical form. Nothing where Redis does not answer: a message never fails for it. */
  async find({ tenant, language, ask, text }: { readonly tenant: string; readonly language: ReplyLanguage; readonly ask: string; readonly text: string }): Promise<FoundReview> {
    try {
      const found = await this.reviews.find({ tenant, language, ask });
      // Found by the same canonical form; compared once more, in case a tier of another release makes another form.
      const holds = found.approved !== undefined && compareAsks(found.approved.question, text) === 'same';
      lookUps.inc({ result: holds ? 'hit' : 'miss' });
      return holds || !found.approved ? found : {};
    } catch {
      lookUps.inc({ result: 'failed' });
      return {};
    }
  }
}
