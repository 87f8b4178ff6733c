import type { Check } from '../harness/index.ts'

/** The checks of the policy and its clauses; `isKnown` tells whether the whole catalogue has a check of a name. */
export const clauseChecks = (isKnown: (id: string) => boolean): readonly Check[] => [
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
    title: 'changes of the policy are told rightly, announced in time, and nobody is missed',
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
    id: 'CL-residual',
    title: 'what the policy does not protect from is printed with it, each with a figure that was measured',
    unit: 'risks',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => {
      const { residual } = await import('./residual.ts')
      return (context) => residual(context, isKnown)
    },
  },
  {
    id: 'CL-sub',
    title: 'the list of providers is that of the active routes, and who answers is on it',
    unit: 'calls of each model',
    sizes: { pr: 5, nightly: 500, release: 1000 },
    load: async () => (await import('./subprocessors.ts')).subprocessors,
  },
  {
    id: 'CL-words',
    title: 'no word that claims more than can be shown is in the policy or the texts around it',
    unit: 'texts',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./words.ts')).words,
  },
]
