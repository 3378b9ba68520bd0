import { describe, expect, it } from 'vitest';
import { auditEvent } from './__fixtures__/audit-event.js';
import { describeStep, describeTimeline } from './describe-step.js';
import { explainRequest } from './explain-request.js';

const subject = { requestId: 'r1', tenant: 'demo' };
const stepsOf = (events: ReturnType<typeof auditEvent>[]): string[] => explainRequest(subject, events).steps.map((step) => step.step);

describe('explainRequest', () => {
  it('puts steps in the order of time', () => {
    const events = [auditEvent({ id: 'r1.worker.1.1.1', tier: 'worker', step: 'tool_called', at: 30 }), auditEvent({ id: 'r1.dispatcher.0.1.1', step: 'screened', at: 10 }), auditEvent({ id: 'r1.gateway.g.1', tier: 'gateway', step: 'accepted', at: 5 })];
    expect(stepsOf(events)).toEqual(['accepted', 'screened', 'tool_called']);
  });

  it('orders steps of one millisecond by tier, hop, attempt and count', () => {
    const ids = ['r1.expert.3.1.1', 'r1.worker.2.1.1', 'r1.worker.1.1.10', 'r1.worker.1.1.9', 'r1.worker.1.2.1', 'r1.dispatcher.0.1.2', 'r1.dispatcher.0.1.1'];
    const events = ids.map((id) => auditEvent({ id, tier: id.split('.')[1] as 'worker', step: id }));
    expect(stepsOf(events)).toEqual(['r1.dispatcher.0.1.1', 'r1.dispatcher.0.1.2', 'r1.worker.1.1.9', 'r1.worker.1.1.10', 'r1.worker.1.2.1', 'r1.worker.2.1.1', 'r1.expert.3.1.1']);
  });

  it('puts the acceptance first and the delivery last within a millisecond', () => {
    const events = [
      auditEvent({ id: 'r1.gateway.10.0.0.1.7', tier: 'gateway', step: 'replied' }),
      auditEvent({ id: 'r1.dispatcher.0.1.9', step: 'outcome' }),
      auditEvent({ id: 'r1.gateway.10.0.0.1.3', tier: 'gateway', step: 'accepted' }),
    ];
    expect(stepsOf(events)).toEqual(['accepted', 'outcome', 'replied']);
  });

  it('gives an event once that came twice', () => {
    expect(stepsOf([auditEvent(), auditEvent()])).toEqual(['routed']);
  });

  it('leaves out other requests and other tenants', () => {
    expect(stepsOf([auditEvent({ requestId: 'r2', id: 'r2.x' }), auditEvent({ tenant: 'other' })])).toEqual([]);
  });

  it.each([
    ['routed', false],
    ['answered', false],
    ['outcome', true],
    ['replied', true],
  ])('with the step %s last, complete is %s', (step, complete) => {
    expect(explainRequest(subject, [auditEvent({ step })])).toMatchObject({ ...subject, complete });
  });
});

describe('describeStep', () => {
  const event = auditEvent({ step: 'classified', tookMs: 1.234, attempt: 2, facts: { intent: 'refund', confidence: 0.9312345678, slots: ['order_id', 'sku'], openFlow: null, none: [], facts: { lane: 'bulk' } } });

  it('tells it in Chinese', () => {
    expect(describeStep(event, 'zh')).toBe('调度：识别意图（intent refund，confidence 0.931235，slots order_id,sku，1.2 ms，第 2 次）');
  });

  it('tells it in English', () => {
    expect(describeStep(event, 'en')).toBe('Dispatcher recognised the intent (intent refund, confidence 0.931235, slots order_id,sku, 1.2 ms, attempt 2)');
  });

  it.each(['weighed', 'constructor'])('keeps the name of the step %s, which has no words', (step) => {
    expect(describeStep(auditEvent({ step }), 'en')).toBe(`Dispatcher ${step}`);
    expect(describeStep(auditEvent({ step }), 'zh')).toBe(`调度：${step}`);
  });

  it('writes nested facts out', () => {
    expect(describeStep(auditEvent({ facts: { redactions: { phone: 2, email: null }, empty: {} } }), 'en')).toBe('Dispatcher chose the route (redactions {phone 2})');
  });

  it('makes a timeline that counts from the first step', () => {
    const steps = [auditEvent({ step: 'screened', at: 1_000 }), auditEvent({ step: 'routed', at: 1_012 })];
    expect(describeTimeline(steps, 'en').split('\n')).toEqual(['     +0 ms  Dispatcher screened the message', '    +12 ms  Dispatcher chose the route']);
    expect(describeTimeline([], 'zh')).toBe('');
  });
});
