/** Contender: the same hops as one writes them by hand with `@nestjs/bullmq`: each tier adds a job and waits until it is finished. */
import 'reflect-metadata';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { QueueEvents, type Job, type Queue } from 'bullmq';
import { CONCURRENCY, redisUrl, role, serve } from './role.ts';

const { hostname: host, port } = new URL(redisUrl);
const connection = { host, port: Number(port) };
const defaultJobOptions = { removeOnComplete: { age: 3_600, count: 10_000 }, removeOnFail: true };
const eventsOf = (name: string): QueueEvents => new QueueEvents(name, { connection });

/** Each wait adds listeners; the warnings about it would cost this contender time. */
const quiet = (...emitters: { setMaxListeners(count: number): unknown }[]): void => emitters.forEach((one) => one.setMaxListeners(0));

// Decorators are called as what they are, functions: Node runs this file as it is.
class DispatchProcessor extends WorkerHost {
  readonly #events = eventsOf('nest-work');
  readonly work: Queue;
  constructor(work: Queue) {
    super();
    this.work = work;
    quiet(work, this.#events);
  }
  async process(job: Job<{ text: string }>): Promise<string> {
    const next = await this.work.add('job', job.data);
    return (await next.waitUntilFinished(this.#events, 30_000)) as string;
  }
}
Inject(getQueueToken('nest-work'))(DispatchProcessor, undefined, 0);
Processor('nest-dispatch', { concurrency: CONCURRENCY })(DispatchProcessor);

class WorkProcessor extends WorkerHost {
  async process(job: Job<{ text: string }>): Promise<string> {
    return job.data.text;
  }
}
Processor('nest-work', { concurrency: CONCURRENCY })(WorkProcessor);

// oxlint-disable-next-line typescript/no-extraneous-class -- Nest wants a class to hang a module on
class Root {}
Module({})(Root);
const queues = BullModule.registerQueue({ name: 'nest-dispatch', defaultJobOptions }, { name: 'nest-work', defaultJobOptions });
const providers = role === 'dispatcher' ? [DispatchProcessor] : role === 'worker' ? [WorkProcessor] : [];
const root: DynamicModule = { module: Root, imports: [BullModule.forRoot({ connection }), queues], providers };
const app = await NestFactory.createApplicationContext(root, { logger: false });
await app.init();
if (role !== 'front') serve();
else {
  const dispatch = app.get<Queue>(getQueueToken('nest-dispatch'));
  const events = eventsOf('nest-dispatch');
  quiet(dispatch, events);
  await events.waitUntilReady();
  serve({
    call: async (text) => {
      const job = await dispatch.add('job', { text });
      return (await job.waitUntilFinished(events, 30_000)) as string;
    },
  });
}
