import { featuresOf } from '../facts.ts'
import type { Statement } from '../statement.ts'

/** How the policy itself lives. */
export const CHANGES: readonly Statement[] = [
  {
    ...{ id: 'compiled', section: 'changes', kind: 'promise', topic: 'How this policy is made' },
    text: () =>
      'This policy is made by the system it describes. A promise is printed while its checks pass, and left out when one fails or has not been run.',
  },
  {
    ...{ id: 'dated', section: 'changes', kind: 'disclosure', topic: 'Dates of a version' },
    text: () =>
      'Each version has a number, the day it was published and the day it takes effect, which is never before the day it was published.',
  },
  {
    ...{ id: 'change-announced', section: 'changes', kind: 'promise', topic: 'Announcement of changes' },
    text: ({ noticeDays }) =>
      `When a promise gets weaker, the new version is announced here at least ${noticeDays} days before it takes effect. From the day the old promise is no longer kept it is left out. A new provider gets no call before such a version takes effect, and neither does one whose label gets worse.`,
    measure: ({ noticeDays }) => -noticeDays,
  },
  {
    ...{ id: 'change-told', section: 'changes', kind: 'promise', topic: 'Letters about changes' },
    text: ({ inventory, noticeDays }) =>
      featuresOf(inventory).hasMail
        ? `Everybody with an account is told of such a version by e-mail. It takes effect ${noticeDays} days after the last of you was told, and no sooner.`
        : undefined,
    needs: 'no mail is connected yet, so changes are announced on the page alone',
    measure: ({ noticeDays }) => -noticeDays,
  },
  {
    ...{ id: 'history', section: 'changes', kind: 'promise', topic: 'Earlier versions' },
    text: () => 'The version that holds is at /privacy, and all versions with what changed between them are at /privacy/history.',
  },
  {
    ...{ id: 'version-seen', section: 'changes', kind: 'disclosure', topic: 'Which version you accepted' },
    text: () =>
      'When you open an account you accept the version of that day, and by calling on after a change you accept the new one. We note which version that was; you can leave before it takes effect.',
  },
]
