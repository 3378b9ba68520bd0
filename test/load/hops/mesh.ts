/**
 * Contender: the transport of this product, all of it on: contracts parsed at both ends, private parts sealed, trace
 * context, deadlines, cancellation, one outcome, conversation state, the audit stream. The handlers do nothing, as those
 * of the others.
 */
import 'reflect-metadata';
import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { AnswerJob, DispatchJob, ExplainJob, ListStepsJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { Handles, Mesh, MeshModule, newRequestId, startTier, type MeshSite } from '@switchyard/queue';
import { randomUUID } from 'node:crypto';
import { CONCURRENCY, redisUrl, role, serve } from './role.ts';

/** How long what is done is kept; `soak.ts` keeps it for seconds, to see it go. */
const requestHours = Number(process.env['BENCH_RETENTION_HOURS'] ?? 1);
const deadlineMs = Number(process.env['BENCH_DEADLINE_MS'] ?? 30_000);

const text = (zh: string, en: string): { zh: string; en: string } => ({ zh, en });
const site: MeshSite = {
  version: 'bench',
  settings: {
    defaultLanguage: 'en',
    texts: { refused: text('不行', 'no'), handedOver: text('转接', 'handed over'), failed: text('失败', 'failed'), expired: text('超时', 'expired'), cancelled: text('取消', 'cancelled') },
    retention: { requestHours, conversationHours: requestHours },
  },
};
const config = { REDIS_URL: redisUrl, SEAL_KEY_FILE: process.env['SEAL_KEY_FILE'] ?? '', INSTANCE: `${role}-${process.pid}`, LOG_LEVEL: 'silent', HOST: '127.0.0.1', PORT: 0, CONCURRENCY } as const;

class Dispatch {
  async dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    const { turns } = await context.conversation();
    context.record('routed', { rule: 'bench', to: 'worker', turns: turns.length });
    await context.forward(AnswerJob, { body: { mode: 'model', replyLanguage: 'en', slotNames: [] }, private: { text: job.private.text, slots: {}, turns }, trail: { rules: ['bench'] } });
  }
}
class Work {
  async answer(job: JobInput<typeof AnswerJob>, context: JobContext): Promise<void> {
    await context.reply({ outcome: 'answered', tier: 'worker', text: job.private.text });
  }
  async explain(): Promise<unknown> {
    return {};
  }
  async list(): Promise<unknown> {
    return {};
  }
}
// Decorators are called as what they are, functions: Node runs this file as it is.
function handles(target: object, method: string, mark: (target: object, name: string, descriptor: TypedPropertyDescriptor<never>) => void): void {
  const descriptor = Object.getOwnPropertyDescriptor(target, method);
  if (!descriptor) throw new Error(method);
  mark(target, method, descriptor as TypedPropertyDescriptor<never>);
  Object.defineProperty(target, method, descriptor);
}
Controller()(Dispatch);
Controller()(Work);
handles(Dispatch.prototype, 'dispatch', Handles(DispatchJob));
handles(Work.prototype, 'answer', Handles(AnswerJob));
handles(Work.prototype, 'explain', Handles(ExplainJob));
handles(Work.prototype, 'list', Handles(ListStepsJob));

if (role === 'front') {
  const mesh = await Mesh.open(config, site);
  await mesh.replies.start();
  serve({
    call: async (sent) => {
      const conversationId = randomUUID();
      const requestId = newRequestId('bench', conversationId);
      const { promise, resolve } = Promise.withResolvers<string>();
      const stop = mesh.replies.subscribe(requestId, (frame) => {
        if (frame.kind === 'reply') resolve(frame.reply.text);
      });
      await mesh.client.submit({ requestId, tenant: 'bench', conversationId, lane: 'interactive', deadlineMs, body: { source: 'chat' }, private: { text: sent, turns: [] } });
      const reply = await promise;
      stop();
      return reply;
    },
  });
} else {
  // oxlint-disable-next-line typescript/no-extraneous-class -- Nest wants a class to hang a module on
  class Root {}
  Module({})(Root);
  const root: DynamicModule = { module: Root, imports: [MeshModule.register(config, site)], controllers: [role === 'dispatcher' ? Dispatch : Work] };
  await startTier({ tier: role === 'dispatcher' ? 'dispatcher' : 'worker', queues: [role === 'dispatcher' ? 'dispatch' : 'worker'], module: root, config, siteVersion: site.version });
  serve();
}
