/** The console's words in each language: a file for each page, each of which has both or does not compile. */
import { useWordsOf } from '../../lib/language.tsx'
import * as account from './account.ts'
import * as accounts from './accounts.ts'
import * as alarms from './alarms.ts'
import * as announcements from './announcements.ts'
import * as audit from './audit.ts'
import * as books from './books.ts'
import * as codes from './codes.ts'
import * as frame from './frame.ts'
import * as incidents from './incidents.ts'
import * as letters from './letters.ts'
import * as models from './models.ts'
import * as operators from './operators.ts'
import * as overview from './overview.ts'
import * as plans from './plans.ts'
import * as policy from './policy.ts'
import * as proof from './proof.ts'
import * as requests from './requests.ts'
import * as support from './support.ts'
import * as upstreams from './upstreams.ts'
import * as waiting from './waiting.ts'

const en = {
  ...frame.en,
  account: account.en,
  accounts: accounts.en,
  alarms: alarms.en,
  announcements: announcements.en,
  audit: audit.en,
  books: books.en,
  codes: codes.en,
  incidents: incidents.en,
  letters: letters.en,
  models: models.en,
  operators: operators.en,
  overview: overview.en,
  plans: plans.en,
  policy: policy.en,
  proof: proof.en,
  requests: requests.en,
  support: support.en,
  upstreams: upstreams.en,
  waiting: waiting.en,
}
const zh: typeof en = {
  ...frame.zh,
  account: account.zh,
  accounts: accounts.zh,
  alarms: alarms.zh,
  announcements: announcements.zh,
  audit: audit.zh,
  books: books.zh,
  codes: codes.zh,
  incidents: incidents.zh,
  letters: letters.zh,
  models: models.zh,
  operators: operators.zh,
  overview: overview.zh,
  plans: plans.zh,
  policy: policy.zh,
  proof: proof.zh,
  requests: requests.zh,
  support: support.zh,
  upstreams: upstreams.zh,
  waiting: waiting.zh,
}

/** The words of the language that is shown. */
export const useWords = (): typeof en => useWordsOf({ en, zh })
