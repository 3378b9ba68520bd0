import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { MeshError } from '@switchyard/errors';
import { requireSite, type WordAction } from '@switchyard/site';
import { fail } from '../output.js';
import { allowOwnForms } from './allow-own-forms.js';
import { generalLanguage } from './general-language.js';
import { readLines, readWords } from './read-lines.js';
import { reviewList, type ReviewedWord } from './review-list.js';
import { siteTexts } from './site-texts.js';
import { listAsFile, reviewedLists } from './write-lists.js';

const ACTIONS = ['refuse', 'mask', 'hand_over', 'flag'] as const satisfies readonly WordAction[];
const SHOWN = 30;

interface Options {
  readonly site?: string;
  readonly texts?: string[];
  readonly category: string;
  readonly action: string;
  readonly out: string;
}

const IN_WORDS: Readonly<Record<Exclude<ReviewedWord['reason'], 'kept'>, string>> = {
  own_text: 'in your own texts',
  frequent: 'frequent in general Chinese',
  ordinary: 'no more usual in the list than elsewhere',
  dictionary: 'of the dictionary, with nothing grave in them',
  compound: 'made of two such words',
  everyday: 'of daily life',
  quantity: 'figures and single letters',
  one_character: 'one character',
};

function countByReason(reviewed: readonly ReviewedWord[]): string {
  const count = (reason: string): number => reviewed.filter((one) => one.reason === reason).length;
  return Object.entries(IN_WORDS).flatMap(([reason, words]) => (count(reason) === 0 ? [] : [`${count(reason)} ${words}`])).join(', ');
}

export function wordsReviewCommand(): Command {
  return new Command('review')
    .description("reviews a public list of sensitive words against general Chinese and the site's own texts: NAME.txt keeps the action, NAME-ordinary.txt holds what ordinary messages hold too and is only recorded")
    .argument('<list>', 'a list of words, one a line')
    .requiredOption('--out <file>', 'the reviewed list, e.g. my-site/words/public.txt')
    .option('--site <dir>', 'a site whose utterances, answers and documents are harmless')
    .option('--texts <file...>', 'more harmless texts, one a line, e.g. messages of the past')
    .option('--category <name>', 'category of the list', 'public_list')
    .option('--action <action>', 'refuse, mask, hand_over or flag', 'refuse')
    .action(async (file: string, options: Options) => {
      try {
        const action = ACTIONS.find((one) => one === options.action);
        if (!action) throw new MeshError('CONFIG_INVALID', `--action must be one of ${ACTIONS.join(', ')}`, { field: 'action' });
        const words = await readWords(file);
        const own = options.site === undefined ? [] : siteTexts(requireSite(await readSiteFolder(options.site))).map(({ text }) => text);
        for (const one of options.texts ?? []) own.push(...(await readLines(one)).map(({ text }) => text));
        const reviewed = reviewList(words, own, generalLanguage());
        const [acted, ordinary] = reviewedLists(reviewed, { file: options.out, category: options.category, action });
        const blocking = allowOwnForms(acted, own);
        const second = options.out.replace(/(\.txt)?$/, '-ordinary.txt');
        await writeFile(options.out, listAsFile(blocking, `Reviewed by "yard words review".`));
        if (ordinary.words.length > 0) await writeFile(second, listAsFile(ordinary, 'Words that ordinary messages hold too, by "yard words review": recorded, and answered as usual. Move back what your site must act on.'));
        process.stdout.write(`${blocking.words.length} words in ${options.out}, ${blocking.standalone?.length ?? 0} of them only as words of their own, ${blocking.allow.length} longer words and own forms allowed\n`);
        process.stdout.write(`${ordinary.words.length} words in ${second}: ${countByReason(reviewed)}; the most frequent:\n`);
        for (const one of reviewed.filter(({ tier }) => tier === 'flag').toSorted((a, b) => b.inOwnTexts - a.inOwnTexts || b.rate - a.rate).slice(0, SHOWN)) {
          process.stdout.write(`  ${one.word}  ${one.reason} · ${one.rate.toFixed(3)} in 10,000 words · in ${one.inOwnTexts} of your texts · keyness ${one.keyness.toFixed(1)}\n`);
        }
      } catch (error) {
        fail(error, false);
      }
    });
}
