import { decodeText } from './decode-text.js';
import { WORD_DISGUISES, type SiteProblem, type WordAction, type WordDisguise, type WordList } from '../site.js';

// oxlint-disable-next-line no-control-regex -- those are what is sought
const BROKEN = /[\u0000-\u0008\u000b-\u001f\u007f\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])/;
const ACTIONS: readonly string[] = ['refuse', 'mask', 'hand_over', 'flag'] satisfies WordAction[];

/**
 * A list of sensitive words: `# category: NAME` and `# action: refuse|mask|hand_over|flag` in the comments at its
 * head, then one word a line. `!word` is a longer word in which a match is harmless, `=word` counts only where it is
 * no part of a longer word. `# without: KIND …` in the head names disguises that the list does not see through.
 */
export function parseWordList(file: string, content: Uint8Array, problems: SiteProblem[]): WordList | undefined {
  const steps = wordListInSteps(file, content, problems);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What is done between two yields takes about a millisecond. */
const LINES_A_STEP = 2_048;

/** The same in small steps: whoever drives the generator may let others run in between. */
export function* wordListInSteps(file: string, content: Uint8Array, problems: SiteProblem[]): Generator<void, WordList | undefined> {
  const text = decodeText(file, content, problems);
  if (text === undefined) return undefined;
  let category: string | undefined;
  let action: string | undefined;
  const words = new Set<string>();
  const allow = new Set<string>();
  const standalone = new Set<string>();
  const without = new Set<WordDisguise>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (index % LINES_A_STEP === LINES_A_STEP - 1) yield;
    const line = raw.trim();
    const disguises = /^#\s*without\s*:(.*)$/.exec(line)?.[1];
    const header = /^#\s*(category|action)\s*:\s*(\S+)\s*$/.exec(line);
    if (header?.[1] === 'category') category = header[2];
    else if (header?.[1] === 'action') {
      action = header[2];
      if (!ACTIONS.includes(action ?? '')) problems.push({ file, line: index + 1, reason: `action must be one of ${ACTIONS.join(', ')}` });
    } else if (disguises !== undefined) {
      for (const name of disguises.split(/[\s,]+/).filter((one) => one !== '')) {
        const kind = WORD_DISGUISES.find((one) => one === name);
        if (kind) without.add(kind);
        else problems.push({ file, line: index + 1, reason: `without may name ${WORD_DISGUISES.join(', ')}` });
      }
    } else if (line === '' || line.startsWith('#')) continue;
    else if (line.length > 100) problems.push({ file, line: index + 1, reason: 'a word may have 100 characters at most' });
    else if (BROKEN.test(line)) problems.push({ file, line: index + 1, reason: 'holds a control character, or half of one that takes two' });
    else if (/^[!=]\s*$/.test(line)) problems.push({ file, line: index + 1, reason: `"${line.charAt(0)}" must be followed by a word` });
    else if (line.startsWith('!')) allow.add(line.slice(1).trim());
    else if (line.startsWith('=')) {
      words.add(line.slice(1).trim());
      standalone.add(line.slice(1).trim());
    } else words.add(line);
  }
  if (category === undefined) problems.push({ file, line: 1, reason: 'the header "# category: NAME" is missing' });
  if (action === undefined) problems.push({ file, line: 1, reason: 'the header "# action: refuse | mask | hand_over | flag" is missing' });
  if (words.size === 0) problems.push({ file, line: 0, reason: 'holds no word' });
  if (category === undefined || action === undefined || !ACTIONS.includes(action)) return undefined;
  return {
    file,
    category,
    action: action as WordAction,
    words: [...words],
    allow: [...allow],
    ...(standalone.size === 0 ? {} : { standalone: [...standalone] }),
    ...(without.size === 0 ? {} : { without: [...without] }),
  };
}
