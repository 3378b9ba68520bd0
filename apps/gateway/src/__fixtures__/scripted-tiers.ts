import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { DispatchJob, ExplainJob, IngestJob, ListDocumentsJob, RetrieveJob, SearchJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { Handles, MeshModule, type MeshConfig, type MeshSite } from '@switchyard/queue';

/** What a test tells the tiers, and what they tell the test. */
export class Script {
  /** The answer to "stream" goes on when this is resolved; then a new one takes its place. */
  go = Promise.withResolvers<void>();
  lastIngest: JobInput<typeof IngestJob>['private'] | undefined;
  readonly documents = new Map<string, { title: string; text: string }>();
  readonly #runs = new Map<string, number>();
  #started = Promise.withResolvers<string>();
  #aborted = Promise.withResolvers<void>();

  /** For the next "hang": when it runs, with the request's id, and when its signal was aborted. */
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
    else if (verb === 'refuse') await context.reply({ outcome: 'refused', tier: 'none', text: 'This cannot be answered.' });
    else if (verb === 'cancelled') await context.reply({ outcome: 'cancelled', tier: 'none', text: 'Cancelled.' });
    else if (verb === 'fail') await context.reply({ outcome: 'failed', tier: 'none', text: 'Something failed.', error: { code: 'MODEL_REJECTED', title: 'refused' } });
    else if (verb === 'stream') await this.#stream(context, say);
    else if (verb === 'crash') await this.#crashOnce(context, say);
    else await this.#hang(envelope.requestId, context);
  }

  async #stream(context: JobContext, say: (words: string) => Promise<boolean>): Promise<void> {
    context.decided({ rule: 'scripted', to: 'worker', intent: 'x', confidence: 1 });
    context.delta('one ');
    await this.go.promise;
    this.go = Promise.withResolvers();
    context.delta('two ');
    context.delta('three');
    await say('one two three');
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

  async #hang(requestId: string, { signal }: JobContext): Promise<never> {
    const aborted = this.#aborted;
    this.#started.resolve(requestId);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    aborted.resolve();
    throw signal.reason;
  }
}

const SCRIPT = Symbol('test.script');

@Controller()
class ScriptedTiers {
  constructor(@Inject(SCRIPT) private readonly script: Script) {}

  @Handles(DispatchJob)
  dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    return this.script.answer(job, context);
  }

  @Handles(IngestJob)
  async ingest({ body, private: secret }: JobInput<typeof IngestJob>): Promise<unknown> {
    const { documents } = this.script;
    const { documentId } = body;
    if (body.operation === 'delete') {
      if (!documents.delete(documentId)) throw new MeshError('DOCUMENT_UNKNOWN', 'no such document');
      return { documentId, passages: 0, state: 'deleted' };
    }
    if (secret.title === 'bad') throw new MeshError('DOCUMENT_INVALID', 'scripted', { field: 'text' });
    this.script.lastIngest = secret;
    const known = documents.has(documentId);
    documents.set(documentId, { title: secret.title ?? '', text: secret.text ?? '' });
    return { documentId, passages: 1, state: known ? 'unchanged' : 'indexed' };
  }

  /** Every kind of a queue must have its handler; nothing here sends this one. */
  @Handles(RetrieveJob)
  async retrieve(): Promise<void> {
    throw new MeshError('INTERNAL', 'not part of the script');
  }

  @Handles(ListDocumentsJob)
  async list(): Promise<unknown> {
    return { documents: [...this.script.documents].map(([documentId, { title }]) => ({ documentId, title, passages: 1, updatedAt: '2026-01-01T00:00:00Z' })) };
  }

  @Handles(SearchJob)
  async search({ private: { query } }: JobInput<typeof SearchJob>): Promise<unknown> {
    const found = [...this.script.documents].filter(([, { text }]) => text.includes(query));
    return { passages: found.map(([documentId, { title, text }]) => ({ documentId, title, text, score: 1 })) };
  }

  @Handles(ExplainJob)
  async explain({ envelope, body }: JobInput<typeof ExplainJob>): Promise<unknown> {
    const step = { id: '1', requestId: body.subject, tenant: 'a', conversationId: 'c', tier: 'gateway', instance: 'i', step: 'accepted', at: envelope.acceptedAt, attempt: 1, siteVersion: envelope.siteVersion, facts: {} };
    return { requestId: body.subject, tenant: 'a', complete: true, steps: [step] };
  }
}

@Module({ controllers: [ScriptedTiers] })
export class ScriptedModule {
  static register(script: Script, config: MeshConfig, site: MeshSite): DynamicModule {
    return { module: ScriptedModule, imports: [MeshModule.register(config, site)], providers: [{ provide: SCRIPT, useValue: script }] };
  }
}
