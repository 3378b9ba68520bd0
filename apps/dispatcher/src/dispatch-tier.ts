import type { WordMatcher, WordScreen } from '@switchyard/guardrail';
import { findQuestion, type IntentModel } from '@switchyard/intent';
import type { MeshFacts, MeshState } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { MessageEmbedder } from './classify/message-embedder.js';
import { Recogniser } from './classify/recognise.js';
import type { Dispatching } from './dispatch-message.js';
import type { ApprovedAnswers } from './recall/approved-answers.js';
import type { Recaller } from './recall/recaller.js';

export const DISPATCH_TIER = Symbol('dispatch tier');

/** What the processor works with: the site made ready, and the state of the mesh. */
export class DispatchTier implements Dispatching {
  readonly recogniser: Recogniser;
  readonly vectorOf: Dispatching['vectorOf'];

  constructor(
    readonly site: Site,
    model: IntentModel,
    private readonly state: Pick<MeshState, 'read'>,
    private readonly words: Pick<WordScreen, 'current'>,
    embedder?: MessageEmbedder,
    readonly recaller?: Recaller,
    readonly approved?: ApprovedAnswers,
  ) {
    this.recogniser = new Recogniser(site, model);
    // A message that is known word for word needs no vector, and a model that no vector made better wants none.
    if (embedder && model.parts.dense) this.vectorOf = async (text) => (findQuestion(text, model.parts.questions) !== undefined ? undefined : embedder.embed(text));
  }

  /** The words in force now: whoever screens takes them once a message. */
  get matcher(): WordMatcher {
    return this.words.current();
  }

  readMesh(tenant: string, conversationId: string): Promise<MeshFacts> {
    return this.state.read(tenant, conversationId);
  }

  collectionOf(tenant: string): string {
    return this.site.settings.tenants.find((one) => one.id === tenant)?.collection ?? 'site';
  }

  labelOfFlow(flow: string): string | undefined {
    return this.site.intents.find((intent) => intent.flow === flow)?.label;
  }
}
