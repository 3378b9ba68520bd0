import { afterEach, expect, it } from 'vitest';
import { runCommand, startToldGateway, type CommandRun, type ToldGateway } from '../__fixtures__/run-command.js';
import { reviewsCommand } from '../reviews/reviews-command.js';
import { variantsCommand } from './variants-command.js';

const ID = 'a1'.repeat(12);
const variant = { id: ID, documentId: 'faq.csv', title: 'FAQ › Gifts?', question: 'a\u009b bow?', addedAt: '2026-01-01T00:00:00Z', state: 'ready' };

let gateway: ToldGateway | undefined;
afterEach(() => gateway?.stop());
async function run(command: ReturnType<typeof variantsCommand>, args: readonly string[], body: unknown): Promise<CommandRun & { readonly asked: readonly string[] }> {
  gateway = await startToldGateway(() => [200, body]);
  return { ...(await runCommand(command, [...args, '--url', gateway.url])), asked: gateway.asked };
}

it.each([[['--collection', 'site'], ''], [['list', '--collection', 'site', '--document', 'zh/a b.md'], '&documentId=zh%2Fa%20b.md']])('lists variants with where they lead: %j', async (args, query) => {
  const { out, asked } = await run(variantsCommand(), args, { variants: [variant, { ...variant, state: 'lost' }] });
  expect(asked).toEqual([`GET /v1/knowledge/site/variants?limit=100${query}`]);
  expect(out.split('\n')).toEqual([String.raw`${ID}  "a\u009b bow?" -> "faq.csv", "FAQ › Gifts?"`, String.raw`${ID}  "a\u009b bow?" -> "faq.csv", "FAQ › Gifts?"  LOST: no passage has this title now`, '']);
});

it('adds one and removes one', async () => {
  expect((await run(variantsCommand(), ['add', 'a bow?', '--collection', 'site', '--document', 'faq.csv', '--title', 'Gifts?'], variant)).asked).toEqual(['POST /v1/knowledge/site/variants {"question":"a bow?","documentId":"faq.csv","title":"Gifts?"}']);
  await gateway?.stop();
  expect(await run(variantsCommand(), ['remove', ID, '--collection', 'site'], { id: ID, state: 'removed' })).toMatchObject({ asked: [`DELETE /v1/knowledge/site/variants/${ID}`], out: 'removed\n' });
});

it('makes one of the question of a review', async () => {
  expect((await run(reviewsCommand(), ['variant', ID, '--document', 'faq.csv'], variant)).asked).toEqual([`POST /v1/reviews/${ID}/variant {"documentId":"faq.csv"}`]);
});

it.each([['add', 'a bow?', '--collection', 'site'], ['remove', 'export', '--collection', 'site'], ['list', '--collection', 'site', '--limit', '0'], ['list']])('asks for nothing where the words are wrong: %s %s %s %s', async (...args) => {
  expect(await run(variantsCommand(), args.filter((one) => one !== undefined), {})).toMatchObject({ asked: [], exitCode: 2 });
});
