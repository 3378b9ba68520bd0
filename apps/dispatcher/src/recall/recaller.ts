import { Counter } from 'prom-client';
import type { CacheTicket, ReplyLanguage } from '@switchyard/contracts';
import { compareAsks } from '@switchyard/knowledge';
import type { AnswerCache, KeptAnswer } from '@switchyard/queue';
import { registry } from '@switchyard/telemetry';

const lookUps = new Counter({
  name: 'switchyard_answer_cache_total',
  help: 'Questions that may be answered from the cache, by what came of it: "hit", "miss", or "failed" where Redis did not answer.',
  labelNames: ['result'],
  registers: [registry],
});

/** What is kept for a question, and with what its own answer may be kept. */
export interface Recalled {
  readonly ticket: CacheTicket;
  readonly answer?: KeptAnswer;
}

/** Answers that were given before, for tenants whose site keeps them. */
export class Recaller {
  constructor(
    private readonly siteVersion: string,
    private readonly cache: Pick<AnswerCache, 'isFor' | 'find'>,
  ) {}

  isFor(tenant: string): boolean {
    return this.cache.isFor(tenant);
  }

  /** @param asked `ask`: the question in its canonical form. Undefined where the cache cannot be asked: a message never fails for it. */
  async recall(asked: { readonly tenant: string; readonly collection: string; readonly language: ReplyLanguage; readonly ask: string; readonly text: string }): Promise<Recalled | undefined> {
    const { tenant, collection, language, ask, text } = asked;
    try {
      const { ticket, answer } = await this.cache.find({ tenant, scope: [this.siteVersion, collection, language], ask });
      // Found by the same canonical form; compared once more, in case a tier of another release makes another form.
      const holds = answer !== undefined && compareAsks(answer.question, text) === 'same';
      lookUps.inc({ result: holds ? 'hit' : 'miss' });
      return holds ? { ticket, answer } : { ticket };
    } catch {
      lookUps.inc({ result: 'failed' });
      return undefined;
    }
  }
}
