import type { ConversationState, Envelope, ExpectedOutcome, Lane, Slots } from '@switchyard/contracts';
import { messageFits } from '@switchyard/dialogue';
import type { MeshFacts } from '@switchyard/queue';
import { routerFacts, type RuleFacts } from '@switchyard/routing';
import type { Site } from '@switchyard/site';
import type { MessageRecognition } from '../classify/recognise.js';
import type { ReadMessage } from '../screen/read-message.js';

/** Everything that a rule may ask about a message. Pure: the same message, state and mesh give the same facts. */
export function gatherFacts(input: {
  readonly envelope: Pick<Envelope, 'tenant'> & { readonly lane: Lane };
  readonly site: Pick<Site, 'flows' | 'intents' | 'tools'>;
  readonly text: string;
  readonly message: ReadMessage;
  readonly recognition: MessageRecognition;
  readonly slots: Slots;
  readonly conversation: ConversationState;
  readonly mesh: MeshFacts;
  readonly timeLeftMs: number;
  /** What the site's router expects; absent: it has none. */
  readonly expected?: ExpectedOutcome | undefined;
}): RuleFacts {
  const { envelope, site, text, message, recognition, slots, conversation, mesh, timeLeftMs, expected } = input;
  const { flow } = conversation;
  const isIntent = recognition.intent !== undefined || recognition.finding.label === 'oos';
  return {
    intent: isIntent ? recognition.finding.label : null,
    intents: recognition.intents,
    confidence: recognition.finding.confidence,
    task: recognition.task,
    language: message.language,
    tenant: envelope.tenant,
    lane: envelope.lane,
    flow: recognition.intent?.flow ?? null,
    slots: Object.keys(slots),
    curated: { id: recognition.curated?.answer.id ?? null, confidence: recognition.curated?.confidence ?? 0 },
    screening: { action: message.screening.action, categories: message.screening.categories },
    pii: Object.keys(message.personalData),
    injection: message.screening.injection,
    open: flow ? { flow: flow.flow, expects: flow.expects, fits: messageFits(site, flow, text, slots) } : { flow: null, expects: null, fits: null },
    timeLeftMs,
    ...mesh,
    router: routerFacts(expected),
    characters: Array.from(text).length,
  };
}
