/** The dashboard's words in Simplified Chinese. */
import * as announcements from './announcements.ts'
import * as askBack from './ask-back.ts'
import * as bring from './bring.ts'
import * as cards from './cards.ts'
import type { en } from './en.ts'
import * as frame from './frame.ts'
import * as issuers from './issuers.ts'
import * as join from './join.ts'
import * as keys from './keys.ts'
import * as notifications from './notifications.ts'
import * as overview from './overview.ts'
import * as plans from './plans.ts'
import * as playground from './playground.ts'
import * as privacy from './privacy.ts'
import * as refunds from './refunds.ts'
import * as requests from './requests.ts'
import * as security from './security.ts'
import * as setup from './setup.ts'
import * as signIn from './sign-in.ts'
import * as signOn from './sign-on.ts'
import * as statements from './statements.ts'
import * as team from './team.ts'
import * as topUp from './top-up.ts'
import * as usage from './usage.ts'
import * as webhooks from './webhooks.ts'

export const zh: typeof en = {
  announcements: announcements.zh,
  askBack: askBack.zh,
  frame: frame.zh,
  keys: keys.zh,
  notifications: notifications.zh,
  overview: overview.zh,
  playground: playground.zh,
  refunds: refunds.zh,
  requests: requests.zh,
  setup: setup.zh,
  signOn: signOn.zh,
  statements: statements.zh,
  team: team.zh,
  usage: usage.zh,
  ...join.zh,
  webhooks: webhooks.zh,
  ...signIn.zh,
  ...issuers.zh,
  plans: plans.zh,
  ...security.zh,
  ...privacy.zh,
  bring: bring.zh,
  ...topUp.zh,
  ...cards.zh,
}
