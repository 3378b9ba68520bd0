import type { ConversationState, FlowState } from '@switchyard/contracts';
import { restartFlow, startFlow, type FlowProgram } from '@switchyard/dialogue';

/** The flow that a message belongs to, at the point where it goes on. */
export interface OpenFlow {
  readonly program: FlowProgram;
  readonly state: FlowState;
  /** `restarted`: the site has changed since the last message, so the flow runs from the top with the known slots. */
  readonly entry: 'started' | 'continued' | 'restarted';
}

/**
 * Which flow to run: the one that is named, from its start; else the one that is open in the conversation.
 * Undefined where there is neither, or the site no longer has it.
 */
export function openFlow(programs: ReadonlyMap<string, FlowProgram>, siteVersion: string, conversation: ConversationState, named: string | undefined): OpenFlow | undefined {
  if (named !== undefined && named !== 'continue') {
    const program = programs.get(named);
    return program && { program, state: startFlow(program, siteVersion), entry: 'started' };
  }
  const open = conversation.flow;
  const program = open && programs.get(open.flow);
  if (!open || !program) return undefined;
  if (open.siteVersion !== siteVersion) return { program, state: restartFlow(program, open, siteVersion), entry: 'restarted' };
  return { program, state: open, entry: 'continued' };
}
