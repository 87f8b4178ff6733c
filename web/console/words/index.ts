/** The console's words in each language: a file for each page, each of which has both or does not compile. */
import { useWordsOf } from '../../lib/language.tsx'
import * as accounts from './accounts.ts'
import * as frame from './frame.ts'

const en = { ...frame.en, accounts: accounts.en }
const zh: typeof en = { ...frame.zh, accounts: accounts.zh }

/** The words of the language that is shown. */
export const useWords = (): typeof en => useWordsOf({ en, zh })
