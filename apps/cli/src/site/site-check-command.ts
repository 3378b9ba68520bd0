import { Command } from 'commander';
import { readSiteFolder } from '@switchyard/config';
import { checkSiteFlows } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import { isSafePattern, requireFeatures } from '@switchyard/intent';
import { problemsOfSynonyms } from '@switchyard/knowledge';
import { describeProblem, parseSite, type Site, type SiteProblem } from '@switchyard/site';
import { fail } from '../output.js';
import { wordsInOwnTexts } from './words-in-own-texts.js';

/** Patterns that could take exponential time on a hostile message are never run: better said here than found out. */
function checkSlotPatterns(site: Pick<Site, 'intents'>): SiteProblem[] {
  return site.intents.flatMap((intent) =>
    Object.entries(intent.slots).flatMap(([name, slot]) =>
      slot.kind === 'pattern' && !isSafePattern(slot.pattern) ? [{ file: 'intents', line: 0, reason: `${intent.label}: the pattern of the slot ${name} could take too long and is never run` }] : [],
    ),
  );
}

/** Schemas that the worker would not start with. */
async function checkToolSchemas({ tools }: Pick<Site, 'tools'>): Promise<SiteProblem[]> {
  // Read when it is needed: the checker of schemas would slow every other command.
  const { problemOfSchemas } = await import('../tools/problem-of-schemas.js');
  return [...tools.values()].flatMap((tool) => {
    const problem = problemOfSchemas(tool);
    return problem === undefined ? [] : [{ file: 'tools', line: 0, reason: `the tool ${tool.name} ${problem}` }];
  });
}

/** Tools that the local model is not offered though they name intents. */
const toolsWithoutQuestion = ({ tools }: Pick<Site, 'tools'>): string[] => [...tools.values()].filter((tool) => tool.effect === 'write' && tool.intents.length > 0 && tool.confirm === undefined).map(({ name }) => name);

/** A router that a dispatcher of this release would refuse at its start. */
function checkRouter({ router }: Pick<Site, 'router'>): SiteProblem[] {
  try {
    if (router) requireFeatures(router);
    return [];
  } catch (error) {
    if (!MeshError.is(error)) throw error;
    return [{ file: 'router.json', line: 0, reason: error.detail }];
  }
}

/** Synonyms that the retrieval tier would not start with. */
const checkSynonyms = ({ settings }: Pick<Site, 'settings'>): SiteProblem[] =>
  problemsOfSynonyms(settings.knowledge.synonyms).map(({ group, entry, reason }) => ({ file: 'site.yaml', line: 0, reason: `knowledge.synonyms.${group}.${entry}: ${reason}` }));

export function siteCheckCommand(): Command {
  return new Command('check')
    .description('validates a site; every problem with file, line and reason; exit code 1 where there is one')
    .argument('<dir>', 'folder of the site')
    .option('--json', 'print JSON')
    .action(async (directory: string, options: { json?: true }) => {
      try {
        const result = parseSite(await readSiteFolder(directory));
        const problems = result.site ? [...checkSiteFlows(result.site), ...checkSlotPatterns(result.site), ...(await checkToolSchemas(result.site)), ...checkRouter(result.site), ...checkSynonyms(result.site)] : result.problems;
        if (options.json) process.stdout.write(`${JSON.stringify({ valid: problems.length === 0, version: result.site?.version, problems, wordsInOwnTexts: result.site ? wordsInOwnTexts(result.site) : [] })}\n`);
        else if (result.site && problems.length === 0) {
          const { site } = result;
          const utterances = site.intents.reduce((sum, intent) => sum + intent.utterances.zh.length + intent.utterances.en.length, 0);
          process.stdout.write(`version ${site.version}: ${site.intents.length} intents with ${utterances} utterances, ${site.flows.size} flows, ${site.answers.length} curated answers, ${site.knowledge.length} documents, ${site.rules.length} rules, ${site.tools.size} tools, ${site.tests.conversations.length} test conversations\n`);
          const unasked = toolsWithoutQuestion(site);
          if (unasked.length > 0) process.stdout.write(`note: ${unasked.join(', ')}: only flows call ${unasked.length === 1 ? 'it' : 'them'}, since there is no "confirm" for the local model to ask with\n`);
          for (const row of wordsInOwnTexts(site)) process.stdout.write(`note: ${row.file}: "${row.word}" (${row.action}) stands in ${row.utterances} utterances, ${row.answers} answers, ${row.documents} lines of documents: ${row.proposal}\n`);
        } else for (const problem of problems) process.stdout.write(`${describeProblem(problem)}\n`);
        if (problems.length > 0) process.exitCode = 1;
      } catch (error) {
        fail(error, options.json === true);
      }
    });
}
