// Writes docs/errors.md and docs/jobs.md from the code, so that they cannot differ from it. `--check` only compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import * as contracts from '../libs/contracts/dist/index.js';
import { errorCatalogue } from '../libs/errors/dist/index.js';

const table = (head, rows) => [`| ${head.join(' | ')} |`, `|${head.map(() => '---').join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');

const errors = `# Error codes

Generated from \`libs/errors/src/error-catalogue.ts\` by \`npm run docs\`. A code never changes its meaning. *Retried* says whether the queue runs the job again; *outcome* is how an accepted request ends when that is over; *status* is what the gateway answers.

${table(['code', 'what it says', 'status', 'retried', 'outcome'], Object.entries(errorCatalogue).map(([code, entry]) => [`\`${code}\``, entry.title, entry.status, entry.retry ? 'yes' : 'no', `\`${entry.outcome}\``]))}
`;

const fieldsOf = (schema) => {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  const required = new Set(json.required ?? []);
  const type = (one) => one.enum?.map((value) => `"${value}"`).join(' \\| ') ?? one.const ?? (one.type === 'array' ? `${type(one.items ?? {})}[]` : one.anyOf ? one.anyOf.map(type).join(' \\| ') : (one.type ?? 'object'));
  return Object.entries(json.properties ?? {}).map(([name, one]) => `\`${name}${required.has(name) ? '' : '?'}\`: ${type(one)}`);
};
const jobs = Object.values(contracts).filter((one) => typeof one === 'object' && one !== null && 'kind' in one && 'queue' in one && 'attempts' in one);
const jobsDocument = `# Jobs

Generated from \`libs/contracts/src/jobs\` by \`npm run docs\`. Every job carries the envelope (\`libs/contracts/src/envelope.ts\`); its clear part stands in Redis as it is, its private part is sealed. A *forward* job is one step of a request, a *call* is answered to the tier that asked.

${table(['kind', 'queue', 'style', 'attempts', 'clear part', 'private part'], jobs.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)).map((job) => [`\`${job.kind}\``, `\`${job.queue}\``, job.style, job.attempts, fieldsOf(job.body).join('<br>') || '–', fieldsOf(job.private).join('<br>') || '–']))}
`;

const files = { 'docs/errors.md': errors, 'docs/jobs.md': jobsDocument };
const stale = [];
mkdirSync('docs', { recursive: true });
for (const [file, text] of Object.entries(files)) {
  let present = '';
  try {
    present = readFileSync(file, 'utf8');
  } catch {
    // Not written yet.
  }
  if (present === text) continue;
  if (process.argv.includes('--check')) stale.push(file);
  else writeFileSync(file, text);
}
if (stale.length > 0) {
  console.error(`${stale.join(', ')}: differs from the code; run "npm run docs"`);
  process.exit(1);
}
