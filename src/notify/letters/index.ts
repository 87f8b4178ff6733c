/** What letters say, each in every language and with its class. Never holds a word about one person. */
import type { MailTemplate } from '../../spec/index.ts'
import { KEY_LETTERS } from './keys.ts'
import type { LetterEntry } from './letter.ts'
import { MONEY_LETTERS } from './money.ts'
import { OPERATOR_WAY_LETTERS } from './operator-ways.ts'
import { PLAN_LETTERS } from './plans.ts'
import { PRIVACY_LETTERS } from './privacy.ts'
import { SERVICE_LETTERS } from './service.ts'
import { SIGN_IN_LETTERS } from './sign-in.ts'
import { WAY_LETTERS } from './ways-in.ts'

export type { Letter, LetterClass, LetterEntry } from './letter.ts'

/** Every mail; one that is missing, or one too many, does not compile. */
export const LETTERS: Readonly<Record<MailTemplate, LetterEntry>> = {
  ...PRIVACY_LETTERS,
  ...SIGN_IN_LETTERS,
  ...WAY_LETTERS,
  ...OPERATOR_WAY_LETTERS,
  ...MONEY_LETTERS,
  ...KEY_LETTERS,
  ...PLAN_LETTERS,
  ...SERVICE_LETTERS,
}
