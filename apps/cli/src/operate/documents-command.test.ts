import { afterEach, expect, it } from 'vitest';
import { runCommand, startToldGateway, type ToldGateway } from '../__fixtures__/run-command.js';
import { documentsCommand } from './documents-command.js';

let gateway: ToldGateway | undefined;
afterEach(() => gateway?.stop());

const ready = { documentId: 'faq.md', title: 'FAQ', passages: 12, updatedAt: '2026-11-26T14:00:01.000Z', state: 'ready' };
const failed = { documentId: 'scan\u001b.pdf', title: 'scan.pdf', passages: 0, updatedAt: '2026-11-26T14:00:01.000Z', state: 'failed', error: { code: 'DOCUMENT_EMPTY', reason: 'no text' } };

it('lists documents page by page, a line each, harmless to the terminal', async () => {
  gateway = await startToldGateway((_method, path) => [200, path.includes('cursor=second') ? { documents: [ready] } : { documents: [failed], next: 'second' }]);
  const { out, exitCode } = await runCommand(documentsCommand(), ['--collection', 'site', '--url', gateway.url]);
  expect(gateway.asked).toEqual(['GET /v1/knowledge/site/documents?limit=500', 'GET /v1/knowledge/site/documents?limit=500&cursor=second']);
  expect(out.split('\n')).toEqual([String.raw`failed    2026-11-26 14:00:01       0  scan\u001b.pdf  DOCUMENT_EMPTY: no text`, 'ready     2026-11-26 14:00:01      12  faq.md', '']);
  expect(exitCode).toBe(0);
});

it('prints a line of JSON for each, of the state that is asked for', async () => {
  gateway = await startToldGateway(() => [200, { documents: [ready] }]);
  const { out } = await runCommand(documentsCommand(), ['--collection', 'site', '--state', 'ready', '--json', '--url', gateway.url]);
  expect(gateway.asked).toEqual(['GET /v1/knowledge/site/documents?limit=500&state=ready']);
  expect(JSON.parse(out)).toEqual(ready);
});

it.each([[['--state', 'odd', '--collection', 'site'], 2], [[], 2]])('does not run with %j', async (args, code) => {
  gateway = await startToldGateway(() => [200, {}]);
  expect(await runCommand(documentsCommand(), [...args, '--url', gateway.url])).toMatchObject({ exitCode: code });
  expect(gateway.asked).toEqual([]);
});
