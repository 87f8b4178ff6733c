/** The dashboard's words in each language: a file for each page, each of which has both or does not compile. */
import { useWordsOf } from '../../lib/language.tsx'
import * as frame from './frame.ts'
import * as keys from './keys.ts'
import * as overview from './overview.ts'
import * as plans from './plans.ts'
import * as privacy from './privacy.ts'
import * as security from './security.ts'
import * as signIn from './sign-in.ts'
import * as topUp from './top-up.ts'

const en = {
  frame: frame.en,
  keys: keys.en,
  overview: overview.en,
  plans: plans.en,
  ...signIn.en,
  ...security.en,
  ...privacy.en,
  ...topUp.en,
}
const zh: typeof en = {
  frame: frame.zh,
  keys: keys.zh,
  overview: overview.zh,
  plans: plans.zh,
  ...signIn.zh,
  ...security.zh,
  ...privacy.zh,
  ...topUp.zh,
}

/** The words of the language that is shown. */
export const useWords = (): typeof en => useWordsOf({ en, zh })
