import { createHmac, randomUUID } from 'node:crypto';
import OpenAI from 'openai';
import type { KnowledgeVariant, SearchResult } from '@switchyard/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { openMesh, type OpenMesh } from './open-mesh.js';
import { startPeopleSide, type PeopleSide } from './people-side.js';

let people: PeopleSide;
let open: OpenMesh;
beforeAll(async () => {
  people = await startPeopleSide();
  open = await openMesh({ siteDirectory: people.siteDirectory, instances: { dispatcher: 2, worker: 2, retrieval: 2 } }, people.environment);
  people.chatwoot.hook = open.mesh.url + people.hookPath;
});
afterAll(async () => {
  await open?.close();
  await people?.close();
});

describe('a question through the mesh', () => {
  it.each([
    ['标准快递要几天能到？', 'curated', '2'],
    ['How long does standard delivery take?', 'curated', '2'],
  ])('gets the curated answer: %s', async (text, tier, part) => {
    const answer = await open.client.ask({ text });
    expect(answer.outcome).toBe('answered');
    expect(answer.receipt?.tier).toBe(tier);
    expect(answer.text).toContain(part);
    expect(answer.receipt?.leftSite).toBe(false);
  });

  it.each([
    ['查一下订单 HG20260003 到哪了', 'zh'],
    ['where is my order HG20260003?', 'en'],
  ])('runs the flow of the intent, with the tool of the shop: %s', async (text, language) => {
    const answer = await open.client.ask({ text });
    expect(answer.outcome).toBe('answered');
    expect(answer.receipt?.tier).toBe('worker');
    expect(answer.receipt?.intent.label).toBe('order_status');
    expect(answer.receipt?.language).toBe(language);
    expect(answer.text).toContain('HG20260003');
  });

  it.each([
    ['机器人能爬过门口的坎儿不', '你家机器人爬过门口的坎儿行吗', 'zh/v7-robot-vacuum.md', '20 毫米'],
    ['Can the cleaning robot climb over my rug?', 'would the robot climb over a rug', 'en/v7-robot-vacuum.md', '20 mm'],
  ])('that was not answered is, by all instances, once a person has said which document answers it, and is not when that is taken back: %s', async (text, similar, documentId, words) => {
    const variants = '/v1/knowledge/site/variants';
    expect((await open.client.ask({ text })).receipt?.tier).toBe('none');
    const title = (await open.client.call<SearchResult>('POST', '/v1/knowledge/site/search', { query: documentId.startsWith('zh') ? '门槛' : 'thresholds', limit: 1, filter: { documentId } })).passages[0]?.title;
    const { id } = await open.client.call<KnowledgeVariant>('POST', variants, { question: text, documentId, title });
    for (const asked of [text, text, similar]) {
      const answer = await open.client.ask({ text: asked });
      expect(answer.receipt).toMatchObject({ tier: 'retrieval', citations: [expect.objectContaining({ documentId, title })] });
      expect(answer.text).toContain(words);
    }
    await open.client.call('DELETE', `${variants}/${id}`);
    for (const asked of [text, text]) expect((await open.client.ask({ text: asked })).receipt?.tier).toBe('none');
  });

  it('asks for a missing slot and goes on with it in the next message', async () => {
    const conversationId = randomUUID();
    const first = await open.client.ask({ text: '我想看看我的订单到哪里了', conversationId });
    expect(first.text).not.toContain('HG20260004');
    const second = await open.client.ask({ text: 'HG20260004', conversationId });
    expect(second.receipt?.tier).toBe('worker');
    expect(second.text).toContain('HG20260004');
  });

  it('records every step, in order, through the tiers that did them', async () => {
    const answer = await open.client.ask({ text: 'where is my order HG20260005?' });
    const explanation = await open.client.explain(answer.requestId);
    expect(explanation.complete).toBe(true);
    const tiers = explanation.steps.map((step) => step.tier);
    expect(tiers[0]).toBe('gateway');
    expect(new Set(tiers)).toEqual(new Set(['gateway', 'dispatcher', 'worker']));
    const steps = explanation.steps.map((step) => step.step);
    for (const step of ['accepted', 'screened', 'classified', 'routed', 'tool_called']) expect(steps).toContain(step);
  });

  it('is answered in events that end with the one reply', async () => {
    const seen: string[] = [];
    const answer = await open.client.ask({ text: 'What payment methods do you take?', onDecided: (decision) => void seen.push(decision.rule) });
    expect(seen).toEqual([answer.receipt?.rule]);
  });
});

describe('an unmodified OpenAI client', () => {
  const client = (): OpenAI => new OpenAI({ baseURL: `${open.mesh.url}/v1`, apiKey: open.key, maxRetries: 0 });

  it('gets a plain answer with the receipt', async () => {
    const completion = await client().chat.completions.create({ model: 'switchyard', messages: [{ role: 'user', content: '运费怎么算？' }] });
    expect(completion.choices[0]?.message.content).toContain('99');
    expect((completion as unknown as { switchyard: { tier: string } }).switchyard.tier).toBe('curated');
  });

  it('gets a streamed answer whose parts are the whole', async () => {
    const stream = await client().chat.completions.create({ model: 'switchyard', stream: true, messages: [{ role: 'user', content: 'How much is express delivery?' }] });
    let text = '';
    let finish: string | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect(text).toContain('20');
    expect(finish).toBe('stop');
  });

  it('lists the models', async () => {
    const models = await client().models.list();
    expect(models.data.map((model) => model.id)).toContain('switchyard');
  });
});

describe('bad input', () => {
  const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${open.mesh.url}/v1/requests`, { method: 'POST', body, headers: { authorization: `Bearer ${open.key}`, 'content-type': 'application/json', ...headers } });

  it.each([
    ['malformed JSON', '{"text": ', {}, 400, 'JSON_INVALID'],
    ['a wrong type', '{"text": 7}', {}, 400, 'REQUEST_INVALID'],
    ['no text', '{}', {}, 400, 'REQUEST_INVALID'],
    ['1 MB of text', JSON.stringify({ text: 'a'.repeat(1_000_000) }), {}, 413, 'TEXT_TOO_LONG'],
    ['a body over the limit', JSON.stringify({ text: 'a'.repeat(3_000_000) }), {}, 413, 'BODY_TOO_LARGE'],
    ['a wrong key', '{"text":"hi"}', { authorization: 'Bearer wrong' }, 401, 'KEY_UNKNOWN'],
    ['no key', '{"text":"hi"}', { authorization: '' }, 401, 'KEY_MISSING'],
  ] as const)('%s is a clear error', async (_title, body, headers, status, code) => {
    const response = await post(body, headers);
    expect(response.status).toBe(status);
    const problem = (await response.json()) as { code: string; title: string };
    expect(problem.code).toBe(code);
  });

  it('an unknown route is a clear error', async () => {
    const response = await fetch(`${open.mesh.url}/v1/nothing`);
    expect(response.status).toBe(404);
    expect(((await response.json()) as { code: string }).code).toBe('ROUTE_UNKNOWN');
  });

  it('leaves the mesh answering', async () => {
    const answer = await open.client.ask({ text: '你好' });
    expect(answer.outcome).toBe('answered');
  });
});

describe('people outside the mesh', () => {
  it('a customer in Chatwoot is answered by the mesh, then by a person, and then by the mesh again', async () => {
    const { chatwoot } = people;
    await chatwoot.write(17, '查一下订单 HG20260003 到哪了');
    await waitFor(() => chatwoot.said(17, false).length > 0);
    expect(chatwoot.said(17, false)[0]).toContain('HG20260003');

    await chatwoot.write(17, '我要人工客服，帮我退货，电话 13800138000');
    await waitFor(() => chatwoot.conversation(17).status === 'open' && chatwoot.said(17, true).length > 0 && chatwoot.said(17, false).length > 1);
    expect(chatwoot.said(17, true)[0]).toMatch(/最后一条消息：我要人工客服，帮我退货，电话 13800138000[^]*转人工规则：/);

    await chatwoot.write(17, '您好，我来帮您', 'user');
    const { requestId } = (await chatwoot.write(17, '运费多少钱')) as { requestId: string };
    expect(await open.client.call('GET', `/v1/requests/${requestId}`)).toMatchObject({ outcome: 'handed_over', reply: '' });
    await chatwoot.setStatus(17, 'resolved');
    await chatwoot.write(17, '查一下订单 HG20260003 到哪了');
    await waitFor(() => chatwoot.said(17, false).length > 2);
    // Each event came twice; each thing was said once.
    expect(chatwoot.said(17, false)).toEqual([expect.stringContaining('HG20260003'), expect.stringContaining('人工'), expect.stringContaining('HG20260003')]);
    expect(chatwoot.said(17, true)).toHaveLength(1);
  });

  it('a hand-over reaches the webhook though the process that delivers it is killed, under the same id', async () => {
    const { received, conversationId } = people.held;
    const { requestId, outcome } = await open.client.ask({ text: 'let me talk to a person about my order HG20260001', conversationId });
    expect(outcome).toBe('handed_over');
    const first = await waitFor(() => received[0]);
    // It has the event, and nobody hears that it does.
    open.mesh.kill('auditor-1');
    const second = await waitFor(() => received[1], 30_000);
    second.response.writeHead(204).end();
    for (const { headers, body } of [first, second]) {
      const id = `ho_${requestId}`;
      expect(headers['webhook-id']).toBe(id);
      expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', people.key).update(`${id}.${String(headers['webhook-timestamp'])}.${body}`).digest('base64')}`);
    }
    expect(second.body).toBe(first.body);
    expect(JSON.parse(second.body)).toMatchObject({ type: 'conversation.handed_over', data: { tenant: 'demo', conversationId, requestId, language: 'en', transcript: [{ role: 'customer', text: 'let me talk to a person about my order HG20260001' }, { role: 'mesh' }] } });
    const delivered = await waitFor(async () => (await open.client.explain(requestId).catch(() => undefined))?.steps.find(({ step }) => step === 'delivered'), 30_000, 250);
    expect(delivered.facts).toMatchObject({ delivery: 'webhook.handed_over', status: 204 });
    expect(received).toHaveLength(2);
  });
});
