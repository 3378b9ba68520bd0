const rows = (text: string): string[][] => text.trim().split('\n').map((line) => line.trim().split(/\s*\|\s*/u));

/** Written apart, said together: what stands first replaces the others. Longer forms stand before shorter ones. */
export const ENGLISH_PHRASES: readonly (readonly string[])[] = rows(`
  enable | turn on | switch on | activate
  disable | turn off | switch off | deactivate
  login | log in | sign in | log on | sign on
  logout | log out | sign out | log off | sign off
  register | sign up
  parcel | package | packet
  deliver | ship
  delivery | shipping | shipment | postage
  warranty | guarantee | warrantee
  e-mail | email
  phone | telephone | mobile phone | cell phone | cellphone | smartphone
  phone number | telephone number | mobile number
  purchase | buy
  modify | change | alter | edit
  flat | apartment
  how_many | how many | what number of
  how_much | how much
  how_long | how long | how much time | how many days | for how long
  how_often | how often | how many times | how frequently
  how_old | how old
  how_far | how far
  how_soon | how soon | how fast | how quickly
  what_time | what time | at what time
  opening hours | hours of opening | business hours | opening times
  cheap | inexpensive
  lost | misplaced
`);

/** Openings and endings that say nothing of the matter; taken off as often as they stand there. */
export const ENGLISH_OPENINGS: readonly RegExp[] = [
  /^(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone|team|sir|madam|folks))?\b/u,
  /^(?:please|pls|plz|excuse me|sorry|ok|okay|well|so|thanks|thank you|quick question|question|i have a question|one question|just wondering|just a question)\b/u,
  /^(?:can|could|would|will) (?:you|someone|anybody|anyone|somebody) (?:please |kindly |perhaps |maybe )?(?:tell|explain to|advise|inform|remind|let|show) (?:me|us)(?: know)?\b/u,
  /^(?:please )?(?:tell|explain to|advise|let) (?:me|us)(?: know)?\b/u,
  /^do you (?:happen to )?know\b/u,
  /^(?:i(?: am| was|'m)? (?:just )?(?:wondering|curious|asking))(?: if| about)?\b/u,
  /^(?:i|we) (?:would like|want|need|wish|would love) to (?:know|ask|find out|understand|learn)(?: about| if)?\b/u,
  /^i have (?:a|one) (?:quick )?question(?: about)?\b/u,
];
export const ENGLISH_ENDINGS: readonly RegExp[] = [/\b(?:please|pls|plz|thanks(?: a lot| in advance| so much)?|thank you(?: very much| in advance| so much)?|cheers|thx)$/u];

/** Words that carry nothing of what is asked: another of them, or none, is the same question. */
export const ENGLISH_FILLERS: ReadonlySet<string> = new Set('a an the my our do does to am is are be just please kindly actually really simply possible some any there'.split(' '));

/** What is asked for; in the order of the question. "What" and "which" are one. */
export const ENGLISH_ASKS: ReadonlyMap<string, string> = new Map(
  'how how|how_many how_many|how_much how_much|how_long how_long|how_often how_often|how_old how_old|how_far how_far|how_soon how_soon|what_time what_time|what what|which what|where where|when when|why why|who who|whom who|whose whose'
    .split('|').map((pair) => pair.split(' ') as [string, string]),
);

/** What may be done, must be done, will be done, was done. */
export const ENGLISH_MODES: ReadonlyMap<string, string> = new Map(
  'can can|could can|may can|able can|allowed can|permitted can|must must|required must|obliged must|mandatory must|obligatory must|should should|ought should|will will|shall will|gonna will|would would|might might|was past|were past|did past|had past|been past'
    .split('|').map((pair) => pair.split(' ') as [string, string]),
);

/** A question that begins with one of these is answered by yes or no. */
export const ENGLISH_YES_NO: ReadonlySet<string> = new Set('do does did is are am was were can could may might will would shall should must have has had'.split(' '));

/** Point to what was said before, or to a day that moves: such a question has no answer of its own, or not for long. */
export const ENGLISH_LEANS =
  /^(?:and|or|but|what about|how about|then)\b|\b(?:it|its|they|them|this|that|these|those|he|she|him|today|tonight|tomorrow|yesterday|now|currently|right away|(?:next|last|past|coming|previous) (?:day|week|month|year|quarter|night|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b/u;

export const ENGLISH_NEGATIONS: ReadonlySet<string> = new Set('not no never none nobody nothing neither nor without cannot unable refuse refused refuses decline declined non'.split(' '));

/** Words of two meanings that exclude one another, a pair a line; either may have several. */
export const ENGLISH_OPPOSED: readonly (readonly [readonly string[], readonly string[]])[] = rows(`
  enable, activate, start, begin, resume, open, unlock, unblock, unfreeze | disable, deactivate, stop, end, pause, suspend, close, lock, block, freeze, cancel, terminate
  subscribe, join, register, enrol, enroll | unsubscribe, leave, deregister, quit
  add, attach, install, insert, include, connect, link, upload, import | remove, detach, uninstall, delete, exclude, disconnect, unlink, download, export, erase
  increase, raise, extend, upgrade, more, higher, above, over, exceed | decrease, lower, reduce, shorten, downgrade, less, fewer, below, under
  deposit, receive, incoming, inbound, income | withdraw, send, outgoing, outbound, spend
  buy, purchase, borrow | sell, lend
  accept, approve, allow, permit | reject, refuse, decline, deny, forbid
  before, earlier, earliest, prior | after, later, latest, following
  with, including | without, excluding
  inside, within, domestic, local, inland, national | outside, beyond, international, foreign, abroad, overseas
  minimum, least, lowest, smallest, cheapest, shortest | maximum, most, highest, largest, biggest, longest
  cheaper, smaller, faster, lighter, newer, younger, shorter | dearer, bigger, larger, slower, heavier, older, longer
  credit | debit
  savings | checking, current
  personal, private | business, corporate, company
  old, previous, former | new, next
  first | last
  buyer, recipient, receiver | seller, sender
  full, whole, entire, all | part, partial, half, empty
  online | offline, in-store
  show, display | hide
  arrival, arrive, check-in | departure, depart, leave, check-out
  free | paid
  gain, win, earn | lose
  keep | return
  push | pull
  up | down
  on | off
`).map(([left = '', right = '']) => [left.split(', '), right.split(', ')]);
