import type { Redis } from 'ioredis';
import type { JobContext } from '@switchyard/contracts';
import { buildWordMatcher, type WordMatcher } from '@switchyard/guardrail';
import type { IntentModel } from '@switchyard/intent';
import { readBudgetLeft, type Availability, type Backlog } from '@switchyard/queue';
import type { Site } from '@switchyard/site';
import type { Dispatching } from './dispatch-message.js';
import { Recogniser } from './classify/recognise.js';
import type { MeshFacts } from './route/gather-facts.js';


export const DISPATCH_TIER = Symbol('dispatch tier');

/** What the processor works with: the site made ready, and the state of the mesh. */
export class DispatchTier implements Dispatching {
  readonly matcher: WordMatcher;
  readonly recogniser: Recogniser;

  constructor(
    readonly site: Site,
    model: IntentModel,
    private readonly egress: 'allowed' | 'blocked',
    private readonly mesh: { readonly redis: Redis; readonly availability: Availability; readonly backlog: Backlog },
  ) {
    this.matcher = buildWordMatcher(site.words);
    this.recogniser = new Recogniser(site, model);
  }

  async readMesh(tenant: string, context: Pick<JobContext, 'now' | 'timeLeftMs'>): Promise<MeshFacts> {
    const [backlog, available, budgetLeftUsd] = await Promise.all([
      this.mesh.backlog.read(),
      this.mesh.availability.read(),
      readBudgetLeft(this.mesh.redis, this.tenant(tenant), context.now()),
    ]);
    return { backlog, available, budgetLeftUsd, timeLeftMs: context.timeLeftMs(), egress: this.egress };
  }

  collectionOf(tenant: string): string {
    return this.tenant(tenant)?.collection ?? 'site';
  }

  labelOfFlow(flow: string): string | undefined {
    return this.site.intents.find((intent) => intent.flow === flow)?.label;
  }

  private tenant(id: string): Site['settings']['tenants'][number] | undefined {
    return this.site.settings.tenants.find((tenant) => tenant.id === id);
  }
}
