import { Controller, Inject } from '@nestjs/common';
import { estimateHold } from '@switchyard/consultation';
import { RetrieveJob, type JobContext, type JobInput, type Trail } from '@switchyard/contracts';
import { answerFromKnowledge, type KnowledgeAnswer } from '@switchyard/knowledge';
import { Handles, type AnswerCache } from '@switchyard/queue';
import { passOn, type PassOnInput } from '@switchyard/routing';
import type { Site } from '@switchyard/site';
import { KNOWLEDGE_BASE, type KnowledgeBase } from '../knowledge-base.js';
import { searchPorts } from '../search/search-ports.js';

/** What the tier knows beside the job: the site, and what can be reached now. */
export interface RetrievalTier {
  readonly site: Pick<Site, 'settings' | 'intents' | 'rules' | 'prompts' | 'tools'>;
  /** Where an answer is kept for the next who asks the same. */
  readonly answers?: Pick<AnswerCache, 'keep'>;
  readonly readMesh: (tenant: string, conversationId: string) => Promise<PassOnInput['mesh']>;
}
/** `RetrievalTier` */
export const RETRIEVAL_TIER = Symbol('retrieval.tier');

/** Passages that are handed on where another tier is to answer. */
const PASSED_ON = 4;

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** One question in; an answer with its sources out, or the route that the site has for what is not known. */
@Controller()
export class RetrieveProcessor {
  constructor(
    @Inject(KNOWLEDGE_BASE) private readonly base: KnowledgeBase,
    @Inject(RETRIEVAL_TIER) private readonly tier: RetrievalTier,
  ) {}

  @Handles(RetrieveJob)
  async retrieve(job: JobInput<typeof RetrieveJob>, context: JobContext): Promise<void> {
    const { collection, replyLanguage: language } = job.body;
    const { text, turns } = job.private;
    const began = performance.now();
    const found = await answerFromKnowledge(searchPorts(this.base), { tenant: job.envelope.tenant, collection }, { text, turns, language, validAt: new Date(context.now()).toISOString(), signal: context.signal });
    const tookMs = rounded(performance.now() - began);
    const { gate, hits, answer } = found;
    const documentIds = [...new Set(hits.map(({ passage }) => passage.documentId))].slice(0, PASSED_ON);
    const variant = answer ? hits[0]?.asked?.id : undefined;
    context.record('searched', { hits: hits.length, topScore: rounded(hits[0]?.lexical ?? 0), answerable: gate.answerable, probability: rounded(gate.score), reason: gate.reason, documentIds, ...(variant === undefined ? {} : { variant }), tookMs }, tookMs);

    const trail: Partial<Trail> = { timings: { search: tookMs } };
    if (!answer) return this.passOn(job, context, found, trail);
    const { citations } = answer;
    const first = await context.reply({ outcome: 'answered', tier: 'retrieval', text: answer.text, citations, trail, conversation: { language } });
    if (!first) return;
    // A cache that does not answer costs the next customer some time, and this one nothing.
    const kept = await this.tier.answers?.keep(job.envelope, { question: text, text: answer.text, citations: [...citations] }).catch(() => false);
    context.record('answered', { tier: 'retrieval', documentIds: [...new Set(citations.map(({ documentId }) => documentId))], ...(kept ? { kept } : {}) });
  }

  /** The knowledge base has no answer: the site's rules for `no_answer` decide, and what was found goes along. */
  private async passOn(job: JobInput<typeof RetrieveJob>, context: JobContext, { hits, gate }: KnowledgeAnswer, trail: Partial<Trail>): Promise<void> {
    const { envelope, body } = job;
    const { text, turns } = job.private;
    const { site } = this.tier;
    const passages = hits.slice(0, PASSED_ON).map(({ passage: { documentId, title, text: words } }) => ({ documentId, title, text: words }));
    await passOn('no_answer', {
      context, job, site, text, turns, trail,
      language: body.replyLanguage,
      collection: body.collection,
      holdOf: (consultation) => estimateHold(site, consultation),
      reason: gate.reason,
      mesh: await this.tier.readMesh(envelope.tenant, envelope.conversationId),
      ...(passages.length > 0 ? { passages } : {}),
    });
  }
}
