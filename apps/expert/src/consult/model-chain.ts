import { createCircuitBreaker, RetryBudget, type CircuitBreaker } from '@switchyard/resilience';
import type { ModelUse } from '@switchyard/contracts';
import type { Asked, AskFailed } from './ask-model.js';
import type { UsableModel } from './choose-expert-models.js';
import type { LookUpStop } from './look-ups.js';

/** There was no money for a call, or nothing more may be looked up. */
export type NotAsked = { readonly overBudget: true; readonly hasSpoken: boolean } | { readonly stopped: LookUpStop };

/** What one model of the chain came to: an answer, a failure, or that it was not asked (on). `before`: its calls that asked for tools. */
export type Attempt = (Asked | AskFailed | NotAsked) & { readonly before?: readonly ModelUse[] };

/** Of a provider that is overloaded or away. An abort is ours, a refusal is an answer. */
const isTrouble = (attempt: Attempt): boolean => 'error' in attempt && (attempt.error.code === 'MODEL_OVERLOADED' || attempt.error.code === 'MODEL_UNAVAILABLE');

/** After these the next model may do better. What one provider refused is not shown to another. */
const GOES_ON = new Set(['MODEL_OVERLOADED', 'MODEL_UNAVAILABLE', 'MODEL_OUTPUT_INVALID']);

export interface ChainLink {
  readonly usable: UsableModel;
  readonly breaker: CircuitBreaker<Attempt>;
}

/**
 * The models of an expert process in the order of the site, a breaker for each endpoint, and one budget for the repeats
 * that the queue makes of failed consultations.
 */
export class ModelChain {
  readonly links: readonly ChainLink[];
  readonly retries = new RetryBudget();

  constructor(models: readonly UsableModel[], lookAgainMs?: number) {
    this.links = models.map((usable) => ({ usable, breaker: createCircuitBreaker(isTrouble, lookAgainMs) }));
  }

  /** Whether any model would be asked now. */
  get isOpenForCalls(): boolean {
    return this.links.some(({ breaker }) => !breaker.isOpen);
  }

  /**
   * Tries the models one after the other, until one answers, one fails in a way that another would too, or the customer
   * has read the beginning of an answer. `skipped` is told of a model whose breaker is open. @returns what all came to, in order
   */
  async ask(attempt: (usable: UsableModel) => Promise<Attempt>, skipped: (usable: UsableModel) => void): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (const { usable, breaker } of this.links) {
      const came = await breaker.run(() => attempt(usable));
      if (!came) {
        skipped(usable);
        continue;
      }
      attempts.push(came);
      if ('answer' in came || 'stopped' in came || came.hasSpoken || ('error' in came && !GOES_ON.has(came.error.code))) break;
    }
    return attempts;
  }
}
