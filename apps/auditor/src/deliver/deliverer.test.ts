import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DeliverJob, type DeliveryKind, type JobInput } from '@switchyard/contracts';
import { freePort, jobOf } from '@switchyard/testing';
import { startReceiver, type Receiver } from '../__fixtures__/receiver.js';
import { Deliverer } from './deliverer.js';
import { readDeliveryTargets } from './delivery-targets.js';
import { readWebhookSecret, signWebhook } from './sign-webhook.js';
import { summariseHandOver } from './summarise-hand-over.js';

const KEY = Buffer.alloc(32, 7);
const env = { SECRET: `whsec_${KEY.toString('base64')}`, TOKEN: 'bot-token', DESK: 'http://127.0.0.1:1/' };
const AT = Date.UTC(2026, 10, 27, 9, 30);
const NOW = AT + 60_000;
const slots = { order_id: { value: 'HG20260001', raw: 'hg20260001' } };
const handOver = { intents: ['refund', 'chat'], keywords: ['漏水', '洗衣机'], rule: 'angry', reason: 'tries', flow: 'refund', slots };
const turns = [{ role: 'customer' as const, text: '我要退款' }, { role: 'mesh' as const, text: '哪个订单？' }, { role: 'customer' as const, text: '洗衣机漏水了，电话 13800138000' }, { role: 'mesh' as const, text: '已转人工。' }];
const intents = [{ label: 'refund', description: { zh: '申请退款', en: 'Asks for money back' }, task: 'action' as const, slots: {}, utterances: { zh: [], en: [] } }];
const never = new AbortController().signal;

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterEach(() => {
  receiver.received.length = 0;
  receiver.answer = 200;
});
afterAll(() => receiver.stop());

const siteWith = (people: object, url = receiver.url) => ({
  settings: { tenants: [{ id: 'demo', people: Object.fromEntries(Object.entries(people).map(([name, one]) => [name, { url, network: 'private', timeoutMs: 1_000, ...(one as object) }])) }] },
});
const webhook = { secretEnv: 'SECRET' };
const chatwoot = { account: 3, tokenEnv: 'TOKEN', hookHash: '' };
const deliverer = (people: object = { webhook, chatwoot }): Deliverer => new Deliverer(readDeliveryTargets(siteWith(people), env, 'allowed'), intents);
const job = (delivery: DeliveryKind, conversationId = 'chatwoot.3.17'): JobInput<typeof DeliverJob> =>
  jobOf(DeliverJob, { delivery, subject: '0192f6c0-0000-7000-8000-000000000001', conversationId, at: AT, language: 'zh' }, { text: '已转人工。', handOver, turns }, { tenant: 'demo', siteVersion: 'v1' });
const failure = async (delivery: DeliveryKind, by = deliverer()): Promise<unknown> => by.deliver(job(delivery), NOW, never).then(() => undefined, (error: unknown) => error);

describe('a hand-over to a webhook', () => {
  it('says what is to be known, signed as Standard Webhooks has it, with one id in every attempt', async () => {
    const by = deliverer();
    expect(await by.deliver(job('webhook.handed_over', 'c 1'), NOW, never)).toBe(200);
    await by.deliver(job('webhook.handed_over', 'c 1'), NOW + 5_000, never);
    const [first, second] = receiver.received;
    expect(JSON.parse(first?.body ?? '')).toEqual({
      type: 'conversation.handed_over',
      timestamp: '2026-11-27T09:30:00.000Z',
      data: {
        tenant: 'demo', conversationId: 'c 1', requestId: '0192f6c0-0000-7000-8000-000000000001', siteVersion: 'v1', language: 'zh', intents: ['refund', 'chat'], keywords: ['漏水', '洗衣机'], earlier: [],
        rule: 'angry', reason: 'tries', flow: 'refund', slots: { order_id: 'HG20260001' }, transcript: turns,
        summary: '客户诉求：申请退款（refund）；chat\n最后一条消息：洗衣机漏水了，电话 13800138000\n已提供的信息（refund）：order_id HG20260001\n关键词：漏水；洗衣机\n转人工规则：angry（tries）',
      },
    });
    for (const [one, at] of [[first, NOW], [second, NOW + 5_000]] as const) {
      const id = 'ho_0192f6c0-0000-7000-8000-000000000001';
      const expected = createHmac('sha256', KEY).update(`${id}.${at / 1_000}.${one?.body}`).digest('base64');
      expect(one?.headers).toMatchObject({ 'webhook-id': id, 'webhook-timestamp': String(at / 1_000), 'webhook-signature': `v1,${expected}`, 'content-type': 'application/json' });
    }
    expect(second?.body).toBe(first?.body);
  });

  it('is signed as the published example of the specification', () => {
    // https://github.com/standard-webhooks/standard-webhooks, the test vector of its libraries.
    const key = readWebhookSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'X');
    expect(signWebhook(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '{"test": 2432232314}', 1_614_265_330_000)['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${Buffer.alloc(65).toString('base64')}`, 'whsec_not base64 at all, is it not'])('takes no secret of another form: %s', (secret) => {
    expect(() => readWebhookSecret(secret, 'DESK_SECRET')).toThrow(/CONFIG_INVALID: DESK_SECRET/);
  });

  it.each([[400], [401], [404], [408], [422], [425], [429], [500], [502], [503]])('is tried again after %i', async (status) => {
    receiver.answer = status;
    expect(await failure('webhook.handed_over')).toMatchObject({ code: 'DELIVERY_FAILED', retry: true, detail: `status ${status}` });
  });

  it.each([[429, '7', 7_000], [503, '120', 120_000], [503, '999999', 3_600_000], [500, '7', undefined], [429, 'soon', undefined]])('waits as long as %i with Retry-After "%s" asks for', async (status, header, retryAfterMs) => {
    receiver.answer = (response) => void response.writeHead(status, { 'retry-after': header }).end();
    expect(await failure('webhook.handed_over')).toMatchObject({ code: 'DELIVERY_FAILED', retryAfterMs });
  });

  it('is not followed to where it is redirected, and not tried again', async () => {
    receiver.answer = (response) => void response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
    expect(await failure('webhook.handed_over')).toMatchObject({ code: 'DELIVERY_REFUSED', retry: false, detail: 'status 307' });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/']);
  });

  it('is not asked for again once the endpoint is gone, while others are', async () => {
    receiver.answer = 410;
    const by = deliverer();
    expect(await failure('webhook.handed_over', by)).toMatchObject({ code: 'DELIVERY_REFUSED', retry: false });
    receiver.answer = 200;
    expect(await failure('webhook.handed_over', by)).toMatchObject({ code: 'DELIVERY_REFUSED', detail: expect.stringContaining('gone') });
    expect(receiver.received).toHaveLength(1);
    expect(await failure('webhook.handed_over')).toBeUndefined();
  });

  it('is given up for now where there is no answer in time, no connection, or the answer never ends', async () => {
    const quick = deliverer({ webhook: { ...webhook, timeoutMs: 150 } });
    receiver.answer = () => undefined;
    expect(await failure('webhook.handed_over', quick)).toMatchObject({ code: 'DELIVERY_FAILED', detail: 'timeout' });
    receiver.answer = (response) => {
      response.writeHead(200);
      response.write('x'.repeat(100_000));
    };
    expect(await failure('webhook.handed_over', quick)).toBeUndefined();
    expect(await failure('webhook.handed_over', deliverer({ webhook: { ...webhook, url: `http://127.0.0.1:${await freePort()}` } }))).toMatchObject({ code: 'DELIVERY_FAILED', detail: 'ECONNREFUSED' });
  });

  it('ends with the worker that has it', async () => {
    receiver.answer = () => undefined;
    const abort = new AbortController();
    const delivered = deliverer().deliver(job('webhook.handed_over'), NOW, abort.signal);
    abort.abort(new Error('the worker closes'));
    await expect(delivered).rejects.toThrow('the worker closes');
  });
});

describe('Chatwoot', () => {
  it('is told by the calls that it publishes: a message, a note that only agents see, the status', async () => {
    const by = deliverer();
    for (const delivery of ['chatwoot.reply', 'chatwoot.note', 'chatwoot.open'] as const) expect(await by.deliver(job(delivery), NOW, never)).toBe(200);
    expect(receiver.received.map(({ path, headers, body }) => [path, headers['api_access_token'], JSON.parse(body) as unknown])).toEqual([
      ['/api/v1/accounts/3/conversations/17/messages', 'bot-token', { content: '已转人工。', message_type: 'outgoing', private: false, content_type: 'text' }],
      ['/api/v1/accounts/3/conversations/17/messages', 'bot-token', { content: expect.stringContaining('客户诉求：申请退款（refund）'), message_type: 'outgoing', private: true, content_type: 'text' }],
      ['/api/v1/accounts/3/conversations/17/toggle_status', 'bot-token', { status: 'open' }],
    ]);
  });

  it.each([[404, 'DELIVERY_REFUSED'], [422, 'DELIVERY_REFUSED'], [401, 'DELIVERY_FAILED'], [500, 'DELIVERY_FAILED']])('that answers %i ends in %s', async (status, code) => {
    receiver.answer = status;
    expect(await failure('chatwoot.reply')).toMatchObject({ code });
  });

  it('is told nothing where the site names it no more', async () => {
    expect(await failure('chatwoot.reply', deliverer({ webhook }))).toMatchObject({ code: 'DELIVERY_REFUSED' });
  });
});

describe('where people may be told', () => {
  const read = (url: string, network: string, egress: 'allowed' | 'blocked' = 'allowed'): unknown => readDeliveryTargets(siteWith({ webhook: { ...webhook, network } }, url), env, egress).get('demo')?.webhook?.url;

  it('is an address as the site has it, filled from the environment', () => {
    expect(read('${DESK}hooks/', 'private')).toBe('http://127.0.0.1:1/hooks');
    expect(read('https://desk.example/hooks', 'public')).toBe('https://desk.example/hooks');
    expect(read('http://10.0.0.5/hooks', 'private', 'blocked')).toBe('http://10.0.0.5/hooks');
  });

  it.each([
    ['an address inside, where only public ones are meant', 'http://127.0.0.1:1/', 'public', 'allowed', /private address; .*network: private/],
    ['the address of a cloud that keeps keys', 'http://169.254.169.254/', 'private', 'allowed', /link-local/],
    ['anything outside, where nothing may leave', 'https://desk.example/', 'public', 'blocked', /nothing may leave/],
    ['an address outside that is called private', 'http://8.8.8.8/', 'private', 'blocked', /public address/],
    ['a variable that is not set', '${NOWHERE}/', 'private', 'allowed', /the webhook of the tenant demo needs NOWHERE/],
    ['what is no URL', 'desk', 'private', 'allowed', /not one/],
    ['another protocol', 'file:///etc/passwd', 'private', 'allowed', /not one/],
  ] as const)('is not %s', (_title, url, network, egress, reason) => {
    expect(() => read(url, network, egress)).toThrow(reason);
  });

  it('is checked again by the connection: a name that leads inside is refused', async () => {
    const targets = new Map([['demo', { webhook: { url: receiver.url.replace('127.0.0.1', 'localhost'), reach: 'public' as const, timeoutMs: 1_000, key: KEY } }]]);
    expect(await failure('webhook.handed_over', new Deliverer(targets, []))).toMatchObject({ code: 'DELIVERY_REFUSED', detail: 'private address refused' });
    expect(receiver.received).toEqual([]);
  });
});

it('a summary has lines for what is known only, and shortens a long message', () => {
  const of = (note: object, text?: string): string => summariseHandOver({ handOver: { intents: [], keywords: [], ...note }, turns: text === undefined ? [] : [{ role: 'customer', text }, { role: 'person', text: 'x' }], language: 'en', intents });
  expect(of({})).toBe('');
  expect(of({ earlier: [{ intents: ['refund', 'chat'], keywords: ['kettle'] }, { intents: [], keywords: ['invoice'] }] })).toBe('Asked earlier: Asks for money back (refund), chat, kettle; invoice');
  expect(of({ intents: ['refund'], flow: 'refund' }, `a\n\nb ${'😀'.repeat(400)}`)).toBe(`The customer wants: Asks for money back (refund)\nLast message: a b ${'😀'.repeat(296)}…\nTold so far (refund): nothing`);
});
