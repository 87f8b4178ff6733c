/** Something that stays in spite of all: what it is, what can be done, and the figure that was measured of it. */
export type Risk = {
  readonly id: string
  readonly title: string
  readonly text: string
  /** A figure of a check's result, and what it says; `{}` stands for the figure. */
  readonly figure: { readonly check: string; readonly key: string; readonly words: string }
}

/** What the policy does not protect from. Printed with it, and as docs/residual-risks.md. */
export const RISKS: readonly Risk[] = [
  {
    ...{ id: 'upstream-reads', title: 'The provider reads your text' },
    text: 'A model cannot answer what it cannot read. What a provider does with a text is up to its own rules; the list of providers says what is known of them.',
    figure: { check: 'PRV-01', key: 'atUpstream', words: '{} marked texts reached the provider they were meant for, readable.' },
  },
  {
    ...{ id: 'root', title: 'Whoever owns the machine can look into its memory' },
    text: 'The process that sees content is walled off from the rest. The owner of the machine can still attach a debugger to it, and no software can rule that out.',
    figure: {
      check: 'WALL-01',
      key: 'attempts',
      words: 'The walls held against {} attempts made from inside; none of them was made as the owner.',
    },
  },
  {
    ...{ id: 'memory-residue', title: 'Memory keeps traces until it is used again' },
    text: 'After a call its words are let go, yet bytes of them can stay in memory until something else is written there, or until the process is replaced.',
    figure: {
      check: 'PRV-07',
      key: 'gatewayAtOnce',
      words: 'Right after the calls of a test, {} marked texts were still in the memory of the process; after it was replaced, none was.',
    },
  },
  {
    ...{ id: 'metadata', title: 'Times and counts tell something too' },
    text: 'When you called, which model, and how many tokens it took are kept for a while. Taken together they can say something about you.',
    figure: { check: 'PRV-02', key: 'columns', words: '{} columns are kept in all; each is on the list with the day it goes.' },
  },
  {
    ...{ id: 'sizes', title: 'Sizes on the wire can be watched' },
    text: 'Encryption hides words, not sizes and times. Whoever watches the line of a streamed answer can guess how long its pieces are.',
    figure: {
      check: 'CRA-09',
      key: 'bytes',
      words: 'Streams are passed on byte for byte as they come, {} bytes in the last test: sizes are not hidden.',
    },
  },
  {
    ...{ id: 'headers', title: 'Providers see that we call, and how' },
    text: 'A provider sees our key, our address and the few headers that its protocol needs. It does not see who you are unless you write it into a prompt.',
    figure: {
      check: 'SEC-17',
      key: 'upstreamCalls',
      words: 'The headers of {} calls to providers were compared with the list; none was outside it.',
    },
  },
  {
    ...{ id: 'both-die', title: 'If everything fails at once, a few seconds are lost' },
    text: 'If both halves of the system die in the same moment, notes of the youngest calls are lost. You are never charged for them; your copy of that usage is gone.',
    figure: { check: 'CRA-02', key: 'underchargeMaxMs', words: 'The most that was lost of a call is {} ms of it.' },
  },
  {
    ...{ id: 'blind-spots', title: 'A check can be blind' },
    text: 'A leak of a kind that nobody thought of is found by no check. So leaks of many kinds are built into copies of the program, to see that they are found.',
    figure: { check: 'PRV-01m', key: 'detected', words: 'Of the leaks built in on purpose {} were found.' },
  },
  {
    ...{ id: 'hostile-provider', title: 'A provider can lie' },
    text: 'A provider can send wrong counts, or anything else. What it sends is passed on to you and kept nowhere; wrong counts are cut to what was possible.',
    figure: { check: 'SEC-18', key: 'seen', words: '{} hostile replies were passed on in the last test, and nothing of them was kept.' },
  },
  {
    ...{ id: 'law', title: 'A law can change what we may do' },
    text: 'An authority can ask for what is kept, and a new law can ask for more to be kept. The second would be a change of this policy, announced like any other.',
    figure: { check: 'PRV-02', key: 'unclassified', words: 'Items that are kept and not on the list: {}.' },
  },
]

/** docs/residual-risks.md. Made by: node src/privacy/policy/write-risks-page.ts */
export const risksPage = (): string => `${[...HEAD, ...RISKS.map(chapterOf)].join('\n\n')}\n`

const HEAD = [
  '# What remains',
  'What Farebox does not protect from, as its privacy policy prints it. Each figure is of the last run of a check, and `npm run prove -- ID` measures it again. Written by `node src/privacy/policy/write-risks-page.ts`.',
] as const

const chapterOf = ({ title, text, figure: { check, key, words } }: Risk): string =>
  `## ${title}\n\n${text}\n\nMeasured by ${check}, with \`${key}\` for the figure: ${words.replace('{}', `\`${key}\``)}`
