import type { DispatchJob, IngestJob, JobContext, JobInput, KnowledgeVariant, SearchJob } from '@switchyard/contracts';
import { isErrorCode, MeshError } from '@switchyard/errors';

/** What a test tells the tiers, and what they tell the test. */
export class Script {
  /** The answer to "stream" goes on when this is resolved; then a new one takes its place. */
  go = Promise.withResolvers<void>();
  /** "break CODE" fails for good with the code until this is set; then it answers. */
  isMended = false;
  /** Whether the auditor answers. */
  isExplaining = true;
  lastIngest: JobInput<typeof IngestJob>['private'] | undefined;
  lastSearch: JobInput<typeof SearchJob>['private'] | undefined;
  readonly variants = new Map<string, KnowledgeVariant>();
  readonly documents = new Map<string, { title: string; text: string }>();
  readonly #runs = new Map<string, number>();
  #started = Promise.withResolvers<string>();
  #aborted = Promise.withResolvers<void>();

  /** For the next "stream", "hang", "wait" or "generate": when it runs, with the request's id, and when its signal was aborted. */
  expectAbort(): { readonly started: Promise<string>; readonly done: Promise<void> } {
    this.#started = Promise.withResolvers();
    this.#aborted = Promise.withResolvers();
    return { started: this.#started.promise, done: this.#aborted.promise };
  }

  runs(text: string): number {
    return this.#runs.get(text) ?? 0;
  }

  async answer({ envelope, private: { text, turns } }: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    this.#runs.set(text, this.runs(text) + 1);
    const say = (words: string): Promise<boolean> => context.reply({ outcome: 'answered', tier: 'worker', text: words });
    const [verb = '', ...rest] = text.split(' ');
    if (verb === 'echo') await say(rest.join(' '));
    else if (verb === 'turns') await say(turns.map((turn) => `${turn.role}: ${turn.text}`).join(' | '));
    else if (verb === 'recall') await say((await context.conversation()).turns.map((turn) => `${turn.role}: ${turn.text}`).join(' | '));
    else if (verb === 'break') await this.#break(rest, say);
    else if (verb === 'wait') await this.#wait(envelope.requestId, rest, say);
    else if (verb === 'begin') await this.#begin(envelope.requestId, context);
    else if (verb === 'generate') await context.beforeModelCall().then(() => this.#hang(envelope.requestId, context));
    else if (verb === 'refuse') await context.reply({ outcome: 'refused', tier: 'none', text: 'This cannot be answered.' });
    else if (verb === 'cancelled') await context.reply({ outcome: 'cancelled', tier: 'none', text: 'Cancelled.' });
    else if (verb === 'fail') await context.reply({ outcome: 'failed', tier: 'none', text: 'Something failed.', error: { code: 'MODEL_REJECTED', title: 'refused' } });
    else if (verb === 'stream') await this.#stream(envelope.requestId, context, say);
    else if (verb === 'crash') await this.#crashOnce(context, say);
    else await this.#hang(envelope.requestId, context);
  }

  /** Goes on when it is told to, and does not care whether anybody wants to hear it. */
  async #stream(requestId: string, context: JobContext, say: (words: string) => Promise<boolean>): Promise<void> {
    context.decided({ rule: 'scripted', to: 'worker', intent: 'x', confidence: 1 });
    context.delta('one ');
    const aborted = this.#aborted;
    void abortOf(context.signal).then(() => aborted.resolve());
    this.#started.resolve(requestId);
    await this.go.promise;
    this.go = Promise.withResolvers();
    context.delta('two ');
    context.delta('three');
    await say('one two three');
  }

  async #break([code = '', ...words]: readonly string[], say: (words: string) => Promise<boolean>): Promise<void> {
    if (!this.isMended) throw new MeshError(isErrorCode(code) ? code : 'MODEL_MISSING', 'scripted');
    await say(['mended', ...words].join(' '));
  }

  /** Says its words when it is told to go on, whatever has become of the request. */
  async #wait(requestId: string, words: readonly string[], say: (words: string) => Promise<boolean>): Promise<void> {
    this.#started.resolve(requestId);
    await this.go.promise;
    this.go = Promise.withResolvers();
    await say(words.join(' '));
  }

  async #crashOnce(context: JobContext, say: (words: string) => Promise<boolean>): Promise<void> {
    if (context.attempt === 1) {
      context.delta('A ');
      throw new MeshError('MODEL_UNAVAILABLE', 'scripted');
    }
    context.delta('A fresh ');
    context.delta('answer');
    await say('A fresh answer');
  }

  /** Says one word, and is then in work until it is stopped. */
  async #begin(requestId: string, context: JobContext): Promise<never> {
    context.delta('one ');
    return this.#hang(requestId, context);
  }

  async #hang(requestId: string, { signal }: JobContext): Promise<never> {
    const aborted = this.#aborted;
    this.#started.resolve(requestId);
    await abortOf(signal);
    aborted.resolve();
    throw signal.reason;
  }
}

/** Resolves when the work is to stop. */
export function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
