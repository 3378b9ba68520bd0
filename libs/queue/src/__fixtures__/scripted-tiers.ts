import { Controller, Inject, Module, type DynamicModule } from '@nestjs/common';
import { AnswerJob, ConsultJob, DispatchJob, ExplainJob, ListStepsJob, type JobContext, type JobInput } from '@switchyard/contracts';
import { MeshModule } from '../boot/mesh-module.js';
import type { MeshConfig } from '../boot/mesh.js';
import type { MeshSite } from '../boot/mesh-site.js';
import { Handles } from '../transport/handles.js';
import { testSite } from './site.js';

/** What the handlers of a test do; a test scripts those that it needs. */
export interface Script {
  readonly dispatch?: (job: JobInput<typeof DispatchJob>, context: JobContext) => Promise<void>;
  readonly answer?: (job: JobInput<typeof AnswerJob>, context: JobContext) => Promise<void>;
  readonly consult?: (job: JobInput<typeof ConsultJob>, context: JobContext) => Promise<void>;
  readonly explain?: (job: JobInput<typeof ExplainJob>, context: JobContext) => Promise<unknown>;
}

const SCRIPT = Symbol('script');
const unscripted = (): Promise<never> => Promise.reject(new Error('the test scripts no such handler'));

@Controller()
export class DispatchTier {
  constructor(@Inject(SCRIPT) private readonly script: Script) {}

  @Handles(DispatchJob)
  dispatch(job: JobInput<typeof DispatchJob>, context: JobContext): Promise<void> {
    return (this.script.dispatch ?? unscripted)(job, context);
  }
}

@Controller()
export class WorkerTier {
  constructor(@Inject(SCRIPT) private readonly script: Script) {}

  @Handles(AnswerJob)
  answer(job: JobInput<typeof AnswerJob>, context: JobContext): Promise<void> {
    return (this.script.answer ?? unscripted)(job, context);
  }
}

@Controller()
export class ExpertTier {
  constructor(@Inject(SCRIPT) private readonly script: Script) {}

  @Handles(ConsultJob)
  consult(job: JobInput<typeof ConsultJob>, context: JobContext): Promise<void> {
    return (this.script.consult ?? unscripted)(job, context);
  }
}

@Controller()
export class AuditTier {
  constructor(@Inject(SCRIPT) private readonly script: Script) {}

  @Handles(ExplainJob)
  explain(job: JobInput<typeof ExplainJob>, context: JobContext): Promise<unknown> {
    return (this.script.explain ?? unscripted)(job, context);
  }

  @Handles(ListStepsJob)
  list(): Promise<unknown> {
    return unscripted();
  }
}

/** A second handler of the same job, which no app may have. */
@Controller()
export class SecondWorkerTier {
  @Handles(AnswerJob)
  async answer(): Promise<void> {}
}

@Module({})
class ScriptedModule {}

export function scriptedModule(config: MeshConfig, script: Script, site: MeshSite = testSite, controllers: NonNullable<DynamicModule['controllers']> = [DispatchTier, WorkerTier, ExpertTier, AuditTier]): DynamicModule {
  return { module: ScriptedModule, imports: [MeshModule.register(config, site)], controllers, providers: [{ provide: SCRIPT, useValue: script }] };
}
