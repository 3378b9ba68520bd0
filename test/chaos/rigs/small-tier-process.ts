/**
 * A tier in a process of its own whose handlers do what the message says: `node small-tier-process.ts ROLE`, ROLE being
 * `dispatcher` or the queue that it works on.
 */
import 'reflect-metadata';
import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { TierEnv } from '@switchyard/config';
import { AnswerJob, ConsultJob, DispatchJob, RetrieveJob, type JobContext, type JobContract, type JobInput } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { bootTier, failpoint, Handles, jobsOf, MeshModule, type MeshSite } from '@switchyard/queue';
import { setTimeout as wait } from 'node:timers/promises';
import { queueOf, readScript } from './read-script.ts';

const role = process.argv[2] ?? 'dispatcher';
const { RUN_LOG_URL = '', SHOP_URL = '' } = process.env;
const config = TierEnv.parse({ SITE_DIR: '.', ...process.env });
const { INSTANCE } = config;

const text = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });
const site: MeshSite = {
  version: 'scripted',
  settings: {
    defaultLanguage: 'en',
    texts: { refused: text('不行', 'no'), handedOver: text('转接', 'handed over'), failed: text('失败', 'failed'), expired: text('超时', 'expired'), cancelled: text('取消', 'cancelled') },
    retention: { requestHours: 1, conversationHours: 1 },
  },
};

interface Job {
  readonly envelope: { readonly requestId: string; readonly conversationId: string };
  readonly private: { readonly text: string };
}

async function note(kind: 'begin' | 'end', { envelope }: Job, run: number): Promise<void> {
  const { requestId, conversationId } = envelope;
  await fetch(RUN_LOG_URL, { method: 'POST', body: JSON.stringify({ kind, requestId, conversationId, run, instance: INSTANCE }) }).then((response) => response.text());
}

const acts: Readonly<Record<string, (value: number, job: Job, context: JobContext) => Promise<void> | void>> = {
  work: (ms, _job, { signal }) => wait(ms, undefined, { signal }),
  hold: (ms) => wait(ms),
  block: (ms) => {
    for (const until = performance.now() + ms; performance.now() < until; );
  },
  die: () => void process.kill(process.pid, 'SIGKILL'),
  refuse: (ms) => {
    throw new MeshError('MODEL_OVERLOADED', 'the script says so', ms > 0 ? { retryAfterMs: ms } : {});
  },
  effect: async (_value, { envelope }) => {
    const order = `HG${envelope.requestId}`;
    await fetch(`${SHOP_URL}/orders/${order}/refunds`, { method: 'POST', headers: { 'idempotency-key': `${envelope.requestId}.script.0` }, body: '{}' }).then((response) => response.text());
    failpoint('tool.after');
  },
  say: (count, _job, context) => {
    for (let piece = 0; piece < count; piece++) context.delta('0123456789'.repeat(100));
  },
};

async function perform(job: Job, context: JobContext): Promise<void> {
  const run = context.attempt;
  await note('begin', job, run);
  context.record('scripted', { run });
  await context.beforeModelCall();
  for (const { name, value } of readScript(job.private.text, run)) await acts[name]?.(value, job, context);
  await note('end', job, run);
  await context.reply({ outcome: 'answered', tier: 'worker', text: `by ${INSTANCE} in run ${run}` });
}

class Tier {
  async dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    const { text } = job.private;
    const queue = queueOf(text);
    const part = { text, turns: [] };
    if (queue === 'retrieval') await context.forward(RetrieveJob, { body: { collection: 'site', replyLanguage: 'en' }, private: part });
    else if (queue === 'expert') await context.forwardHeld(ConsultJob, { body: { replyLanguage: 'en' }, private: part, hold: { mostUsd: 0, leastUsd: 0 } });
    else await context.forward(AnswerJob, { body: { mode: 'model', replyLanguage: 'en', slotNames: [] }, private: { ...part, slots: {} } });
  }
  async perform(job: Job, context: JobContext): Promise<void> {
    await perform(job, context);
  }
}

// Decorators are called as what they are, functions: Node runs this file as it is.
function handles(method: string, contract: JobContract): void {
  const descriptor = Object.getOwnPropertyDescriptor(Tier.prototype, method) ?? {};
  Handles(contract)(Tier.prototype, method, descriptor as TypedPropertyDescriptor<never>);
  Object.defineProperty(Tier.prototype, method, descriptor);
}
const roles = {
  dispatcher: { tier: 'dispatcher', queue: 'dispatch', contract: DispatchJob, method: 'dispatch' },
  worker: { tier: 'worker', queue: 'worker', contract: AnswerJob, method: 'perform' },
  retrieval: { tier: 'retrieval', queue: 'retrieval', contract: RetrieveJob, method: 'perform' },
  expert: { tier: 'expert', queue: 'expert', contract: ConsultJob, method: 'perform' },
} as const;
const { tier, queue, contract, method } = roles[role as keyof typeof roles];
Controller()(Tier);
handles(method, contract);
// Whoever owns a queue must handle all that may lie in it.
for (const other of jobsOf(queue).filter((one) => one !== contract)) {
  Object.defineProperty(Tier.prototype, other.kind, { value: async () => ({}), configurable: true, writable: true });
  handles(other.kind, other);
}

// oxlint-disable-next-line typescript/no-extraneous-class -- Nest wants a class to hang a module on
class Root {}
Module({})(Root);
const module: DynamicModule = { module: Root, imports: [MeshModule.register(config, site)], controllers: [Tier] };
await bootTier({ tier, queues: [queue], module, config, siteVersion: site.version });
