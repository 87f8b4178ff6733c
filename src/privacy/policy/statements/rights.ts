import type { Statement } from '../statement.ts'

/** What people may ask, wherever they live. */
export const RIGHTS: readonly Statement[] = [
  {
    ...{ id: 'access', section: 'rights', kind: 'right', topic: 'Seeing your data' },
    text: () => 'You may see all that we hold about you.',
  },
  {
    ...{ id: 'correct', section: 'rights', kind: 'right', topic: 'Correcting your data' },
    text: () => 'You may have what is wrong put right.',
  },
  {
    ...{ id: 'export', section: 'rights', kind: 'right', topic: 'A copy of your data' },
    text: () => 'You may have a copy of it, your usage too, in a form that other programs can read.',
  },
  {
    ...{ id: 'delete', section: 'rights', kind: 'right', topic: 'Deleting your account' },
    text: () => 'You may have your account deleted at any time. These rights are the same for everybody, wherever you live.',
  },
  {
    ...{ id: 'opt-out', section: 'rights', kind: 'right', topic: 'Letters that are not needed' },
    text: () => 'You may refuse letters that the service does not need. Until you ask for them you get none.',
  },
  {
    ...{ id: 'no-content-held', section: 'rights', kind: 'promise', topic: 'Content in an answer to you' },
    text: () => 'There are no prompts or answers among it, since we hold none: there is nothing of them to show, to copy or to delete.',
  },
  {
    ...{ id: 'legal-keep', section: 'rights', kind: 'disclosure', topic: 'What has to stay' },
    text: () =>
      'A law can oblige us to keep a few things after you are gone, such as the amounts in our books. Before you confirm you are shown what stays, why and until when; it goes on that day.',
  },
  {
    ...{ id: 'request-clock', section: 'rights', kind: 'right', topic: 'When you get an answer' },
    text: () => 'Write to us at the address below to use these rights. You have an answer within 30 days.',
    measure: () => 30,
  },
]
