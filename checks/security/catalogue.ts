import type { Check } from '../harness/index.ts'
import { FUZZ_CHECKS } from './fuzz/catalogue.ts'

/** The checks that nobody reaches what is not theirs, and that what comes from outside is believed by nobody, in the order they are run. */
export const SECURITY_CHECKS: readonly Check[] = [
  {
    id: 'SEC-01',
    title: "what belongs to another account is answered as what is not there, on every path that takes an id, and nobody's key opens any",
    unit: 'rounds',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./index.ts')).foreignIds,
  },
  {
    id: 'SEC-02',
    title:
      'no text becomes part of a statement: not at any door, nor in an upstream’s reply; the database is told nothing that it cannot read',
    unit: 'requests',
    sizes: { pr: 300, nightly: 5000, release: 5000 },
    load: async () => (await import('./index.ts')).injections,
  },
  {
    id: 'SEC-03',
    title:
      "what is almost a key is nobody's, by the look-ups and at every door; spelt wrongly, it asks the database nothing; nearness takes no other time",
    unit: 'near misses',
    sizes: { pr: 400, nightly: 200_000, release: 1_000_000 },
    load: async () => (await import('./near-keys/index.ts')).nearKeys,
  },
  {
    id: 'SEC-04',
    title: 'answers hold what their routes declare and no member more, and no secret, from whichever door and whoever asks',
    unit: 'rounds',
    // The tests of both interfaces hold each of their answers to the same before a merge.
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./index.ts')).answersDeclared,
  },
  {
    id: 'SEC-05',
    title:
      'no address in a request makes the gateway call anything but a public https host, nor more of it than a picture; switched off, nothing at all',
    unit: 'requests',
    sizes: { pr: 150, nightly: 7000, release: 21_000 },
    load: async () => (await import('./index.ts')).fetchedAddresses,
  },
  {
    id: 'SEC-06',
    title: 'no name in a request makes the gateway call another address or send its key there; a key does not move to another host',
    unit: 'requests',
    sizes: { pr: 600, nightly: 5000, release: 5000 },
    load: async () => (await import('./index.ts')).upstreamOverride,
  },
  {
    id: 'SEC-07',
    title: 'a guard that is taken away is missed: by the test that is named for it, each of them',
    unit: 'guards',
    sizes: { pr: 1, nightly: 49, release: 49 },
    load: async () => (await import('./guards/index.ts')).missingGuards,
  },
  {
    id: 'SEC-08',
    title: 'no spelling of a path leads to another upstream path, a file or the operator',
    unit: 'requests',
    sizes: { pr: 1000, nightly: 5000, release: 5000 },
    load: async () => (await import('./index.ts')).pathTraversal,
  },
  {
    id: 'SEC-09',
    title: 'guessing is slow from wherever it comes, tells of nobody, and ends no better for what is replayed, planted or kept too long',
    unit: 'guesses',
    sizes: { pr: 80, nightly: 20_000, release: 100_000 },
    load: async () => (await import('./index.ts')).bruteForce,
  },
  {
    id: 'SEC-10',
    title:
      'whatever people, operators and upstreams leave behind, no page runs it; no other site changes anything, and no address leads away',
    unit: 'payloads in each place',
    sizes: { pr: 0, nightly: 2000, release: 2000 },
    load: async () => (await import('./index.ts')).hostilePages,
  },
  {
    id: 'SEC-11',
    title:
      'nobody changes what all objects are made of, or says who they are, what they have or what things cost, by any member at any depth',
    unit: 'requests',
    sizes: { pr: 120, nightly: 8000, release: 24_000 },
    load: async () => (await import('./pollution/index.ts')).pollution,
  },
  {
    id: 'SEC-12',
    title:
      'what is too large, too deep or too many is refused at every listener and passed on by no upstream’s will: no process ends or swells, and the next customer is served',
    unit: 'megabytes of the longest bodies',
    // It takes a machine for itself to say how much a process grew.
    sizes: { pr: 0, nightly: 1000, release: 10_000 },
    load: async () => (await import('./index.ts')).resources,
  },
  {
    id: 'SEC-12r',
    title: 'every regular expression takes time in proportion to its text, or its text is short',
    unit: 'rounds',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./index.ts')).linearTime,
  },
  {
    id: 'SEC-12l',
    title: 'whatever there are many of in a request, a reply or a stream, it takes time in proportion to tell it in another protocol',
    unit: 'of each thing that there may be several of',
    // Time tells nothing while other tests run beside it.
    sizes: { pr: 0, nightly: 30_000, release: 30_000 },
    load: async () => (await import('./index.ts')).listsInProportion,
  },
  {
    id: 'SEC-13',
    title:
      "what the gateway takes for a request on its own, Node's parser takes for the same one, and 400 and more ways to smuggle one are left to it",
    unit: 'requests',
    // The fast path's own tests do the same with 20,000 before a merge.
    sizes: { pr: 0, nightly: 1_000_000, release: 1_000_000 },
    load: async () => (await import('./index.ts')).smuggling,
  },
  {
    id: 'SEC-14',
    title: 'a server takes connections where it says, is opened by no word that people use, and shows its inside to nobody',
    unit: 'rounds',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./index.ts')).exposure,
  },
  ...FUZZ_CHECKS,
  {
    id: 'SEC-16',
    title:
      'accounts, credit and cards are not farmed, a key that spends too much is paused within a minute, and a capped one spends nothing above its cap',
    unit: 'attempts of each kind',
    sizes: { pr: 60, nightly: 1000, release: 5000 },
    load: async () => (await import('./index.ts')).abuseFlows,
  },
  {
    id: 'SEC-17',
    title: "declared headers alone go to upstreams and clients; a client's address is that of its connection",
    unit: 'addresses that a client says',
    sizes: { pr: 300, nightly: 1000, release: 1000 },
    load: async () => (await import('./index.ts')).headerHygiene,
  },
  {
    id: 'SEC-18',
    title: 'what an upstream puts into its replies ends at the client: nothing of it is kept, logged or shown',
    unit: 'replies',
    sizes: { pr: 240, nightly: 3000, release: 3000 },
    load: async () => (await import('./index.ts')).hostileReplies,
  },
  {
    id: 'SEC-19',
    title: 'each of the ten risks of the OWASP list for APIs has its checks, and all of them have passed on this commit',
    unit: 'risks',
    sizes: { pr: 0, nightly: 10, release: 10 },
    load: async () => (await import('./owasp/index.ts')).owaspMap,
  },
]
