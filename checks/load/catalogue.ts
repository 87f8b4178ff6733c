import type { Check } from '../harness/index.ts'

/** The checks of load, in the order they are run. */
export const LOAD_CHECKS: readonly Check[] = [
  {
    id: 'LOD-01',
    title: 'at 200 calls a second of 2 kB Farebox adds 5 ms at the median and 25 ms at the 99th percentile at most, money on',
    unit: 'calls',
    sizes: { pr: 0, nightly: 12_000, release: 60_000 },
    isTimed: true,
    load: async () => (await import('./index.ts')).addedLatency,
  },
  {
    id: 'LOD-02',
    title: 'a hundred accounts are answered 600 calls a second at least, and one account 400',
    unit: 'seconds of each',
    sizes: { pr: 0, nightly: 20, release: 60 },
    isTimed: true,
    load: async () => (await import('./index.ts')).throughput,
  },
  {
    id: 'LOD-03',
    title: 'thousands of streams at the same time come whole, take 100 kB of the gateway each, and leave its event loop 50 ms late at most',
    unit: 'streams at the same time',
    sizes: { pr: 0, nightly: 2000, release: 5000 },
    isTimed: true,
    load: async () => (await import('./index.ts')).manyStreams,
  },
  {
    id: 'LOD-04',
    title: 'calls of which three in ten are broken off leave no socket and nothing in the heap behind',
    unit: 'calls',
    sizes: { pr: 0, nightly: 100_000, release: 1_000_000 },
    load: async () => (await import('./index.ts')).churn,
  },
  {
    id: 'LOD-05',
    title: 'at half of what it carries memory, open files and the 99th percentile stay where they are, with gateways recycled and without',
    unit: 'minutes of each',
    sizes: { pr: 0, nightly: 30, release: 1440 },
    isTimed: true,
    load: async () => (await import('./index.ts')).soak,
  },
  {
    id: 'LOD-06',
    title: 'clients that read 100 bytes a second hold their upstreams back, and take no memory',
    unit: 'clients at the same time',
    sizes: { pr: 0, nightly: 1000, release: 1000 },
    load: async () => (await import('./index.ts')).slowReaders,
  },
  {
    id: 'LOD-07',
    title: 'an account with thousands of calls at the same time waits for itself, and another that calls now and then does not wait for it',
    unit: 'calls at the same time',
    sizes: { pr: 0, nightly: 2000, release: 2000 },
    isTimed: true,
    load: async () => (await import('./index.ts')).fairShare,
  },
  {
    id: 'LOD-08',
    title:
      'four nodes let in what limits of keys, accounts and addresses allow and not one more with Valkey, a quarter more at most in the minute it goes; a 429 tells when to come again',
    unit: 'minutes',
    sizes: { pr: 0, nightly: 18, release: 60 },
    load: async () => (await import('./index.ts')).rateLimits,
  },
  {
    id: 'LOD-09',
    title: 'with ninety days of calls pages are answered at once, and a day goes without anybody waiting for it',
    unit: 'calls a day',
    sizes: { pr: 0, nightly: 20_000, release: 1_000_000 },
    isTimed: true,
    load: async () => (await import('./index.ts')).ninetyDays,
  },
]
