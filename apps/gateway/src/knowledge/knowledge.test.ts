import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestMesh, type TestMesh } from '../__fixtures__/test-mesh.js';
import { KEYS } from '../__fixtures__/test-site.js';

const bearer = { authorization: `Bearer ${KEYS.knowledge}` };
const json = { ...bearer, 'content-type': 'application/json' };

describe('the knowledge routes', () => {
  let mesh: TestMesh;
  beforeAll(async () => {
    mesh = await startTestMesh();
  });
  afterAll(() => mesh.stop());

  const call = async (method: string, path: string, body?: string | FormData): Promise<[number, unknown, Headers]> => {
    const answer = await fetch(`${mesh.url}/v1/knowledge/site${path}`, { method, headers: typeof body === 'string' ? json : bearer, ...(body === undefined ? {} : { body }) });
    return [answer.status, await answer.json(), answer.headers];
  };

  it('puts a document given as JSON, finds it, lists it and deletes it', async () => {
    const [status, put, headers] = await call('POST', '/documents', JSON.stringify({ id: 'policies/退货.md', title: 'Returns', text: 'Fifteen days.' }));
    expect([status, put]).toEqual([201, { documentId: 'policies/退货.md', passages: 1, state: 'indexed' }]);
    expect((await call('POST', '/documents', JSON.stringify({ id: 'policies/退货.md', title: 'Returns', text: 'Fifteen days.' })))[0]).toBe(200);
    expect(await call('GET', '/documents?limit=5')).toEqual([200, { documents: [expect.objectContaining({ documentId: 'policies/退货.md' })] }, expect.anything()]);
    expect((await call('POST', '/search', JSON.stringify({ query: 'days' })))[1]).toEqual({ passages: [expect.objectContaining({ documentId: 'policies/退货.md', text: 'Fifteen days.' })] });
    const location = headers.get('location') ?? '';
    const gone = await fetch(mesh.url + location, { method: 'DELETE', headers: bearer });
    expect([gone.status, await gone.json()]).toEqual([200, expect.objectContaining({ state: 'deleted' })]);
    const again = await fetch(mesh.url + location, { method: 'DELETE', headers: bearer });
    expect([again.status, await again.json()]).toEqual([404, expect.objectContaining({ code: 'DOCUMENT_UNKNOWN' })]);
  });

  it('lists documents page by page', async () => {
    for (const id of ['page-1', 'page-2', 'page-3']) await call('POST', '/documents', JSON.stringify({ id, title: id, text: 'Words.' }));
    const listed: string[] = [];
    let pages = 0;
    for (let cursor = ''; ; ) {
      const [, body] = await call('GET', `/documents?limit=2${cursor}`);
      const { documents, next } = body as { documents: { documentId: string }[]; next?: string };
      listed.push(...documents.map(({ documentId }) => documentId));
      pages += 1;
      if (next === undefined) break;
      cursor = `&cursor=${next}`;
    }
    expect(listed).toEqual(expect.arrayContaining(['page-1', 'page-2', 'page-3']));
    expect(pages).toBe(Math.ceil(listed.length / 2));
  });

  it('passes on what a search is narrowed to, and refuses what cannot be understood', async () => {
    const narrowed = { filter: { language: ['zh', 'en'], product: 'kettle', year: 2026 }, validAt: '2026-11-10' };
    expect((await call('POST', '/search', JSON.stringify({ query: 'days', ...narrowed })))[0]).toBe(200);
    expect(mesh.script.lastSearch).toEqual({ query: 'days', ...narrowed });
    for (const [wrong, field] of [[{ filter: { product: [] } }, 'filter.product'], [{ filter: { product: { not: 1 } } }, 'filter.product'], [{ validAt: 'tomorrow' }, 'validAt'], [{ validAt: '2026-11-10T08:00:00' }, 'validAt']] as const) {
      expect((await call('POST', '/search', JSON.stringify({ query: 'days', ...wrong }))).slice(0, 2)).toEqual([400, expect.objectContaining({ code: 'REQUEST_INVALID', field })]);
    }
  });

  it('takes a file with its fields from a form, byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_unused, index) => index % 256);
    const form = new FormData();
    form.set('title', '手册');
    form.set('metadata', '{"year": 2026}');
    form.set('file', new Blob([bytes]), 'manual.pdf');
    const [status, put] = await call('POST', '/documents', form);
    expect([status, put]).toEqual([201, expect.objectContaining({ documentId: 'manual.pdf' })]);
    expect(mesh.script.lastIngest).toMatchObject({ fileName: 'manual.pdf', title: '手册', metadata: { year: 2026 }, content: Buffer.from(bytes).toString('base64') });
  });

  it('answers with 202 as soon as the document is safely on its way, where that is preferred', async () => {
    const answer = await fetch(`${mesh.url}/v1/knowledge/site/documents`, { method: 'POST', headers: { ...json, prefer: 'respond-async' }, body: JSON.stringify({ id: 'later', title: 'Later', text: 'Words.' }) });
    expect([answer.status, await answer.json(), answer.headers.get('location')]).toEqual([202, { documentId: 'later', state: 'waiting' }, '/v1/knowledge/site/documents/later']);
    await expect.poll(async () => (await call('GET', '/documents/later'))[0], { timeout: 10_000 }).toBe(200);
  });

  it.each([
    ['GET', '/documents/nowhere', 404, 'DOCUMENT_UNKNOWN'],
    ['GET', '/documents?state=odd', 400, 'REQUEST_INVALID'],
    ['GET', '/documents?limit=1001', 400, 'REQUEST_INVALID'],
    ['GET', '/documents?cursor=a%20b', 400, 'REQUEST_INVALID'],
  ])('answers %s %s with %i', async (method, path, status, code) => {
    expect((await call(method, path)).slice(0, 2)).toEqual([status, expect.objectContaining({ code })]);
  });

  it.each([
    ['a second file', (form: FormData) => form.append('file', new Blob(['y']), 'b.txt'), 400, 'REQUEST_INVALID'],
    ['metadata that is no JSON', (form: FormData) => form.set('metadata', '{'), 400, 'REQUEST_INVALID'],
    ['a file over the limit', (form: FormData) => form.set('file', new Blob(['x'.repeat(34 * 1024 * 1024)]), 'a.txt'), 413, 'BODY_TOO_LARGE'],
  ])('refuses a form with %s', async (_title, change, status, code) => {
    const form = new FormData();
    form.set('file', new Blob(['x']), 'a.txt');
    change(form);
    expect((await call('POST', '/documents', form)).slice(0, 2)).toEqual([status, expect.objectContaining({ code })]);
  });

  it('passes on what the tier says of a document that it cannot read', async () => {
    expect((await call('POST', '/documents', JSON.stringify({ title: 'bad', text: 'unreadable' }))).slice(0, 2)).toEqual([422, expect.objectContaining({ code: 'DOCUMENT_INVALID', field: 'text' })]);
  });
});
