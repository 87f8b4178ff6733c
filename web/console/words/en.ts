/** The console's words in English. */
import * as account from './account.ts'
import * as accounts from './accounts.ts'
import * as alarms from './alarms.ts'
import * as announcements from './announcements.ts'
import * as audit from './audit.ts'
import * as books from './books.ts'
import * as codes from './codes.ts'
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

export const en = {
  ...frame.en,
  account: account.en,
  accounts: accounts.en,
  alarms: alarms.en,
  announcements: announcements.en,
  audit: audit.en,
  books: books.en,
  codes: codes.en,
  erasures: erasures.en,
  join: join.en,
  issuers: issuers.en,
  incidents: incidents.en,
  maintenance: maintenance.en,
  letters: letters.en,
  models: models.en,
  operators: operators.en,
  own: own.en,
  overview: overview.en,
  plans: plans.en,
  policy: policy.en,
  policyOwn: policyOwn.en,
  prices: prices.en,
  proof: proof.en,
  refunds: refunds.en,
  report: report.en,
  requests: requests.en,
  retention: retention.en,
  setup: setup.en,
  support: support.en,
  upstreams: upstreams.en,
  waiting: waiting.en,
}
