import { describe, expect, it } from 'vitest';
import { AnswerJob, RetrieveJob } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { jobOf } from './job-of.js';
import { MemoryContext } from './memory-context.js';

const draft = { outcome: 'answered', tier: 'worker', text: 'Yes.' } as const;

describe('a context in memory', () => {
  it('takes the first reply, and says of the later ones that they were dropped', async () => {
    const context = new MemoryContext();
    expect([await context.reply(draft), await context.reply(draft)]).toEqual([true, false]);
    expect(context.replies).toHaveLength(2);
  });

  it('drops the first reply too where another writer was first', async () => {
    expect(await new MemoryContext({ repliedBefore: true }).reply(draft)).toBe(false);
  });

  it('keeps a job that was passed on as its contract parsed it', async () => {
    const context = new MemoryContext();
    const body = { collection: 'site', replyLanguage: 'en' } as const;
    await context.forward(RetrieveJob, { body, private: { text: 'hi', turns: [] }, trail: { rules: ['r'] } });
    expect(context.forwarded).toEqual([{ kind: 'retrieve', body, private: { text: 'hi', turns: [] }, trail: { rules: ['r'] } }]);
    await expect(context.forward(RetrieveJob, { body, private: { text: '', turns: [] } })).rejects.toThrow('text');
  });

  it('counts the calls of a model, and refuses them from when the test says so', async () => {
    const context = new MemoryContext();
    await context.beforeModelCall();
    context.modelCallRefusal = new MeshError('REQUEST_CANCELLED', 'nobody waits');
    await expect(context.beforeModelCall()).rejects.toBe(context.modelCallRefusal);
    expect(context.modelCalls).toBe(2);
  });

  it('has a clock that goes on with every reading', () => {
    const context = new MemoryContext({ nowMs: 100 });
    expect([context.now(), context.now()]).toEqual([105, 110]);
  });
});

describe('a job in memory', () => {
  it('is parsed by its contract, in an envelope of its kind', () => {
    const job = jobOf(AnswerJob, { mode: 'model', replyLanguage: 'en', slotNames: [] }, { text: 'hi', slots: {}, turns: [] }, { tenant: 'other' });
    expect(job).toMatchObject({ envelope: { kind: 'answer', tenant: 'other', hop: 1 }, body: { mode: 'model' }, private: { text: 'hi' } });
    expect(() => jobOf(AnswerJob, { mode: 'model', replyLanguage: 'en', slotNames: [] }, { text: '', slots: {}, turns: [] })).toThrow('text');
  });
});
