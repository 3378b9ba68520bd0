import { buildPrompt } from '@switchyard/consultation';
import { PersonalDataKind, type ChatMessage, type ConsultJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { earlierForPrompt } from '@switchyard/dialogue';
import { placeholdersIn } from '@switchyard/guardrail';
import { personalDataAction, type Site } from '@switchyard/site';
import type { PseudonymStore } from '../redact/pseudonym-store.js';
import { redactParts } from '../redact/redact-parts.js';
import { withhold } from '../redact/withhold.js';

export interface PreparedPrompt {
  readonly messages: readonly ChatMessage[];
  /** Placeholder -> value, of what was sent; all that an answer may have restored. What is looked up on the way adds its own. */
  readonly map: Record<string, string>;
  /** What reads as a placeholder in the messages and stands for nothing: somebody wrote it. */
  readonly quoted: ReadonlySet<string>;
}

/** What of personal data goes to a cloud as it is, and what does not go at all. */
export function sendingPolicy({ settings }: Pick<Site, 'settings'>, tenant: string): { readonly allowed: ReadonlySet<PersonalDataKind>; readonly isRefused: (kind: PersonalDataKind) => boolean } {
  const actionOf = (kind: PersonalDataKind): string => personalDataAction(settings, tenant, kind);
  return { allowed: new Set(PersonalDataKind.options.filter((kind) => actionOf(kind) === 'allow')), isRefused: (kind) => actionOf(kind) === 'refuse' };
}

/**
 * What is to be sent of a consultation, without personal data and without what the site does not send; or the kinds for which
 * the message may not be sent. Recorded as `redacted`.
 * @throws MeshError QUEUE_UNAVAILABLE
 */
export async function preparePrompt(site: Site, store: PseudonymStore, job: JobInput<typeof ConsultJob>, context: JobContext): Promise<PreparedPrompt | { readonly refused: readonly PersonalDataKind[] }> {
  const { tenant, conversationId, trail } = job.envelope;
  const { passages = [], text, turns } = job.private;
  const { allowed, isRefused } = sendingPolicy(site, tenant);
  const redacted = await store.update(tenant, conversationId, (known) => redactParts({ text, turns, passages }, known, allowed));
  const { refused, parts, leftOut } = withhold(redacted, isRefused);
  context.record('redacted', {
    counts: redacted.counts,
    parts: 1 + turns.length + passages.length,
    ...(refused.length === 0 ? {} : { refused }),
    ...(leftOut.turns + leftOut.passages === 0 ? {} : { leftOut }),
  });
  if (refused.length > 0) return { refused };

  const { earlier } = await context.conversation();
  const messages = buildPrompt(site, job.body.replyLanguage, parts, trail.intents, earlierForPrompt(turns, earlier));
  // The site's own prompt may show a placeholder as an example; that one is nobody's.
  const sent = placeholdersIn([...messages.slice(1).map(({ content }) => content), ...parts.passages.flatMap((passage) => [passage.title, passage.text])].join('\n'));
  const map = Object.fromEntries(Object.entries(redacted.map).filter(([placeholder]) => sent.has(placeholder)));
  return { messages, map, quoted: new Set([...sent].filter((placeholder) => !Object.hasOwn(map, placeholder))) };
}
