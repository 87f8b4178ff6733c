import type { Language } from './language.ts'
import type { Suspension } from './suspensions.ts'

/** Why an operator can stop a single key, each in the words that its owner reads. */
export const KEY_STOPS: Readonly<Record<Language, Readonly<Record<Suspension, string>>>> = {
  en: {
    payment: 'a payment was taken back or disputed',
    abuse: 'it was used against the terms of use',
    security: 'it may be in the hands of others',
    terms: 'the terms of use ask for it',
    request: 'somebody of your account asked for it',
  },
  zh: {
    payment: '有付款被撤回或发生争议',
    abuse: '它的使用违反了使用条款',
    security: '它可能已落入他人之手',
    terms: '使用条款要求如此',
    request: '您账户的成员提出了要求',
  },
}
