import { errorCatalogue, type ErrorEntry } from '@switchyard/errors';
import { z } from 'zod';
import { errorsOf, namedSchemas, type RouteSpec } from '../route.js';
import { escapeHtml } from './escape-html.js';

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
/** Texts of specifications mark code with backticks, as everywhere. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** A table that scrolls in itself where the page is narrower. */
const table = (head: readonly string[], rows: readonly string[]): string =>
  `<div class="wide"><table><thead><tr>${head.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;

/** Where a route stands in the page: `/v1/requests/:id` as `get-v1-requests-id`. */
const anchor = (spec: RouteSpec): string => `${spec.method} ${spec.path}`.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, '');
const routeName = (spec: RouteSpec): string => `<span class="method ${spec.method.toLowerCase()}">${spec.method}</span> ${code(spec.path)}`;

function fieldsOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodObject)) return '';
  const shape: Record<string, z.ZodType> = schema.shape;
  const rows = Object.entries(shape).map(([name, field]) => {
    const required = !field.safeParse(undefined).success;
    return `<tr><td>${code(name)}</td><td>${required ? 'required' : 'optional'}</td><td>${prose(field.description ?? '')}</td></tr>`;
  });
  return table(['Field', 'Needed', 'Meaning'], rows);
}

function routeSection(spec: RouteSpec): string {
  const parameters = (spec.parameters ?? []).map((one) => `<tr><td>${code(one.name)}</td><td>${one.in}</td><td>${prose(one.description)}</td></tr>`);
  const answers = spec.answers.map((answer) => {
    const schema = answer.schema && namedSchemas.get(answer.schema)?.id;
    const type = answer.type ?? (answer.schema ? 'application/json' : '');
    return `<tr><td>${answer.status}</td><td>${type ? code(type) : ''}${schema ? ` ${code(schema)}` : ''}</td><td>${prose(answer.description)}</td></tr>`;
  });
  const errors = errorsOf(spec).map((name) => `<a href="#${name}">${code(name)}</a>`).join(' ');
  return `<section id="${anchor(spec)}"><h3>${routeName(spec)}</h3>
<p>${prose(spec.summary)}${spec.scope ? ` Scope: ${code(spec.scope)}.` : spec.isSecret ? ' Open to whoever knows the secret in its path.' : ' Open to all.'}</p>${spec.description ? `<p>${prose(spec.description)}</p>` : ''}
${spec.body ? `<h4>Body</h4><p>${spec.body.types.map(code).join(' or ')}, at most ${Math.round(spec.body.limitBytes / 1024).toLocaleString('en')} KiB.</p>${fieldsOf(spec.body.schema)}` : ''}
${parameters.length > 0 ? `<h4>Parameters</h4>${table(['Name', 'In', 'Meaning'], parameters)}` : ''}
<h4>Answers</h4>${table(['Status', 'Content', 'Meaning'], answers)}${errors ? `<p class="errors">Errors: ${errors}</p>` : ''}</section>`;
}

function errorRow(name: string, entry: ErrorEntry): string {
  return `<tr id="${name}"><td>${code(name)}</td><td>${entry.status}</td><td>${entry.retry ? 'yes' : 'no'}</td><td>${escapeHtml(entry.title)}</td></tr>`;
}

/** The interface as a page to read: no script, nothing from elsewhere. */
export function docsPage(routes: readonly RouteSpec[], info: { title: string; version: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(info.title)}: API reference</title>
<link rel="icon" href="/page.svg" type="image/svg+xml"><link rel="stylesheet" href="/page.css"></head><body class="docs"><main>
<h1><img src="/page.svg" alt="" width="32" height="32">${escapeHtml(info.title)} <small>API reference</small></h1>
<p>Version ${code(info.version)}. The same as a document for programs: <a href="/openapi.json">/openapi.json</a>. <a href="/">Console</a>.</p>
<p>Send ${code('Authorization: Bearer <key>')}. Bodies are JSON in UTF-8; fields that are not named here are ignored. Checks are made in this order: route, method, key, scope, content type, size, JSON, fields. Errors are problem documents (RFC 9457) with a <code>code</code> of the table below; on <code>/v1/chat/completions</code> they are OpenAI's error object. 429 and 503 carry <code>Retry-After</code>.</p>
<h2>Routes</h2>
<nav aria-label="Routes"><ul class="routes">${routes.map((spec) => `<li><a href="#${anchor(spec)}">${routeName(spec)}</a><span>${prose(spec.summary)}</span></li>`).join('')}</ul></nav>
${routes.map(routeSection).join('\n')}
<h2>Errors</h2>${table(['Code', 'Status', 'Try again', 'Meaning'], Object.entries(errorCatalogue).map(([name, entry]) => errorRow(name, entry)))}
</main></body></html>
`;
}
