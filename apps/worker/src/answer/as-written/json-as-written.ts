/**
 * Reads one JSON object while it is being written: what is decided in it, and the text that still grows. Whatever stands before
 * the first `{` is skipped, as in `readJson`. It is as strict as `JSON.parse`; where the object cannot be one any more it is
 * `isBroken`, and so it is where a name comes twice, of which `JSON.parse` would take the later one.
 */
export class JsonAsWritten {
  /** Values of the object that are complete, by name; arrays too. */
  readonly values = new Map<string, unknown>();
  /** The text that is a value of the object itself, as far as it is written, by name. */
  readonly texts = new Map<string, string>();
  /** Members of an array that is a value of the object itself, as far as they are complete, by its name. */
  readonly members = new Map<string, unknown[]>();
  isBroken = false;
  isDone = false;

  private state: State = 'before';
  private name = '';
  /** What is written of a name, a number or something nested. */
  private raw = '';
  private escape: string | undefined;
  /** Of something nested: what is open in it, and whether its last character is inside a text, or behind a backslash there. */
  private open: string[] = [];
  private isInText = false;
  private isEscaped = false;
  /** Where in `raw` the member of an array begins that is not complete. */
  private memberFrom = 0;

  push(piece: string): void {
    for (let at = 0; at < piece.length && !this.isBroken && !this.isDone; at++) this.step(piece[at] ?? '');
  }

  private step(one: string): void {
    if (this.state === 'text') return this.stepText(one);
    if (this.state === 'nested') return this.stepNested(one);
    if (this.state === 'name') return this.stepName(one);
    if (this.state === 'scalar') {
      if (!SPACE.has(one) && one !== ',' && one !== '}') return void (this.raw += one);
      this.keep(this.raw);
    }
    if (this.isBroken || (SPACE.has(one) && this.state !== 'before')) return;
    this.stepBetween(one);
  }

  private stepBetween(one: string): void {
    switch (this.state) {
      case 'before':
        if (one === '{') this.state = 'first';
        return;
      case 'first':
      case 'next':
        if (one === '}' && this.state === 'first') return void (this.isDone = true);
        return one === '"' ? this.begin('name', one) : this.fail();
      case 'colon':
        return one === ':' ? void (this.state = 'value') : this.fail();
      case 'value':
        if (one === '"') {
          this.texts.set(this.name, '');
          return this.begin('text', '');
        }
        if (one === '{' || one === '[') {
          this.begin('nested', one);
          this.open = [one];
          this.memberFrom = 1;
          if (one === '[') this.members.set(this.name, []);
          return;
        }
        return this.begin('scalar', one);
      default:
        if (one === ',') this.state = 'next';
        else if (one === '}') this.isDone = true;
        else this.fail();
    }
  }

  private begin(state: State, raw: string): void {
    this.state = state;
    this.raw = raw;
    [this.isInText, this.isEscaped, this.escape] = [false, false, undefined];
  }

  private fail(): void {
    this.isBroken = true;
  }

  private parse(raw: string): unknown {
    try {
      return JSON.parse(raw) as unknown;
    } catch {
      this.fail();
      return undefined;
    }
  }

  private keep(raw: string): void {
    this.values.set(this.name, this.parse(raw));
    this.state = 'after';
  }

  private stepName(one: string): void {
    this.raw += one;
    if (this.isEscaped) this.isEscaped = false;
    else if (one === '\\') this.isEscaped = true;
    else if (one === '"') {
      this.name = String(this.parse(this.raw));
      if (this.values.has(this.name)) this.fail();
      this.state = 'colon';
    }
  }

  private stepText(one: string): void {
    if (this.escape !== undefined) {
      this.escape += one;
      const isWhole = this.escape[0] === 'u' ? this.escape.length === UNICODE_ESCAPE : true;
      if (!isWhole) return;
      const text = this.parse(`"\\${this.escape}"`);
      this.escape = undefined;
      if (!this.isBroken) this.grow(String(text));
    } else if (one === '\\') this.escape = '';
    else if (one === '"') {
      this.values.set(this.name, this.texts.get(this.name));
      this.state = 'after';
    } else if (one < ' ') this.fail();
    else this.grow(one);
  }

  private grow(text: string): void {
    this.texts.set(this.name, (this.texts.get(this.name) ?? '') + text);
  }

  private stepNested(one: string): void {
    this.raw += one;
    if (this.isInText) {
      if (this.isEscaped) this.isEscaped = false;
      else if (one === '\\') this.isEscaped = true;
      else if (one === '"') this.isInText = false;
      return;
    }
    if (one === '"') this.isInText = true;
    else if (one === '{' || one === '[') this.open.push(one);
    else if (one === '}' || one === ']') {
      if (this.open.pop() !== (one === '}' ? '{' : '[')) return this.fail();
      if (this.open.length === 1 && this.open[0] === '[') this.keepMember(this.raw.length);
      if (this.open.length > 0) return;
      if (one === ']') this.keepMember(this.raw.length - 1);
      if (!this.isBroken) this.keep(this.raw);
    } else if (one === ',' && this.open.length === 1 && this.open[0] === '[') {
      this.keepMember(this.raw.length - 1);
      this.memberFrom = this.raw.length;
    }
  }

  /** The member that ends here, if one does: behind a bracket it was kept already. */
  private keepMember(end: number): void {
    const raw = this.raw.slice(this.memberFrom, end);
    this.memberFrom = end;
    if (raw.trim() === '') return;
    const member = this.parse(raw);
    if (!this.isBroken) this.members.get(this.name)?.push(member);
  }
}

type State = 'before' | 'first' | 'next' | 'name' | 'colon' | 'value' | 'text' | 'nested' | 'scalar' | 'after';

const SPACE = new Set([' ', '\t', '\n', '\r']);
const UNICODE_ESCAPE = 'u0000'.length;
