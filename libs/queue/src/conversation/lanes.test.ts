import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '@switchyard/contracts';
import { deferred, waitFor } from '@switchyard/testing';
import { testSite } from '../__fixtures__/site.js';
import { answer, TestMesh, type Gateway } from '../__fixtures__/test-mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { baseOfConversation, requestKey } from '../redis-keys.js';
import { DeadlineSweeper } from '../request/deadline-sweeper.js';

let test: TestMesh;
beforeAll(async () => {
  test = await TestMesh.start();
});
afterEach(() => test.clear());
afterAll(() => test.stop());

const siteWith = (conversations: NonNullable<MeshSite['settings']['conversations']>): MeshSite => ({ ...testSite, settings: { ...testSite.settings, conversations } });
const inOrder = siteWith({ merge: { windowMs: 0, waitMs: 0 }, supersede: 'never' });
const merging = siteWith({ merge: { windowMs: 5_000, waitMs: 0 }, supersede: 'never' });
const superseding = siteWith({ merge: { windowMs: 0, waitMs: 0 }, supersede: 'generation' });

const c1 = { conversationId: 'c1' };
const sweepOf = ({ mesh }: Gateway): Promise<number> => new DeadlineSweeper(mesh.redis, mesh.store, mesh.endings).sweep();
const outcomesOf = (replies: readonly Reply[]): (string | undefined)[] => replies.map(({ receipt, error }) => error?.code ?? receipt.outcome);

describe('the messages of a conversation', () => {
  it('are answered in order, one at a time, by however many instances', async () => {
    const gateway = await test.gateway(inOrder);
    const inside = { now: 0, most: 0 };
    const order: string[] = [];
    const script = {
      dispatch: async (job: { private: { text: string } }, context: Parameters<NonNullable<Parameters<TestMesh['tier']>[0]['dispatch']>>[1]) => {
        inside.most = Math.max(inside.most, (inside.now += 1));
        const { turns } = await context.conversation();
        await new Promise((resolve) => setImmediate(resolve));
        order.push(`${job.private.text} after ${turns.length}`);
        inside.now -= 1;
        await context.reply(answer(job.private.text));
      },
    };
    await Promise.all([test.tier(script, {}, inOrder), test.tier(script, {}, inOrder)]);
    const asked = [];
    for (let number = 0; number < 20; number++) asked.push(await gateway.ask(`m${number}`, c1));
    await Promise.all(asked.map(({ reply }) => reply));
    expect(inside.most).toBe(1);
    expect(order).toEqual(Array.from({ length: 20 }, (_, number) => `m${number} after ${Math.min(12, 2 * number)}`));
    expect(await test.redis.exists(`${baseOfConversation('demo', 'c1')}lane:demo`)).toBe(0);
  });

  it('do not wait for those of another conversation', async () => {
    const gateway = await test.gateway(inOrder);
    const hold = deferred();
    await test.tier({
      dispatch: async (job, context) => {
        if (job.private.text === 'slow') await hold.promise;
        await context.reply(answer('done'));
      },
    });
    const slow = await gateway.ask('slow', c1);
    expect((await (await gateway.ask('quick', { conversationId: 'c2' })).reply).text).toBe('done');
    hold.resolve();
    await slow.reply;
  });

  it('go on when the one before them expires, is cancelled or fails', async () => {
    const gateway = await test.gateway(inOrder);
    const started = deferred();
    await test.tier({
      dispatch: async (job, context) => {
        if (job.private.text === 'hang') {
          started.resolve();
          await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          context.signal.throwIfAborted();
        }
        if (job.private.text === 'break') throw new TypeError('broken');
        await context.reply(answer('done'));
      },
    });
    const hanging = await gateway.ask('hang', c1);
    const short = await gateway.ask('short', { ...c1, deadlineMs: 20 });
    const broken = await gateway.ask('break', c1);
    const last = await gateway.ask('last', c1);
    await started.promise;
    await waitFor(async () => (await sweepOf(gateway)) === 1);
    await gateway.mesh.requests.cancel('demo', hanging.submitted.requestId);
    expect(outcomesOf(await Promise.all([hanging, short, broken, last].map(({ reply }) => reply)))).toEqual(['REQUEST_CANCELLED', 'DEADLINE_PASSED', 'INTERNAL', 'answered']);
  });

  it('are no more than a hundred at once', async () => {
    const gateway = await test.gateway(inOrder);
    for (let number = 0; number < 100; number++) await gateway.submit('x', c1);
    await expect(gateway.submit('x', c1)).rejects.toMatchObject({ code: 'TENANT_BACKLOG_FULL', field: 'conversationId' });
    expect(await gateway.submit('x', { conversationId: 'c2' })).toMatchObject({ created: true });
    const open = (await Promise.all((await test.redis.keys('switchyard:*:pending')).map((key) => test.redis.zcard(key)))).reduce((sum, one) => sum + one, 0);
    expect(open).toBe(101);
  });
});

describe('a burst', () => {
  it('that waits is answered as one question, and those that it was made of say so', async () => {
    const gateway = await test.gateway(merging);
    const hold = deferred();
    const asked: string[] = [];
    await test.tier(
      {
        dispatch: async (job, context) => {
          asked.push(job.private.text);
          if (asked.length === 1) await hold.promise;
          await context.reply(answer(`to: ${job.private.text}`));
        },
      },
      {},
      merging,
    );
    const first = await gateway.ask('hello', c1);
    await waitFor(() => asked.length === 1);
    const rest = [await gateway.ask('where is my order', c1), await gateway.ask('HG20260001', c1), await gateway.ask('please', c1)];
    hold.resolve();
    const replies = await Promise.all([first, ...rest].map(({ reply }) => reply));
    expect(asked).toEqual(['hello', 'where is my order\nHG20260001\nplease']);
    expect(outcomesOf(replies)).toEqual(['answered', 'REQUEST_MERGED', 'REQUEST_MERGED', 'answered']);
    expect(replies.map(({ text }) => text)).toEqual(['to: hello', '', '', 'to: where is my order\nHG20260001\nplease']);
  });

  it('ends where somebody paused', async () => {
    const site = siteWith({ merge: { windowMs: 60, waitMs: 0 }, supersede: 'never' });
    const gateway = await test.gateway(site);
    const first = await gateway.ask('one', c1);
    const second = await gateway.ask('two', c1);
    await waitFor(() => gateway.mesh.clock.now() > second.submitted.acceptedAt + 100);
    const third = await gateway.ask('three', c1);
    const asked: string[] = [];
    await test.tier(
      {
        dispatch: async (job, context) => {
          asked.push(job.private.text);
          await context.reply(answer('done'));
        },
      },
      {},
      site,
    );
    await Promise.all([first, second, third].map(({ reply }) => reply));
    expect(asked).toEqual(['one', 'two', 'three']);
  });

  it('is waited for where the site says so, also when the gateway that accepted it is gone', async () => {
    const site = siteWith({ merge: { windowMs: 5_000, waitMs: 150 }, supersede: 'never' });
    const gateway = await test.gateway(site);
    const asked: string[] = [];
    await test.tier(
      {
        dispatch: async (job, context) => {
          asked.push(job.private.text);
          await context.reply(answer('done'));
        },
      },
      {},
      site,
    );
    const burst = [await gateway.ask('where is', c1), await gateway.ask('my order', c1)];
    const other = await test.gateway(site);
    await waitFor(async () => {
      await sweepOf(other);
      return asked.length > 0;
    });
    expect(outcomesOf(await Promise.all(burst.map(({ reply }) => reply)))).toEqual(['REQUEST_MERGED', 'answered']);
    expect(asked).toEqual(['where is\nmy order']);
  });

  it('is finished by a sweep where whoever merged it died halfway', async () => {
    const gateway = await test.gateway(merging);
    const burst = [await gateway.ask('hold', c1), await gateway.ask('one', c1), await gateway.ask('two', c1)];
    const [hold, one, two] = burst.map(({ submitted }) => submitted.requestId) as [string, string, string];
    const { store } = gateway.mesh;
    // The first has ended and nobody took up the next; then somebody did, and died before ending what it had merged.
    const lane = await store.lane('demo', 'c1');
    expect(lane.map(({ requestId }) => requestId)).toEqual([hold, one, two]);
    await store.carry('demo', 'c1', two, lane[2]?.job ?? '', [one]);
    await gateway.mesh.requests.cancel('demo', hold);
    const asked: string[] = [];
    await test.tier({
      dispatch: async (job, context) => {
        asked.push(job.private.text);
        await context.reply(answer('done'));
      },
    });
    await waitFor(async () => {
      await sweepOf(gateway);
      return asked.length > 0;
    });
    expect(outcomesOf(await Promise.all(burst.map(({ reply }) => reply)))).toEqual(['REQUEST_CANCELLED', 'REQUEST_MERGED', 'answered']);
    expect(asked).toEqual(['two']);
  });
});

describe('a newer message', () => {
  const generating = async (): Promise<{ readonly gateway: Gateway; readonly aborted: Promise<unknown>; readonly started: Promise<void>; readonly seen: string[] }> => {
    const gateway = await test.gateway(superseding);
    const started = deferred();
    const aborted = deferred<unknown>();
    const seen: string[] = [];
    await test.tier(
      {
        dispatch: async (job, context) => {
          const { turns } = await context.conversation();
          seen.push([...turns.map(({ text }) => text), job.private.text].join(' | '));
          if (!job.private.text.startsWith('write')) {
            await context.reply(answer('done'));
            return;
          }
          if (job.private.text !== 'write without a model') await context.beforeModelCall();
          context.signal.addEventListener('abort', () => aborted.resolve(context.signal.reason));
          started.resolve();
          await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
          context.signal.throwIfAborted();
        },
      },
      {},
      superseding,
    );
    return { gateway, started: started.promise, aborted: aborted.promise, seen };
  };

  it('ends a generation that is under way, and knows what was said before', async () => {
    const { gateway, started, aborted, seen } = await generating();
    const older = await gateway.ask('write about tea', c1);
    await started;
    const newer = await gateway.ask('no, about coffee', c1);
    expect(await aborted).toMatchObject({ code: 'REQUEST_SUPERSEDED' });
    expect(outcomesOf(await Promise.all([older.reply, newer.reply]))).toEqual(['REQUEST_SUPERSEDED', 'answered']);
    expect((await older.reply).text).toBe('');
    expect(seen).toEqual(['write about tea', 'write about tea | no, about coffee']);
  });

  it('waits for work that is no generation', async () => {
    const { gateway, started } = await generating();
    const older = await gateway.ask('write without a model', c1);
    await started;
    const newer = await gateway.ask('and this', c1);
    expect(await test.redis.hget(requestKey(newer.submitted.requestId), 'held')).toBe('1');
    await gateway.mesh.requests.cancel('demo', older.submitted.requestId);
    expect(outcomesOf(await Promise.all([older.reply, newer.reply]))).toEqual(['REQUEST_CANCELLED', 'answered']);
  });
});

describe('a conversation that a person has', () => {
  it('gets no word from the mesh until it is given back, and then knows what was said', async () => {
    const gateway = await test.gateway(inOrder);
    const seen: string[] = [];
    await test.tier({
      dispatch: async (job, context) => {
        const { turns } = await context.conversation();
        seen.push([...turns.map(({ text }) => text), job.private.text].join(' | '));
        await context.reply(answer('from the mesh'));
      },
    });
    expect(await gateway.mesh.human.takeOver('demo', 'c1')).toBe(0);
    const silent = await (await gateway.ask('anybody there?', c1)).reply;
    expect(silent).toMatchObject({ text: '', receipt: { outcome: 'handed_over', rule: 'builtin.human' } });
    expect(await (await gateway.ask('hello', { ...c1, tenant: 'other' })).reply).toMatchObject({ text: 'from the mesh' });
    await gateway.mesh.human.giveBack('demo', 'c1');
    expect((await (await gateway.ask('and now?', c1)).reply).text).toBe('from the mesh');
    expect(seen).toEqual(['hello', 'anybody there? | and now?']);
  });

  it('gets none either from what is in work, or waits, as it is taken over', async () => {
    const gateway = await test.gateway(inOrder);
    const started = deferred();
    const aborted = deferred<unknown>();
    await test.tier({
      dispatch: async (_job, context) => {
        context.signal.addEventListener('abort', () => aborted.resolve(context.signal.reason));
        started.resolve();
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        context.signal.throwIfAborted();
      },
    });
    const asked = [await gateway.ask('one', c1), await gateway.ask('two', c1)];
    await started.promise;
    expect(await gateway.mesh.human.takeOver('demo', 'c1')).toBe(2);
    expect(await aborted.promise).toMatchObject({ code: 'PERSON_TOOK_OVER' });
    const replies = await Promise.all(asked.map(({ reply }) => reply));
    expect(replies.map(({ text, receipt }) => `${receipt.outcome} "${text}"`)).toEqual(['handed_over ""', 'handed_over ""']);
  });

  it('is looked at once more as a reply is about to go out', async () => {
    const gateway = await test.gateway(inOrder);
    const took: boolean[] = [];
    await test.tier({
      dispatch: async (_job, context) => {
        // As if the note of it had come too late for this worker.
        await gateway.mesh.store.setHuman('demo', 'c1', true, 60_000);
        took.push(await context.reply(answer('too late')));
      },
    });
    expect(await (await gateway.ask('one', c1)).reply).toMatchObject({ text: '', receipt: { outcome: 'handed_over' } });
    await waitFor(() => took.length > 0);
    expect(took).toEqual([false]);
  });
});
