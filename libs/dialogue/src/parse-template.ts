/** A filter with its argument: `money:CNY`, `words:"a=甲,b=乙"`. */
export interface Filter {
  readonly name: string;
  readonly argument: string | undefined;
}

/** `{{ path | filter | filter:argument }}` */
export interface Expression {
  readonly path: string;
  readonly filters: readonly Filter[];
  /** As it stands in the file, for messages about it. */
  readonly source: string;
}

export type TemplatePart = string | Expression;

export interface ParsedTemplate {
  readonly parts: readonly TemplatePart[];
  readonly problems: readonly string[];
}

const EXPRESSION = /\{\{((?:"[^"]*"|[^"}]|\}(?!\}))*)\}\}/g;
const PATH = /^[A-Za-z_][\w-]*(?:\.[\w-]+)*$/;
const FILTER = /^([a-z]+)(?:\s*:\s*(?:"([^"]*)"|([^"|]+)))?$/;

/** Splits at bars that stand outside quotes. */
function splitAtBars(source: string): string[] {
  return (source.match(/(?:"[^"]*"|[^"|])+/g) ?? []).map((piece) => piece.trim());
}

function parseExpression(source: string): Expression | string {
  const [path = '', ...rest] = splitAtBars(source);
  if (!PATH.test(path)) return `{{${source}}} does not name a variable`;
  const filters: Filter[] = [];
  for (const piece of rest) {
    const match = FILTER.exec(piece);
    if (!match) return `{{${source}}} has a filter that cannot be read`;
    filters.push({ name: match[1] ?? '', argument: match[2] ?? match[3]?.trim() });
  }
  return { path, filters, source: source.trim() };
}

/** Text with `{{…}}` in it -> its parts. What cannot be read is named in `problems` and kept as text. */
export function parseTemplate(template: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const problems: string[] = [];
  let from = 0;
  for (const match of template.matchAll(EXPRESSION)) {
    if (match.index > from) parts.push(template.slice(from, match.index));
    const parsed = parseExpression(match[1] ?? '');
    if (typeof parsed === 'string') {
      problems.push(parsed);
      parts.push(match[0]);
    } else parts.push(parsed);
    from = match.index + match[0].length;
  }
  if (from < template.length) parts.push(template.slice(from));
  if (parts.some((part) => typeof part === 'string' && !problems.length && /\{\{|\}\}/.test(part))) problems.push('a "{{" has no "}}", or the other way round');
  return { parts, problems };
}
