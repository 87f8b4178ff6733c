import type { Check } from '../harness/index.ts'

/** The checks of what Farebox is made of and of the package that strangers install, in the order they are run. Before a merge unit tests hold the lock and the page of packages. */
export const SUPPLY_CHECKS: readonly Check[] = [
  {
    id: 'PKG-01',
    title: 'on a machine with Node 20 and npm alone one command leads from the tarball to a call that was paid for, in under three minutes',
    unit: 'installations',
    sizes: { pr: 0, nightly: 1, release: 1 },
    isTimed: true,
    load: async () => (await import('./first-call.ts')).firstCall,
  },
  {
    id: 'PKG-02',
    title:
      'the chart is rendered in each of its ways: pods run as nobody, start again on their volume, write nothing but their data, and call what is listed',
    unit: 'objects',
    // Before a merge a unit test holds it to the same as far as it goes without Helm.
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./rendered.ts')).rendered,
  },
  {
    id: 'SUP-01',
    title: 'what sees prompts has five packages of others in it at most, no part has more than is written down, and each has a reason',
    unit: 'packages',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./few-packages.ts')).fewPackages,
  },
  {
    id: 'SUP-02',
    title:
      'installed without running a script of any package, Farebox starts and serves; the few packages with a script are written down, and none runs',
    unit: 'installations',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./without-scripts.ts')).withoutScripts,
  },
  {
    id: 'SUP-03',
    title:
      'every package is locked by an exact version and a SHA-512, the lock names no host, and workflows run pinned actions with rights to read',
    unit: 'packages',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./locked.ts')).locked,
  },
  {
    id: 'SUP-04',
    title: 'the same sources elsewhere, built from nothing, give the same package byte by byte',
    unit: 'builds',
    sizes: { pr: 0, nightly: 1, release: 3 },
    load: async () => (await import('./rebuilt.ts')).rebuilt,
  },
  {
    id: 'SUP-05',
    title: 'what is taken was published a week before at the latest',
    unit: 'packages that are asked for',
    sizes: { pr: 0, nightly: 2, release: 5 },
    load: async () => (await import('./ages.ts')).ages,
  },
  {
    id: 'SUP-06',
    title:
      'a release is signed, built twice alike, let through by a second person and published without a key that lasts, as far as files show it',
    unit: 'points',
    sizes: { pr: 8, nightly: 8, release: 8 },
    load: async () => (await import('./released.ts')).released,
  },
  {
    id: 'SUP-07',
    title: 'the list of what ships is what is found in the compiled code, and every licence lets it be given on',
    unit: 'packages',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./listed.ts')).listed,
  },
  {
    id: 'SUP-08',
    title:
      'what sees prompts makes no code at run time but parsers that are known by their hashes, and no process maps a file from elsewhere',
    unit: 'processes',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./no-made-code.ts')).noMadeCode,
  },
  {
    id: 'SUP-09',
    title:
      'a package of others that turns bad inside a gateway reads no secret, writes and starts nothing, and calls home only where docs/hardening.md says so',
    unit: 'drills',
    sizes: { pr: 0, nightly: 1, release: 3 },
    load: async () => (await import('./bad-package.ts')).badPackage,
  },
  {
    id: 'SUP-10',
    title: 'no key of anybody is in any file that is or was in the repository',
    unit: 'files',
    sizes: { pr: 0, nightly: 1, release: 1 },
    load: async () => (await import('./secrets.ts')).secrets,
  },
]
