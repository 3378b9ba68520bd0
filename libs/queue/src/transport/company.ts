/**
 * Who may work in a process at the same time: any number of jobs, or one alone. A job that has lost several workers may
 * be the cause of it; run alone it takes nobody along. Whoever wants to be alone goes before those that come later.
 */
export class Company {
  private inside = 0;
  private isAlone = false;
  private readonly lonely: (() => void)[] = [];
  private others: (() => void)[] = [];

  /** Resolves when the job may begin. @returns what lets the next one in; to be called once */
  async enter(alone: boolean): Promise<() => void> {
    if (alone) await this.enterAlone();
    else await this.enterWithOthers();
    return () => {
      this.inside -= 1;
      this.isAlone = false;
      this.letIn();
    };
  }

  private async enterWithOthers(): Promise<void> {
    while (this.isAlone || this.lonely.length > 0) await new Promise<void>((resolve) => this.others.push(resolve));
    this.inside += 1;
  }

  private async enterAlone(): Promise<void> {
    if (this.inside > 0) await new Promise<void>((resolve) => this.lonely.push(resolve));
    else this.hold();
  }

  private hold(): void {
    this.inside += 1;
    this.isAlone = true;
  }

  private letIn(): void {
    if (this.inside > 0) return;
    const next = this.lonely.shift();
    if (next) {
      // Before it runs on, so that nobody slips in between.
      this.hold();
      return next();
    }
    for (const other of this.others.splice(0)) other();
  }
}
