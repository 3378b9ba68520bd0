/** Something that goes wrong, and is put right again where it does not right itself. */
export interface Fault {
  /** Says all that is needed to do it again: `freeze worker-1 for 8 s`. */
  readonly name: string;
  /** Resolves when it has been put right. */
  strike(): Promise<void>;
}

/** A fault that was done, in milliseconds since 1970. */
export interface Struck {
  readonly name: string;
  readonly at: number;
  readonly until: number;
}

/** What was done and when: printed as it happens, so that a run can be understood and repeated. */
export class FaultLog {
  readonly struck: Struck[] = [];
  readonly #say: (line: string) => void;
  readonly #began = Date.now();

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async strike(fault: Fault): Promise<Struck> {
    const at = Date.now();
    this.#say(`  ${((at - this.#began) / 1_000).toFixed(1).padStart(6)} s  ${fault.name}`);
    await fault.strike();
    return this.note(fault.name, at);
  }

  /** A fault that came by itself, such as a process that died at a named place. */
  note(name: string, at: number, until = Date.now()): Struck {
    const struck = { name, at, until };
    this.struck.push(struck);
    return struck;
  }
}
