import type { AnswerJob, FlowState, JobInput } from '@switchyard/contracts';
import { advance, confirmationOf, startConfirmation } from '@switchyard/dialogue';
import { MeshError } from '@switchyard/errors';
import type { Site, ToolDefinition } from '@switchyard/site';

/** What the customer is asked, and what the conversation keeps until the answer. */
export interface Confirmation {
  readonly tool: string;
  readonly question: string;
  readonly state: FlowState;
}

/**
 * The question before an effect, in the site's own words. The state waits for the customer's next message as that of a flow
 * does: only a yes to this very question runs the tool, with these arguments.
 * @throws MeshError SITE_INVALID for a tool that has no such question
 */
export function askForConfirmation(site: Pick<Site, 'version'>, { tool, arguments: given }: { readonly tool: ToolDefinition; readonly arguments: Readonly<Record<string, unknown>> }, job: JobInput<typeof AnswerJob>): Confirmation {
  const program = confirmationOf(tool);
  if (!program) throw new MeshError('SITE_INVALID', `the tool ${tool.name} has no "confirm", so no model may ask for it`, { field: `tools/${tool.name}` });
  // As the start of a flow: nothing of the message that led here is an answer to it.
  const step = advance(program, startConfirmation(program, site.version, given), { text: job.private.text, slots: {}, definitions: {}, language: job.body.replyLanguage, lastSaid: undefined });
  return { tool: tool.name, question: step.say.join('\n'), state: step.state };
}
