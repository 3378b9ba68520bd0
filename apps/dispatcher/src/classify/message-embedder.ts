import { Counter } from 'prom-client';
import type { Embedder } from '@switchyard/contracts';
import { registry } from '@switchyard/telemetry';

const vectors = new Counter({
  name: 'switchyard_intent_vectors_total',
  help: 'Messages by what became of their vector: "used"; recognised by words alone because the server was too slow ("late") or failed ("failed"), or is not asked for a while after several of those ("rest").',
  labelNames: ['result'],
  registers: [registry],
});

/** After so many calls in a row without a vector, messages wait for none of them for a while. */
const FAILURES_BEFORE_REST = 3;
const REST_MS = 5_000;
/** As far as the classifier reads words; a server refuses, or takes its time for, what is longer than its context. */
const LONGEST_TEXT = 2_000;

/** Vectors of messages, for a model that takes them. A server that is slow or away costs a message some time, never its answer. */
export class MessageEmbedder {
  private failures = 0;
  private restsUntil = 0;

  constructor(
    private readonly embedder: Pick<Embedder, 'embed'>,
    /** Milliseconds that a message waits at most. */
    private readonly timeoutMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Undefined where the server gives none in time. Never throws. */
  async embed(text: string): Promise<Float32Array | undefined> {
    if (this.now() < this.restsUntil) {
      vectors.inc({ result: 'rest' });
      return undefined;
    }
    const signal = AbortSignal.timeout(this.timeoutMs);
    try {
      const [vector] = await this.embedder.embed([text.slice(0, LONGEST_TEXT)], signal);
      this.failures = 0;
      vectors.inc({ result: 'used' });
      return vector;
    } catch {
      if (++this.failures >= FAILURES_BEFORE_REST) this.restsUntil = this.now() + REST_MS;
      vectors.inc({ result: signal.aborted ? 'late' : 'failed' });
      return undefined;
    }
  }
}
