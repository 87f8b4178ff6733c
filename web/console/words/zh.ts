/** The console's words in Simplified Chinese. */
import * as account from './account.ts'
import * as accounts from './accounts.ts'
import * as alarms from './alarms.ts'
import * as announcements from './announcements.ts'
import * as audit from './audit.ts'
import * as books from './books.ts'
import * as codes from './codes.ts'
import type { en } from './en.ts'
import * as erasures from './erasures.ts'
import * as frame from './frame.ts'
import * as incidents from './incidents.ts'
import * as issuers from './issuers.ts'
import * as join from './join.ts'
import * as letters from './letters.ts'
import * as maintenance from './maintenance.ts'
import * as models from './models.ts'
import * as operators from './operators.ts'
import * as overview from './overview.ts'
import * as own from './own.ts'
import * as plans from './plans.ts'
import * as policy from './policy.ts'
import * as policyOwn from './policy-own.ts'
import * as prices from './prices.ts'
import * as proof from './proof.ts'
import * as refunds from './refunds.ts'
import * as report from './report.ts'
import * as requests from './requests.ts'
import * as retention from './retention.ts'
import * as setup from './setup.ts'
import * as support from './support.ts'
import * as upstreams from './upstreams.ts'
import * as waiting from './waiting.ts'

export const zh: typeof en = {
  ...frame.zh,
  account: account.zh,
  accounts: accounts.zh,
  alarms: alarms.zh,
  announcements: announcements.zh,
  audit: audit.zh,
  books: books.zh,
  codes: codes.zh,
  erasures: erasures.zh,
  join: join.zh,
  issuers: issuers.zh,
  incidents: incidents.zh,
  maintenance: maintenance.zh,
  letters: letters.zh,
  models: models.zh,
  operators: operators.zh,
  own: own.zh,
  overview: overview.zh,
  plans: plans.zh,
  policy: policy.zh,
  policyOwn: policyOwn.zh,
  prices: prices.zh,
  proof: proof.zh,
  refunds: refunds.zh,
  report: report.zh,
  requests: requests.zh,
  retention: retention.zh,
  setup: setup.zh,
  support: support.zh,
  upstreams: upstreams.zh,
  waiting: waiting.zh,
}
