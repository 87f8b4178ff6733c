import type { Check } from '../harness/index.ts'

/** The checks of the policy and its clauses, in the order they are run. */
const CHECKS: readonly Check[] = [
  {
    id: 'PRV-24',
    title: 'the policy is what the system makes of itself, byte for byte, and a promise goes with the check that shows it',
    unit: 'checks turned red',
    sizes: { pr: 200, nightly: 200, release: 200 },
    load: async () => (await import('./honesty.ts')).honesty,
  },
  {
    id: 'CL-accept',
    title: 'each account has the versions of the policy that it has seen, and how',
    unit: 'accounts',
    sizes: { pr: 10, nightly: 200, release: 200 },
    load: async () => (await import('./accepted.ts')).accepted,
  },
  {
    id: 'CL-attest',
    title: 'a clause that only a document can show is printed while the document is there, unchanged and not expired',
    unit: 'attestations',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./attested.ts')).attested,
  },
  {
    id: 'CL-change',
    title: 'changes of the policy are told rightly, announced in time, nobody is missed, and a new provider waits until then',
    unit: 'accounts',
    sizes: { pr: 50, nightly: 1000, release: 1000 },
    load: async () => (await import('./announced.ts')).announced,
  },
  {
    id: 'CL-col',
    title: 'no column can hold a text of any length, besides those that were reviewed',
    unit: 'columns',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./columns.ts')).columns,
  },
  {
    id: 'CL-contact',
    title: 'what others can reach does not start without an operator and a contact, and prints both',
    unit: 'settings',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./contact.ts')).contact,
  },
  {
    id: 'CL-sub',
    title: 'the list of providers is that of the active routes, and who answers is on it',
    unit: 'calls of each model',
    sizes: { pr: 5, nightly: 500, release: 1000 },
    load: async () => (await import('./subprocessors.ts')).subprocessors,
  },
  {
    id: 'CL-mail',
    title: 'every mail is classed, goes to one address, says what it is for, and takes no free text',
    unit: 'mails',
    sizes: { pr: 1, nightly: 20, release: 100 },
    load: async () => (await import('./letters.ts')).letters,
  },
  {
    id: 'CL-words',
    title: 'no word that claims more than can be shown is in the policy or the texts around it',
    unit: 'texts',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./words.ts')).words,
  },
  {
    id: 'CL-key',
    title: 'a key is told once and kept nowhere: its hash and its ends are; a typo or a revocation is refused',
    unit: 'keys',
    sizes: { pr: 20, nightly: 200, release: 1000 },
    load: async () => (await import('../privacy/key-secrets.ts')).keySecrets,
  },
  {
    id: 'CL-pw',
    title: 'every password is hashed as the policy says, whole, and kept in no other form; a hash from elsewhere is made anew',
    unit: 'passwords of each way to hash',
    sizes: { pr: 2, nightly: 50, release: 500 },
    load: async () => (await import('./password-hashing.ts')).passwordHashing,
  },
  {
    id: 'CL-auth',
    title: 'credentials of persons are refused, at the start and by the operator API, and nothing is told of them',
    unit: 'kinds',
    sizes: { pr: 4, nightly: 14, release: 14 },
    load: async () => (await import('./forbidden-credentials.ts')).forbiddenCredentials,
  },
  {
    id: 'CL-default',
    title: 'a server that nobody has set up keeps nothing of what is said, and calls nobody',
    unit: 'calls',
    sizes: { pr: 20, nightly: 200, release: 200 },
    load: async () => (await import('./fresh-install.ts')).freshInstall,
  },
  {
    id: 'CL-edge',
    title: 'where an edge stands in front nobody gets around it, only it is believed who calls, and only then the policy says so',
    unit: 'connections',
    sizes: { pr: 0, nightly: 300, release: 300 },
    load: async () => (await import('./edge.ts')).edge,
  },
  {
    id: 'CL-local',
    title: 'a key that is for machines of the operator reaches no other',
    unit: 'calls',
    sizes: { pr: 300, nightly: 10000, release: 10000 },
    load: async () => (await import('./local-only.ts')).localOnly,
  },
  {
    id: 'CL-outside',
    title: 'the verifier for customers flags each server that breaks a promise, and no honest one',
    unit: 'servers that lie',
    sizes: { pr: 0, nightly: 13, release: 13 },
    load: async () => (await import('./outside-verifier.ts')).outsideVerifier,
  },
  {
    id: 'CL-pan',
    title: 'numbers of payment cards are kept nowhere, whatever they are put into',
    unit: 'numbers',
    sizes: { pr: 400, nightly: 1000, release: 1000 },
    load: async () => (await import('./card-numbers.ts')).cardNumbers,
  },
  {
    id: 'CL-purpose',
    title: 'every statement to the database and every call out is for a purpose that what it touches is kept for',
    unit: 'statements',
    sizes: { pr: 300, nightly: 300, release: 300 },
    load: async () => (await import('./purposes.ts')).purposes,
  },
  {
    id: 'CL-role',
    title: 'each role of the database is denied what is not its business',
    unit: 'statements',
    sizes: { pr: 41, nightly: 41, release: 41 },
    load: async () => (await import('./database-roles.ts')).databaseRoles,
  },
  {
    id: 'CL-route',
    title: 'the upstream that an answer names gave it, and nobody else was asked',
    unit: 'calls',
    sizes: { pr: 400, nightly: 10000, release: 10000 },
    load: async () => (await import('./named-routes.ts')).namedRoutes,
  },
  {
    id: 'CL-support',
    title:
      'who asks support to be deleted is, in the days promised; what is asked is due, sealed, told of without a word, and goes with the account',
    unit: 'requests',
    sizes: { pr: 8, nightly: 200, release: 1000 },
    load: async () => (await import('./support.ts')).support,
  },
  {
    id: 'CL-struct',
    title: 'the channel between the planes takes numbers of fixed size and no words',
    unit: 'messages',
    sizes: { pr: 100000, nightly: 1000000, release: 1000000 },
    load: async () => (await import('./narrow-channel.ts')).narrowChannel,
  },
  {
    id: 'CL-vendor',
    title: 'what goes out to vendors has the fields that are declared and no more',
    unit: 'calls',
    sizes: { pr: 24, nightly: 400, release: 400 },
    load: async () => (await import('./vendor-fields.ts')).vendorFields,
  },
  {
    id: 'CL-dsr',
    title: 'what people ask for is done at once by themselves or in time by the operator, and is an alarm at day 20 of 30',
    unit: 'requests',
    sizes: { pr: 20, nightly: 200, release: 1000 },
    load: async () => (await import('../privacy/requests.ts')).requests,
  },
  {
    id: 'CL-correct',
    title: 'a corrected address is found and told by its new value alone; the old one is in no row',
    unit: 'corrections',
    sizes: { pr: 20, nightly: 200, release: 1000 },
    load: async () => (await import('../privacy/corrections.ts')).corrections,
  },
  {
    id: 'CL-inactive',
    title: 'an account nobody uses is erased after two notices in time, and none that is used or has money',
    unit: 'accounts',
    sizes: { pr: 12, nightly: 100, release: 500 },
    load: async () => (await import('../privacy/inactive-accounts.ts')).inactiveAccounts,
  },
]

/** The checks of the policy and its clauses; `isKnown` tells whether the whole catalogue has a check of a name. */
export const clauseChecks = (isKnown: (id: string) => boolean): readonly Check[] => [
  ...CHECKS,
  {
    id: 'CL-residual',
    title: 'what the policy does not protect from is printed with it, each with a figure that was measured',
    unit: 'risks',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => {
      const { residual } = await import('./residual.ts')
      return (context) => residual(context, isKnown)
    },
  },
]
