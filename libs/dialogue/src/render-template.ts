import type { ReplyLanguage } from '@switchyard/contracts';
import { MeshError } from '@switchyard/errors';
import { parseTemplate, type Expression } from './parse-template.js';
import { FILTERS } from './template-filters.js';

/** What templates can name: `{slots, results, request}` in flows. */
export type TemplateScope = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function lookUp(scope: TemplateScope, path: string): unknown {
  let value: unknown = scope;
  for (const key of path.split('.')) {
    // Own properties only: a path such as `results.constructor` leads nowhere.
    if (!isRecord(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

function isPrintable(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function unusable(expression: Expression, why: string): MeshError {
  return new MeshError('SITE_INVALID', `{{${expression.source}}}: ${expression.path} ${why}`, { field: expression.path });
}

function evaluate(expression: Expression, scope: TemplateScope, language: ReplyLanguage): string | number | boolean {
  let value = lookUp(scope, expression.path);
  if (Array.isArray(value) && value.every(isPrintable)) value = value.join(language === 'zh' ? '、' : ', ');
  for (const { name, argument } of expression.filters) {
    if (name === 'default') {
      value ??= argument;
      continue;
    }
    if (value === undefined || value === null) continue;
    const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    if (!filter) throw unusable(expression, `is given to the filter "${name}", which does not exist`);
    value = filter(value, argument, language);
    if (value === undefined) throw unusable(expression, `is not what the filter "${name}" takes`);
  }
  if (!isPrintable(value)) throw unusable(expression, value === undefined || value === null ? 'has no value' : 'is not a text or a number');
  return value;
}

/**
 * Fills in a template. Values are put in as they are: a customer's "{{…}}" is never read as a template.
 * @throws MeshError SITE_INVALID, naming the path, where a variable has no value or a filter cannot take it
 */
export function render(template: string, scope: TemplateScope, language: ReplyLanguage): string {
  const { parts, problems } = parseTemplate(template);
  if (problems.length > 0) throw new MeshError('SITE_INVALID', problems.join('; '));
  return parts.map((part) => (typeof part === 'string' ? part : String(evaluate(part, scope, language)))).join('');
}

/** As `render`; a template that is one variable and nothing else keeps the variable's type, so that 3 stays a number. */
export function renderValue(template: string, scope: TemplateScope, language: ReplyLanguage): string | number | boolean {
  const [only, ...rest] = parseTemplate(template).parts;
  return only !== undefined && typeof only !== 'string' && rest.length === 0 ? evaluate(only, scope, language) : render(template, scope, language);
}
