import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';
import { matchesPath } from './match-path.js';

const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const json = { ...bearer(KEYS.all), 'content-type': 'application/json' };

describe('the edge of the gateway', () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh({ tiers: false });
  });
  afterAll(() => mesh.stop());

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(mesh.url + path, { method, headers, ...(body === undefined ? {} : { body }) });

  it.each<[string, string, string, Record<string, string>, string | Uint8Array<ArrayBuffer> | undefined, number, string]>([
    ['an unknown route, before any key', 'GET', '/v1/nothing', {}, undefined, 404, 'ROUTE_UNKNOWN'],
    ['a path that cannot be decoded', 'GET', '/%zz', {}, undefined, 404, 'ROUTE_UNKNOWN'],
    ['a name with a control character', 'GET', '/v1/requests/%00/explain', json, undefined, 404, 'ROUTE_UNKNOWN'],
    ['a name without end', 'GET', `/v1/requests/${'x'.repeat(5_000)}/events`, json, undefined, 404, 'ROUTE_UNKNOWN'],
    ['a route with an empty parameter', 'GET', '/v1/requests//explain', json, undefined, 404, 'ROUTE_UNKNOWN'],
    ['a method that the route lacks, before any key', 'PUT', '/v1/requests', {}, undefined, 405, 'METHOD_NOT_ALLOWED'],
    ['a POST where a conversation is taken with PUT', 'POST', '/v1/conversations/c/human', json, '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['a body where none is meant, in another content type', 'PUT', '/v1/conversations/c/human', { ...json, 'content-type': 'text/plain' }, 'x', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a key for asking on the dead letters', 'GET', '/v1/dead-letters', bearer(KEYS.ask), undefined, 403, 'SCOPE_MISSING'],
    ['a dead letter that does not exist', 'GET', '/v1/dead-letters/01a20b88-4e4e-7429-a33c-e54d884a2053.dispatch.0', json, undefined, 404, 'REQUEST_UNKNOWN'],
    ['an id that is none of a dead letter', 'GET', '/v1/dead-letters/x', json, undefined, 400, 'REQUEST_INVALID'],
    ['a code that is not one of the catalogue', 'GET', '/v1/dead-letters?code=NOPE', json, undefined, 400, 'REQUEST_INVALID'],
    ['trying what does not exist again', 'POST', '/v1/dead-letters/01a20b88-4e4e-7429-a33c-e54d884a2053.dispatch.0/redrive', bearer(KEYS.all), undefined, 404, 'REQUEST_UNKNOWN'],
    ['trying again by a filter that is misspelt', 'POST', '/v1/dead-letters/redrive', json, '{"queues": "dispatch"}', 400, 'REQUEST_INVALID'],
    ['no key, before the content type', 'POST', '/v1/requests', { 'content-type': 'text/plain' }, 'x', 401, 'KEY_MISSING'],
    ['an unknown key', 'POST', '/v1/requests', { ...json, ...bearer('nope') }, '{}', 401, 'KEY_UNKNOWN'],
    ['a key without the scope, before the content type', 'POST', '/v1/requests', { ...bearer(KEYS.operate), 'content-type': 'text/plain' }, 'x', 403, 'SCOPE_MISSING'],
    ['a key for asking on a knowledge route', 'GET', '/v1/knowledge/site/documents', bearer(KEYS.ask), undefined, 403, 'SCOPE_MISSING'],
    ['a key for knowledge on an operator\'s route', 'GET', '/v1/queues', bearer(KEYS.knowledge), undefined, 403, 'SCOPE_MISSING'],
    ['another content type, before the size', 'POST', '/v1/requests', { ...json, 'content-type': 'text/plain' }, 'x'.repeat(1_100_000), 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['no content type', 'POST', '/v1/requests', { ...bearer(KEYS.all), 'content-type': '' }, '{}', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a form where JSON is meant', 'POST', '/v1/requests', { ...json, 'content-type': 'multipart/form-data; boundary=x' }, '--x--', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a body over 1 MiB, before the JSON', 'POST', '/v1/requests', json, '{'.repeat(1_100_000), 413, 'BODY_TOO_LARGE'],
    ['broken JSON', 'POST', '/v1/requests', json, '{"text": "secret words', 400, 'JSON_INVALID'],
    ['JSON that is not UTF-8', 'POST', '/v1/requests', json, new Uint8Array([0x22, 0xff, 0x22]), 400, 'JSON_INVALID'],
    ['a field of the wrong type', 'POST', '/v1/requests', json, '{"text": 7}', 400, 'REQUEST_INVALID'],
    ['an empty body', 'POST', '/v1/requests', json, '', 400, 'REQUEST_INVALID'],
    ['too long a text', 'POST', '/v1/requests', json, JSON.stringify({ text: 'x'.repeat(8_001) }), 413, 'TEXT_TOO_LONG'],
    ['a request that does not exist', 'GET', '/v1/requests/nope', json, undefined, 404, 'REQUEST_UNKNOWN'],
    ['events of a request that does not exist', 'GET', '/v1/requests/nope/events', json, undefined, 404, 'REQUEST_UNKNOWN'],
    ['an event id that is none', 'GET', '/v1/requests/nope/events', { ...json, 'last-event-id': 'x\'y' }, undefined, 400, 'REQUEST_INVALID'],
    ['cancelling a request that does not exist', 'DELETE', '/v1/requests/nope', bearer(KEYS.all), undefined, 404, 'REQUEST_UNKNOWN'],
    ['a collection with a bad name', 'GET', '/v1/knowledge/a%2Fb/documents', json, undefined, 400, 'REQUEST_INVALID'],
    ['a limit that is no number', 'GET', '/v1/knowledge/site/documents?limit=many', json, undefined, 400, 'REQUEST_INVALID'],
    ['a form without a file', 'POST', '/v1/knowledge/site/documents', { ...json, 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\ncontent-disposition: form-data; name="title"\r\n\r\nt\r\n--x--\r\n', 400, 'REQUEST_INVALID'],
    ['a form that stops in the middle', 'POST', '/v1/knowledge/site/documents', { ...json, 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\nhalf', 400, 'REQUEST_INVALID'],
    ['a form without a boundary', 'POST', '/v1/knowledge/site/documents', { ...json, 'content-type': 'multipart/form-data' }, 'x', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['a search without a query', 'POST', '/v1/knowledge/site/search', json, '{"limit": 5}', 400, 'REQUEST_INVALID'],
    ['a search for too many', 'POST', '/v1/knowledge/site/search', json, '{"query": "x", "limit": 101}', 400, 'REQUEST_INVALID'],
  ])('refuses %s with a problem document', async (_title, method, path, headers, body, status, code) => {
    const answer = await send(method, path, headers, body);
    const problem: unknown = await answer.json();
    expect([answer.status, problem]).toEqual([status, expect.objectContaining({ type: `/docs#${code}`, status, code, title: expect.any(String), detail: expect.any(String) })]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(JSON.stringify(problem)).not.toMatch(/secret|stack|node_modules/);
    expect(answer.headers.has('allow')).toBe(status === 405);
    expect(answer.headers.has('www-authenticate')).toBe(status === 401);
  });

  it('answers in order a client that is still sending too large a body', async () => {
    const body = JSON.stringify({ text: 'a'.repeat(3_000_000) });
    for (let count = 0; count < 50; count++) {
      const answer = await fetch(`${mesh.url}/v1/requests`, { method: 'POST', headers: json, body });
      expect([answer.status, answer.headers.get('connection'), await answer.json()]).toEqual([413, 'keep-alive', expect.objectContaining({ code: 'BODY_TOO_LARGE' })]);
    }
  });

  it('refuses a body that grows over 1 MiB without having stated its size', async () => {
    const pieces = Array.from({ length: 11 }, () => new TextEncoder().encode(' '.repeat(100_000)));
    const answer = await fetch(`${mesh.url}/v1/requests`, { method: 'POST', headers: json, body: ReadableStream.from(pieces), duplex: 'half' });
    expect([answer.status, await answer.json()]).toEqual([413, expect.objectContaining({ code: 'BODY_TOO_LARGE' })]);
  });

  it.each<[string, string, Record<string, string>, string | undefined, number, string, string]>([
    ['a wrong method', 'GET', json, undefined, 405, 'METHOD_NOT_ALLOWED', 'invalid_request_error'],
    ['no key', 'POST', {}, '{}', 401, 'KEY_MISSING', 'authentication_error'],
    ['a key without the scope', 'POST', { ...json, ...bearer(KEYS.operate) }, '{}', 403, 'SCOPE_MISSING', 'permission_error'],
    ['broken JSON', 'POST', json, '{', 400, 'JSON_INVALID', 'invalid_request_error'],
    ['a missing field', 'POST', json, '{"model": "switchyard"}', 400, 'REQUEST_INVALID', 'invalid_request_error'],
    ['an unknown model', 'POST', json, '{"model": "x", "messages": [{"role": "user", "content": "x"}]}', 404, 'MODEL_UNKNOWN', 'not_found_error'],
  ])('refuses %s on the chat route with OpenAI\'s error object', async (_title, method, headers, body, status, code, type) => {
    const answer = await send(method, '/v1/chat/completions', headers, body);
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.objectContaining({ code, type, message: expect.any(String) }) }]);
  });

  it('lists in OpenAPI exactly the routes that it serves, with every reference resolved', async () => {
    const document = (await (await send('GET', '/openapi.json')).json()) as { openapi: string; paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>; components: { schemas: Record<string, unknown> } };
    expect(document.openapi).toMatch(/^3\.1/);
    const listed = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    expect(listed.toSorted()).toEqual([
      'DELETE /v1/conversations/{id}/human', 'DELETE /v1/knowledge/{collection}/documents/{id}', 'DELETE /v1/knowledge/{collection}/variants/{id}', 'DELETE /v1/requests/{id}', 'GET /', 'GET /docs', 'GET /health/live', 'GET /health/ready', 'GET /metrics', 'GET /openapi.json', 'GET /page.css', 'GET /page.js', 'GET /page.svg',
      'GET /v1/dead-letters', 'GET /v1/dead-letters/{id}', 'GET /v1/knowledge/{collection}/documents', 'GET /v1/knowledge/{collection}/documents/{id}', 'GET /v1/knowledge/{collection}/variants', 'GET /v1/models', 'GET /v1/queues', 'GET /v1/requests/{id}', 'GET /v1/requests/{id}/events', 'GET /v1/requests/{id}/explain', 'GET /v1/reviews', 'GET /v1/reviews/{id}', 'GET /v1/site', 'GET /v1/steps',
      'POST /v1/chat/completions', 'POST /v1/chatwoot/{tenant}/{secret}', 'POST /v1/dead-letters/redrive', 'POST /v1/dead-letters/{id}/redrive', 'POST /v1/knowledge/{collection}/documents', 'POST /v1/knowledge/{collection}/search', 'POST /v1/knowledge/{collection}/variants', 'POST /v1/requests', 'POST /v1/reviews/{id}/approve', 'POST /v1/reviews/{id}/reject', 'POST /v1/reviews/{id}/variant', 'PUT /v1/conversations/{id}/human',
    ]);
    // What is listed is served: without a key, or with a wrong secret, a route says so, and not that it is unknown.
    for (const route of listed) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await send(method, path.replace(/\{\w+\}/g, 'x'));
      await answer.body?.cancel();
      expect([200, 401, 503], route).toContain(answer.status);
      expect(answer.status === 401, route).toBe(path.endsWith('/{secret}') || (document.paths[path]?.[method.toLowerCase()]?.security.length ?? 0) > 0);
    }
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods).map((operation) => operation.operationId));
    expect(new Set(operations).size).toBe(operations.length);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(references).toContain('Receipt');
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('explains every error code at the place that a problem\'s type names', async () => {
    const problem = (await (await send('GET', '/v1/nothing')).json()) as { type: string };
    const page = await (await send('GET', problem.type.split('#')[0] ?? '')).text();
    expect(page).toContain(`id="${problem.type.split('#')[1]}"`);
  });

  it('serves the console under a strict policy, without a key where none was told', async () => {
    const answer = await send('GET', '/');
    expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
    expect(await answer.text()).toContain('&quot;key&quot;:&quot;&quot;');
    expect((await send('GET', '/page.js')).headers.get('content-type')).toContain('text/javascript');
    expect((await send('GET', '/page.css')).headers.get('content-type')).toContain('text/css');
    expect((await send('GET', '/page.svg')).headers.get('content-type')).toContain('image/svg+xml');
  });

  it('answers HEAD where it answers GET', async () => {
    const answer = await send('HEAD', '/health/live');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  it('tells the models, the site, the queues, its health and its figures', async () => {
    const read = async (path: string): Promise<unknown> => (await send('GET', path, bearer(KEYS.all))).json();
    expect(await read('/v1/models')).toMatchObject({ object: 'list', data: [{ id: 'switchyard', object: 'model' }] });
    expect(await read('/v1/site')).toMatchObject({ version: mesh.site.version, title: { zh: '测试站点' }, intents: 1 });
    expect(await read('/v1/queues')).toEqual({ queues: expect.objectContaining({ dispatch: { waiting: expect.any(Number), active: 0, oldestMs: expect.any(Number), perSecond: expect.any(Number) } }) });
    expect(await read('/v1/steps?step=ROUTED')).toMatchObject({ status: 400, code: 'REQUEST_INVALID', field: 'step' });
    expect(await read('/health/ready')).toMatchObject({ status: 'up', checks: { redis: 'up' } });
    const metrics = await (await send('GET', '/metrics')).text();
    expect(metrics).toContain('route="/v1/requests/:id",method="GET",status="404"');
    expect(metrics).not.toContain('/v1/requests/nope');
  });
});

describe('matchesPath', () => {
  it.each([
    ['/', '/', true], ['/a/:b', '/a/x', true], ['/a/:b', '/a/', false], ['/a/:b', '/a/x/y', false], ['/a/:b/c', '/a/x/c', true], ['/a', '/b', false],
    ['/a/:b', '/a/%E4%BD%A0', true], ['/a/:b', '/a/%00', false], ['/a/:b', '/a/%zz', false], ['/a/:b', `/a/${'x'.repeat(600)}`, false],
  ])('%s against %s is %s', (pattern, path, expected) => {
    expect(matchesPath(pattern, path)).toBe(expected);
  });
});
