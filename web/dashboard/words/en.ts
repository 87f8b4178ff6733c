/** The dashboard's words in English. */
import * as announcements from './announcements.ts'
import * as askBack from './ask-back.ts'
import * as bring from './bring.ts'
import * as cards from './cards.ts'
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

export const en = {
  announcements: announcements.en,
  askBack: askBack.en,
  frame: frame.en,
  keys: keys.en,
  notifications: notifications.en,
  overview: overview.en,
  playground: playground.en,
  refunds: refunds.en,
  requests: requests.en,
  setup: setup.en,
  signOn: signOn.en,
  statements: statements.en,
  team: team.en,
  usage: usage.en,
  ...join.en,
  webhooks: webhooks.en,
  ...signIn.en,
  ...issuers.en,
  plans: plans.en,
  ...security.en,
  ...privacy.en,
  bring: bring.en,
  ...topUp.en,
  ...cards.en,
}
