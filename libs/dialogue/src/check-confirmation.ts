import type { ToolDefinition } from '@switchyard/site';
import { parseTemplate } from './parse-template.js';
import { problemOfFilter } from './template-filters.js';

const namesOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);
const keysOf = (value: unknown): readonly string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : []);

/** What is wrong with the words that surround a tool's effect, as `confirm.question.en: reason`: names that have no value. */
export function checkConfirmation({ confirm, arguments: schema }: Pick<ToolDefinition, 'confirm' | 'arguments'>): string[] {
  if (!confirm) return [];
  const required = new Set(namesOf(schema['required']));
  const known = new Set(keysOf(schema['properties']));
  return (['question', 'declined', 'done'] as const).flatMap((part) =>
    (['zh', 'en'] as const).flatMap((language) => {
      const { parts, problems } = parseTemplate(confirm[part][language]);
      const found = [...problems];
      for (const expression of parts) {
        if (typeof expression === 'string') continue;
        const [root, name = ''] = expression.path.split('.');
        const isOptional = expression.filters.some((filter) => filter.name === 'default');
        const says = (reason: string): void => void found.push(`{{${expression.source}}}: ${reason}`);
        if (root === 'arguments' && !known.has(name)) says(`the tool has no argument "${name}"`);
        else if (root === 'arguments' && !required.has(name) && !isOptional) says(`the argument may be absent, and there is no default`);
        else if (root === 'result' && part !== 'done') says('there is no result before the call');
        else if (root !== 'arguments' && root !== 'result' && expression.path !== 'request.language') says(`arguments.…, result.… and request.language are variables here`);
        for (const filter of expression.filters) {
          const problem = problemOfFilter(filter.name, filter.argument);
          if (problem) says(problem);
        }
      }
      return found.map((reason) => `confirm.${part}.${language}: ${reason}`);
    }),
  );
}
