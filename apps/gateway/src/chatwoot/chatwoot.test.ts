import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '@switchyard/testing';
import { HttpClient, type HttpAnswer } from '../__fixtures__/http-client.js';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { CHATWOOT_SECRET, KEYS } from '../__fixtures__/test-site.js';
import { readChatwootEvent, type ChatwootEvent } from './read-chatwoot-event.js';

const conversation = (id: number, status = 'pending') => ({ id, status, inbox_id: 1, channel: 'Channel::WebWidget', meta: { sender: { id: 9, name: 'Anna', type: 'contact' }, assignee: null }, custom_attributes: {}, labels: [] });
/** A message as Chatwoot sends it, the parts that are not read included. */
const message = (id: number, content: string | null, changes: object = {}, of = conversation(17)): object => ({
  event: 'message_created', id, content, message_type: 'incoming', private: false, content_type: 'text', content_attributes: {}, created_at: '2026-11-27T09:30:00.000Z', source_id: null,
  account: { id: 3, name: 'Shop' }, inbox: { id: 1, name: 'Web' }, sender: { id: 9, name: 'Anna', email: 'anna@example.com', type: 'contact', account: { id: 3, name: 'Shop' } }, conversation: of, ...changes,
});
const byAgent = { message_type: 'outgoing', sender: { id: 1, name: 'Li', email: 'li@example.com', type: 'user' } };

describe('an event of Chatwoot', () => {
  const asked = { kind: 'asked', conversation: 17, messageId: 5, text: 'hi', isWithPerson: false };
  const ignored = { kind: 'ignored', reason: 'not_for_the_bot' };
  it.each<[string, object, object]>([
    ['a customer’s message', message(5, 'hi'), asked],
    ['one with a number for its type', message(5, 'hi', { message_type: 0 }), asked],
    ['one without a status', message(5, 'hi', { conversation: { id: 17 } }), asked],
    ['one that an agent has', message(5, 'hi', {}, conversation(17, 'open')), { ...asked, isWithPerson: true }],
    ['one that an agent has put off', message(5, 'hi', {}, conversation(17, 'snoozed')), { ...asked, isWithPerson: true }],
    ['one that opens a resolved conversation again', message(5, 'hi', {}, conversation(17, 'resolved')), asked],
    ['a file without a word', message(5, null, { attachments: [{ id: 1, file_type: 'image' }] }), { kind: 'unreadable', conversation: 17 }],
    ['an agent’s message', message(5, 'hello', byAgent), { kind: 'taken', conversation: 17 }],
    ['an agent’s note to other agents', message(5, 'hello', { ...byAgent, private: true }), ignored],
    ['a message of the bot', message(5, 'hello', { message_type: 'outgoing', sender: { id: 2, name: 'Bot', type: 'agent_bot' } }), ignored],
    ['a message of nobody', message(5, 'hello', { message_type: 'outgoing', sender: null }), ignored],
    ['a greeting of the inbox', message(5, 'hello', { message_type: 'template' }), ignored],
    ['a line of what was done', message(5, 'Li resolved it', { message_type: 'activity' }), ignored],
    ['a changed message', message(5, 'hi', { event: 'message_updated' }), ignored],
    ['a message of another account', message(5, 'hi', { account: { id: 4 } }), { kind: 'ignored', reason: 'other_account' }],
    ['the status open', { event: 'conversation_status_changed', ...conversation(17, 'open') }, { kind: 'taken', conversation: 17 }],
    ['the status open, by the name that bots know it by', { event: 'conversation_opened', ...conversation(17, 'open') }, { kind: 'taken', conversation: 17 }],
    ['the status pending', { event: 'conversation_status_changed', ...conversation(17, 'pending') }, { kind: 'given_back', conversation: 17 }],
    ['the status resolved', { event: 'conversation_resolved', ...conversation(17, 'resolved') }, { kind: 'given_back', conversation: 17 }],
    ['the status snoozed', { event: 'conversation_status_changed', ...conversation(17, 'snoozed') }, ignored],
    ['a widget that was opened', { event: 'webwidget_triggered', id: 4, contact: {} }, ignored],
    ['an event of a later release', { event: 'conversation_sang', id: 17, status: 'open' }, ignored],
  ])('%s', (_title, event, matter) => {
    expect(readChatwootEvent(event as ChatwootEvent, 3)).toEqual(matter);
  });
});

describe('the address that Chatwoot posts to', () => {
  let mesh: TestMesh;
  let client: HttpClient;
  let redis: Redis;
  let id = 100;
  let count = 1_000;
  beforeAll(async () => {
    mesh = await startTestMesh({ gateways: 2 });
    client = new HttpClient(mesh.url);
    redis = new Redis(mesh.redis.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await mesh.stop();
  });
  beforeEach(async () => {
    id += 1;
    await redis.del('switchyard:{delivery}:prioritized');
  });

  const hear = (event: object, path = `/v1/chatwoot/a/${CHATWOOT_SECRET}`, url = mesh.url): Promise<HttpAnswer> => new HttpClient(url, 'none').call('POST', path, event);
  const say = (text: string | null, changes: object = {}, status = 'pending'): object => message((count += 1), text, changes, conversation(id, status));
  const status = (name: string): Promise<HttpAnswer> => hear({ event: 'conversation_status_changed', ...conversation(id, name) });
  const ended = async ({ body }: HttpAnswer) => client.ended(body['requestId'] as string);
  /** What waits to be told. */
  const waiting = async (): Promise<string[]> => {
    const ids = await redis.zrange('switchyard:{delivery}:prioritized', '0', '-1');
    const jobs = await Promise.all(ids.map(async (job) => JSON.parse((await redis.hget(`switchyard:{delivery}:${job}`, 'data')) ?? '{}') as { body: { delivery: string; conversationId: string } }));
    return jobs.map(({ body }) => `${body.delivery} ${body.conversationId}`);
  };

  it('makes a request of a customer’s message, whose reply is to be told there', async () => {
    const answer = await hear(say('echo hello'));
    expect([answer.status, answer.body]).toEqual([200, { handled: 'asked', requestId: expect.any(String) }]);
    expect(await ended(answer)).toMatchObject({ conversationId: `chatwoot.3.${id}`, outcome: 'answered', reply: 'hello' });
    expect(await waiting()).toEqual([`chatwoot.reply chatwoot.3.${id}`]);
  });

  it('makes one request of a message that is told three times, at every gateway', async () => {
    const event = say(`echo once ${id}`);
    const answers = await Promise.all([hear(event), hear(event), hear(event, undefined, mesh.urls[1])]);
    expect(new Set(answers.map(({ body }) => body['requestId'])).size).toBe(1);
    if (answers[0]) await ended(answers[0]);
    expect((await hear(event)).body['requestId']).toBe(answers[0]?.body['requestId']);
    expect(mesh.script.runs(`echo once ${id}`)).toBe(1);
    expect(await waiting()).toHaveLength(1);
  });

  it('silences the mesh with an agent’s word, also what is in work, and wakes it when the conversation is pending again', async () => {
    const work = mesh.script.expectAbort();
    const open = await hear(say('hang'));
    await work.started;
    expect((await hear(say('let me see', byAgent, 'open'))).body).toEqual({ handled: 'taken' });
    await work.done;
    const silence = { outcome: 'handed_over', reply: '', receipt: { rule: 'builtin.human' } };
    expect(await ended(open)).toMatchObject(silence);
    // One that was on its way since before the agent came does not wake it.
    expect(await ended(await hear(say('echo are you there')))).toMatchObject(silence);
    expect(await waiting()).toEqual([]);
    expect((await status('pending')).body).toEqual({ handled: 'given_back' });
    expect((await ended(await hear(say('recall')))).reply).toBe('customer: hang | customer: echo are you there');
  });

  it.each(['pending', 'resolved'])('goes by the status: open takes the conversation over, %s gives it back', async (back) => {
    await status('open');
    await status('open');
    expect(await ended(await hear(say('echo x', {}, 'open')))).toMatchObject({ reply: '' });
    await status(back);
    expect(await ended(await hear(say('echo x')))).toMatchObject({ reply: 'x' });
  });

  it('keeps silent over a message that an agent has, though it was not told of the agent', async () => {
    expect(await ended(await hear(say('echo x', {}, 'open')))).toMatchObject({ reply: '' });
    expect(await ended(await hear(say('echo y')))).toMatchObject({ reply: '' });
  });

  it('leaves what it cannot read to an agent', async () => {
    expect((await hear(say(null, { attachments: [{ file_type: 'image' }] }))).body).toEqual({ handled: 'unreadable' });
    await waitFor(async () => (await waiting()).length > 0);
    expect(await waiting()).toEqual([`chatwoot.open chatwoot.3.${id}`]);
  });

  it.each([
    ['another secret', '/v1/chatwoot/a/wrong', {}, 401, { code: 'KEY_UNKNOWN' }],
    ['a tenant without Chatwoot', `/v1/chatwoot/b/${CHATWOOT_SECRET}`, {}, 401, { code: 'KEY_UNKNOWN' }],
    ['a tenant that there is not', `/v1/chatwoot/z/${CHATWOOT_SECRET}`, {}, 401, { code: 'KEY_UNKNOWN' }],
    ['what is no event', `/v1/chatwoot/a/${CHATWOOT_SECRET}`, { event: 7 }, 400, { code: 'REQUEST_INVALID', field: 'event' }],
    ['a text that is too long', `/v1/chatwoot/a/${CHATWOOT_SECRET}`, message(1, 'x'.repeat(8_001)), 413, { code: 'TEXT_TOO_LONG' }],
  ])('refuses %s', async (_title, path, event, code, problem) => {
    expect(await hear(event, path)).toMatchObject({ status: code, body: problem });
  });

  it('is the only way into its conversations: no client may name one, and so speak to their customers', async () => {
    const name = `chatwoot.3.${id}`;
    expect(await client.call('POST', '/v1/requests', { text: 'echo x', conversationId: name })).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID', field: 'conversationId' } });
    expect((await client.call('POST', '/v1/chat/completions', { model: 'switchyard', user: name, messages: [{ role: 'user', content: 'echo x' }] })).status).toBe(400);
    // The desk of another kind may take it over all the same.
    expect((await new HttpClient(mesh.url, KEYS.operate).call('PUT', `/v1/conversations/${name}/human`)).status).toBe(200);
  });
});
