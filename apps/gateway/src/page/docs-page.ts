import { errorCatalogue, type ErrorEntry } from '@switchyard/errors';
import { z } from 'zod';
import { errorsOf, namedSchemas, type RouteSpec } from '../route.js';
import { escapeHtml } from './escape-html.js';

const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
/** Texts of specifications mark code with backticks, as everywhere. */
const prose = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

function fieldsOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodObject)) return '';
  const shape: Record<string, z.ZodType> = schema.shape;
  const rows = Object.entries(shape).map(([name, field]) => {
    const required = !field.safeParse(undefined).success;
    return `<tr><td>${code(name)}</td><td>${required ? 'required' : 'optional'}</td><td>${prose(field.description ?? '')}</td></tr>`;
  });
  return `<table><thead><tr><th>Field</th><th></th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function routeSection(spec: RouteSpec): string {
  const parameters = (spec.parameters ?? []).map((one) => `<tr><td>${code(one.name)}</td><td>${one.in}</td><td>${prose(one.description)}</td></tr>`).join('');
  const answers = spec.answers
    .map((answer) => {
      const schema = answer.schema && namedSchemas.get(answer.schema)?.id;
      const type = answer.type ?? (answer.schema ? 'application/json' : '');
      return `<tr><td>${answer.status}</td><td>${escapeHtml(type)}${schema ? ` ${code(schema)}` : ''}</td><td>${prose(answer.description)}</td></tr>`;
    })
    .join('');
  const errors = errorsOf(spec).map((name) => `<a href="#${name}">${name}</a>`).join(', ');
  return `<section><h3>${code(`${spec.method} ${spec.path}`)}</h3>
<p>${prose(spec.summary)}${spec.scope ? ` Scope: ${code(spec.scope)}.` : ' Open to all.'}</p>${spec.description ? `<p>${prose(spec.description)}</p>` : ''}
${spec.body ? `<h4>Body</h4><p>${spec.body.types.map(code).join(' or ')}, at most ${Math.round(spec.body.limitBytes / 1024)} KiB.</p>${fieldsOf(spec.body.schema)}` : ''}
${parameters ? `<h4>Parameters</h4><table><tbody>${parameters}</tbody></table>` : ''}
<h4>Answers</h4><table><tbody>${answers}</tbody></table><p>Errors: ${errors}</p></section>`;
}

function errorRow(name: string, entry: ErrorEntry): string {
  return `<tr id="${name}"><td>${code(name)}</td><td>${entry.status}</td><td>${entry.retry ? 'yes' : 'no'}</td><td>${escapeHtml(entry.title)}</td></tr>`;
}

/** The interface as a page to read: no script, nothing from elsewhere. */
export function docsPage(routes: readonly RouteSpec[], info: { title: string; version: string }): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(info.title)}: interface</title>
<link rel="stylesheet" href="/page.css"></head><body class="docs"><main>
<h1>${escapeHtml(info.title)}</h1>
<p>Version ${code(info.version)}. The same as a document for programs: <a href="/openapi.json">/openapi.json</a>. <a href="/">Console</a>.</p>
<p>Send ${code('Authorization: Bearer <key>')}. Bodies are JSON in UTF-8; fields that are not named here are ignored. Checks are made in this order: route, method, key, scope, content type, size, JSON, fields. Errors are problem documents (RFC 9457) with a <code>code</code> of the table below; on <code>/v1/chat/completions</code> they are OpenAI's error object. 429 and 503 carry <code>Retry-After</code>.</p>
<h2>Routes</h2>${routes.map(routeSection).join('\n')}
<h2>Errors</h2><table><thead><tr><th>Code</th><th>Status</th><th>Try again</th><th>Meaning</th></tr></thead><tbody>${Object.entries(errorCatalogue).map(([name, entry]) => errorRow(name, entry)).join('')}</tbody></table>
</main></body></html>
`;
}
