/** The check catalogue: one line per check; each proves a promise of Farebox from outside, by a command of its own. */
import type { Check } from './harness/index.ts'

export * from './harness/index.ts'

/** Every check, in the order they are run. */
export const CHECKS: readonly Check[] = [
  {
    id: 'MON-03',
    title: 'parallel calls on one balance are granted exactly as often as it is worth',
    unit: 'parallel calls',
    sizes: { pr: 1000, nightly: 1000, release: 1000 },
    load: async () => (await import('./money/index.ts')).parallelSpends,
  },
  {
    id: 'MON-10',
    title: 'a client that leaves pays for what was made and no more; the upstream is let go',
    unit: 'aborts',
    sizes: { pr: 104, nightly: 50_000, release: 50_000 },
    load: async () => (await import('./money/index.ts')).aborts,
  },
  {
    id: 'MON-11',
    title: 'no usage object raises a balance or breaks a reader; absent is not zero is not null',
    unit: 'usage objects',
    sizes: { pr: 20_000, nightly: 1_000_000, release: 1_000_000 },
    load: async () => (await import('./money/index.ts')).usageObjects,
  },
  {
    id: 'MON-12',
    title: 'each stream gives exactly one settlement, with the usage it truly tells',
    unit: 'streams',
    sizes: { pr: 300, nightly: 10_000, release: 10_000 },
    load: async () => (await import('./money/index.ts')).oneSettlement,
  },
  {
    id: 'MON-14',
    title: 'no path reaches an upstream without a price, a key, credit and a usage row',
    unit: 'requests',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./money/index.ts')).noFreePath,
  },
  {
    id: 'MON-18',
    title: 'a closed day charges each account exactly what its calls cost, once, however often it is closed',
    unit: 'account days',
    sizes: { pr: 1000, nightly: 40_000, release: 400_000 },
    load: async () => (await import('./money/index.ts')).dailyClose,
  },
  {
    id: 'MON-19',
    title: 'a receipt verifies after its call is deleted and its key forgotten; an altered one never does',
    unit: 'receipts',
    sizes: { pr: 500, nightly: 10_000, release: 10_000 },
    load: async () => (await import('./money/index.ts')).receipts,
  },
  {
    id: 'CRA-01',
    title: 'kill -9 of any process under load loses nothing settled and charges nothing twice',
    unit: 'kills',
    sizes: { pr: 10, nightly: 100, release: 1000 },
    load: async () => (await import('./crash/index.ts')).kills,
  },
  {
    id: 'CRA-02',
    title: 'gateway and control dying together costs nobody too much and the house five seconds at most',
    unit: 'streams',
    sizes: { pr: 10, nightly: 100, release: 100 },
    load: async () => (await import('./crash/index.ts')).lossBound,
  },
  {
    id: 'CRA-04',
    title: 'a second server on a data directory ends soon, says why, and touches nothing',
    unit: 'second servers',
    sizes: { pr: 2, nightly: 10, release: 10 },
    load: async () => (await import('./crash/index.ts')).twoServers,
  },
  {
    id: 'CRA-05',
    title: 'without its database Farebox refuses with 503, blames nobody, and settles what was open',
    unit: 'seconds',
    sizes: { pr: 0, nightly: 60, release: 60 },
    load: async () => (await import('./crash/index.ts')).databaseDown,
  },
  {
    id: 'CRA-09',
    title: 'streams may be split at any byte: same bytes out, same usage read, no broken character',
    unit: 'streams',
    sizes: { pr: 60, nightly: 300, release: 300 },
    load: async () => (await import('./crash/index.ts')).frameSplits,
  },
  {
    id: 'CRA-10',
    title: 'whatever an upstream does, the client gets a well-formed end and the hold is resolved',
    unit: 'passes after the first',
    sizes: { pr: 2, nightly: 5, release: 20 },
    load: async () => (await import('./crash/index.ts')).upstreamFaults,
  },
  {
    id: 'CRA-12',
    title: 'SIGTERM under load finishes what is open, exits 0 and loses no settlement',
    unit: 'rounds',
    sizes: { pr: 2, nightly: 100, release: 100 },
    load: async () => (await import('./crash/index.ts')).sigterm,
  },
  {
    id: 'PRV-01',
    title: 'a canary in any place of a call is found nowhere but at the client and the chosen upstream',
    unit: 'calls',
    sizes: { pr: 300, nightly: 3000, release: 10_000 },
    load: async () => (await import('./privacy/leaks.ts')).leaks,
  },
  {
    id: 'PRV-01m',
    title: 'PRV-01 sees every leak that is built into a copy of the product',
    unit: 'mutants',
    sizes: { pr: 17, nightly: 17, release: 17 },
    load: async () => (await import('./privacy/leak-mutants.ts')).leakMutants,
  },
  {
    id: 'PRV-02',
    title: 'what is kept, logged, measured, told and sent on is what is declared, both ways',
    unit: 'columns',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./privacy/inventory.ts')).inventory,
  },
  {
    id: 'WALL-01',
    title: 'what sees content cannot write, start or reach the database; what writes is sent no content',
    unit: 'attempts',
    sizes: { pr: 1, nightly: 1, release: 1 },
    load: async () => (await import('./privacy/walls.ts')).walls,
  },
]
