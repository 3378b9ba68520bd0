import { describe, expect, it } from 'vitest';
import { readCollection, readDocument } from './document-upload.js';

describe('readDocument', () => {
  it('gives the same document the same id, and another one another', () => {
    const one = readDocument({ title: 'Returns', text: '15 days' });
    expect(one.documentId).toMatch(/^doc-[0-9a-f]{24}$/);
    expect(readDocument({ title: 'Returns', text: '15 days', unknown: true })).toEqual(one);
    expect(readDocument({ title: 'Returns', text: '30 days' }).documentId).not.toBe(one.documentId);
  });

  it('keeps the id that the client gives, a path included', () => {
    expect(readDocument({ id: 'policies/退货.md', title: 't', text: 'x', metadata: { year: 2026 } })).toEqual({ documentId: 'policies/退货.md', title: 't', text: 'x', metadata: { year: 2026 } });
  });

  it.each([
    ['no title', { text: 'x' }, 'title'],
    ['no text', { title: 't' }, 'text'],
    ['a control character in the id', { id: 'a\nb', title: 't', text: 'x' }, 'id'],
    ['metadata that is nested', { title: 't', text: 'x', metadata: { a: {} } }, 'metadata.a'],
    ['a url that is none', { title: 't', text: 'x', url: 'nope' }, 'url'],
    ['nothing', undefined, undefined],
  ])('refuses %s', (_title, body, field) => {
    expect(() => readDocument(body)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field }));
  });
});

describe('readCollection', () => {
  it.each(['a/b', '', '..', 'x'.repeat(65), '知识'])('refuses "%s"', (name) => {
    expect(() => readCollection(name)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID', field: 'collection' }));
  });
});
