/** The console's words in each language: a file for each page, each of which has both or does not compile. */
import { useWordsOf } from '../../lib/language.tsx'
import * as account from './account.ts'
import * as accounts from './accounts.ts'
import * as frame from './frame.ts'
import * as overview from './overview.ts'
import * as proof from './proof.ts'

const en = { ...frame.en, account: account.en, accounts: accounts.en, overview: overview.en, proof: proof.en }
const zh: typeof en = { ...frame.zh, account: account.zh, accounts: accounts.zh, overview: overview.zh, proof: proof.zh }

/** The words of the language that is shown. */
export const useWords = (): typeof en => useWordsOf({ en, zh })
