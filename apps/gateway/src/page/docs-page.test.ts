import { errorCatalogue } from '@switchyard/errors';
import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { RouteSpec } from '../route.js';
import { docsPage } from './docs-page.js';

const routes: readonly RouteSpec[] = [
  { method: 'GET', path: '/', summary: 'A page <b>.', answers: [{ status: 200, description: 'A page.', type: 'text/html' }] },
  {
    method: 'POST', path: '/v1/things/:id', summary: 'Makes a `thing`.', scope: 'ask', answers: [{ status: 201, description: 'Made.' }],
    body: { types: ['application/json'], limitBytes: 1_048_576, schema: z.object({ name: z.string().describe('What it is called.'), size: z.number().optional() }) },
  },
  { method: 'DELETE', path: '/v1/things/:id', summary: 'Takes it away.', answers: [{ status: 204, description: 'Gone.' }] },
];
const page = parse(docsPage(routes, { title: 'Switch & yard', version: '1.2.3' }));

describe('the page that describes the interface', () => {
  it('leads from the list to every route and from a route to its errors, each place once', () => {
    const places = page.querySelectorAll('[id]').map((node) => node.id);
    expect(new Set(places).size).toBe(places.length);
    for (const link of page.querySelectorAll('a[href^="#"]')) expect(places).toContain(link.getAttribute('href')?.slice(1));
    expect(page.querySelectorAll('nav a').map((link) => link.getAttribute('href'))).toEqual(['#get', '#post-v1-things-id', '#delete-v1-things-id']);
    for (const code of Object.keys(errorCatalogue)) expect(places).toContain(code);
  });

  it('tells which fields of a body are needed, under a heading for every column', () => {
    const body = page.querySelector('#post-v1-things-id');
    const rows = body?.querySelectorAll('table')[0]?.querySelectorAll('tr').map((row) => row.querySelectorAll('th, td').map((cell) => cell.textContent));
    expect(rows).toEqual([['Field', 'Needed', 'Meaning'], ['name', 'required', 'What it is called.'], ['size', 'optional', '']]);
    for (const table of page.querySelectorAll('table')) for (const head of table.querySelectorAll('th')) expect(head.textContent).not.toBe('');
  });

  it('writes what a route says as text, and runs nothing', () => {
    expect(page.querySelector('#get')?.textContent).toContain('A page <b>.');
    expect(page.querySelectorAll('script, style, [style], b')).toEqual([]);
  });
});
