import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { buildWordMatcher, exactWords, type WordMatcher } from '@switchyard/guardrail';
import { MeshError } from '@switchyard/errors';
import { requireSite, type WordList } from '@switchyard/site';
import { fail } from '../output.js';
import { allowOwnForms } from '../words/allow-own-forms.js';
import { generalLanguage } from '../words/general-language.js';
import { readRows, readWords } from '../words/read-lines.js';
import { reviewList } from '../words/review-list.js';
import { siteTexts } from '../words/site-texts.js';
import { reviewedLists } from '../words/write-lists.js';
import { falseFlags, macroRecall, recallByKind, type FalseFlags, type KindRecall, type ScreenCase } from './screen-cases.js';
import { measureSpeed, type Contender, type Speed } from './screen-speed.js';

interface Options {
  readonly data?: string;
  readonly words?: string[];
  readonly cases?: string;
  readonly benign?: string;
  readonly site?: string;
  readonly reference?: string;
  readonly json?: string;
}

interface Report {
  readonly words: number;
  readonly buildMs: number;
  readonly kinds: readonly (KindRecall & { readonly recall: number })[];
  readonly macroRecall: number;
  readonly benign: FalseFlags;
  readonly speed: readonly Speed[];
  readonly reviewed: { readonly blocking: number; readonly flagging: number; readonly blockedTexts: number; readonly flaggedTexts: number; readonly casesLeft: number; readonly kinds: readonly KindRecall[]; readonly macroRecall: number };
}

const isCase = (row: unknown): row is ScreenCase => typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string' && 'start' in row && 'end' in row && 'word' in row && 'variant' in row;
const isText = (row: unknown): row is { readonly text: string } => typeof row === 'object' && row !== null && 'text' in row && typeof row.text === 'string';
const listOf = (words: readonly string[]): WordList => ({ file: 'list', category: 'list', action: 'refuse', words, allow: [] });

/** A filter of npm's to compare with: a module whose class `Mint` takes the words, such as mint-filter. @throws MeshError CONFIG_INVALID */
async function reference(module: string | undefined, words: readonly string[]): Promise<Contender[]> {
  if (module === undefined) return [];
  try {
    const { Mint } = (await import(module)) as { Mint: new (words: string[]) => { filter(text: string, options: { replace: boolean }): unknown } };
    const mint = new Mint([...words]);
    return [{ name: `${module} (npm)`, read: (text) => mint.filter(text, { replace: false }) }];
  } catch (cause) {
    throw new MeshError('CONFIG_INVALID', `--reference ${module} cannot be used`, { cause, field: 'reference' });
  }
}

async function evaluate(options: Options): Promise<Report> {
  const inData = (name: string): string => join(options.data ?? '.', 'moderation', name);
  const files = options.words ?? [inData('houbb_dict_v20240407.txt'), inData('ldnoobw_en.txt')];
  const words = [...new Set((await Promise.all(files.map(readWords))).flat())];
  const cases = await readRows(options.cases ?? inData('evasion_zh.jsonl'), isCase);
  const benign = (await readRows(options.benign ?? inData('benign_zh.jsonl'), isText)).map((row) => row.text);

  const began = performance.now();
  const matcher = buildWordMatcher([listOf(words)]);
  const buildMs = performance.now() - began;
  const kinds = recallByKind(cases, matcher);
  const search = exactWords([...new Set(words.map((word) => word.toLowerCase()))]);
  const speed = measureSpeed(benign, [
    { name: 'everything on', read: matcher.find },
    { name: 'exact words only', read: (text) => { let found = 0; search.each(text, () => found++); return found; } },
    ...(await reference(options.reference, words)),
  ]);

  const own = options.site === undefined ? [] : siteTexts(requireSite(await readSiteFolder(options.site))).map(({ text }) => text);
  const [acted, flagging] = reviewedLists(reviewList(words, own, generalLanguage()), { file: 'list', category: 'list', action: 'refuse' });
  const blocking = allowOwnForms(acted, own);
  const reviewed = buildWordMatcher([blocking, flagging]);
  const blocks: Pick<WordMatcher, 'find'> = { find: (text) => reviewed.find(text).filter((match) => match.action !== 'flag') };
  const kept = new Set(blocking.words);
  const left = cases.filter(({ word }) => kept.has(word.toLowerCase()));
  const keptKinds = recallByKind(left, blocks);
  return {
    words: matcher.size,
    buildMs,
    kinds: kinds.map((row) => ({ ...row, recall: row.found / row.cases })),
    macroRecall: macroRecall(kinds),
    benign: falseFlags(benign, words, matcher),
    speed,
    reviewed: {
      blocking: blocking.words.length,
      flagging: flagging.words.length,
      blockedTexts: benign.filter((text) => blocks.find(text).length > 0).length,
      flaggedTexts: benign.filter((text) => reviewed.find(text).length > 0).length,
      casesLeft: left.length,
      kinds: keptKinds,
      macroRecall: macroRecall(keptKinds),
    },
  };
}

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;

function print({ words, buildMs, kinds, benign, speed, reviewed, ...report }: Report): void {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(`${words} words, prepared in ${buildMs.toFixed(0)} ms`);
  out(styleText('bold', 'recall by kind            as it is   words that a review keeps'));
  for (const { kind, cases, found } of kinds) {
    const kept = reviewed.kinds.find((row) => row.kind === kind);
    out(`  ${kind.padEnd(22)}  ${(found / cases).toFixed(3)}      ${kept ? (kept.found / kept.cases).toFixed(3) : '–'}    of ${cases}${kept ? `, ${kept.cases}` : ''}`);
  }
  out(`  ${'mean of the kinds'.padEnd(22)}  ${report.macroRecall.toFixed(3)}      ${reviewed.macroRecall.toFixed(3)}`);
  out(styleText('bold', 'harmless texts flagged'));
  out(`  exact matching ${percent(benign.exact, benign.texts)}, this matcher ${percent(benign.flagged, benign.texts)}; where nothing stands exactly ${percent(benign.added, benign.texts)} ${JSON.stringify(benign.addedByDisguise)}`);
  out(`  after a review (${reviewed.blocking} words block, ${reviewed.flagging} are only recorded): blocked ${percent(reviewed.blockedTexts, benign.texts)}, recorded or blocked ${percent(reviewed.flaggedTexts, benign.texts)}`);
  out(styleText('bold', 'million characters a second, one core, finding all'));
  for (const { name, millionsPerSecond } of speed) out(`  ${name.padEnd(22)}  ${millionsPerSecond.toFixed(2)}`);
}

export function evalScreenCommand(): Command {
  return new Command('screen')
    .description('sensitive words: recall of each kind of disguise, harmless texts flagged before and after a review of the list, speed beside references')
    .option('--data <dir>', 'folder with moderation/houbb_dict_v20240407.txt, ldnoobw_en.txt, evasion_zh.jsonl and benign_zh.jsonl')
    .option('--words <file...>', 'lists of words, one a line, instead of those of --data')
    .option('--cases <file>', 'JSONL rows {text, word, variant, start, end}')
    .option('--benign <file>', 'JSONL rows {text}')
    .option('--site <dir>', "review the list against this site's own texts as well")
    .option('--reference <module>', 'an npm filter to measure beside, e.g. mint-filter')
    .option('--json <file>', 'write the report as JSON')
    .action(async (options: Options) => {
      try {
        const report = await evaluate(options);
        print(report);
        if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
      } catch (error) {
        fail(error, false);
      }
    });
}
