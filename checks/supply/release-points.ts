import { isReading, type Job, type Workflow, workflowProblems } from './workflows.ts'

/**
 * A point of the list of what a release has to have: whether the files show it, a fault that it has to find, and what the files cannot show, as
 * it is set where the repository and the package are hosted.
 */
export type ReleasePoint = {
  readonly name: string
  readonly holds: (release: Workflow) => boolean
  readonly fault: readonly [from: string | RegExp, to: string]
  readonly attested: string
}

const jobsOf = ({ jobs }: Workflow): readonly (readonly [string, Job])[] => Object.entries(jobs)
const programs = (job: Job): string => (job.steps ?? []).map(({ run = '' }) => run).join('\n')
const publishers = (release: Workflow): readonly (readonly [string, Job])[] =>
  jobsOf(release).filter(([, job]) => /\bnpm publish\b/.test(programs(job)))
const isOnly = (release: Workflow, holds: (job: Job) => boolean): boolean => {
  const found = publishers(release)
  return found.length === 1 && found.every(([, job]) => holds(job))
}
const rightsOf = ({ permissions }: Job): Readonly<Record<string, string>> => (typeof permissions === 'object' ? permissions : {})
const needsOf = ({ needs = [] }: Job): readonly string[] => (typeof needs === 'string' ? [needs] : needs)

/** Everything that has to end well before a job begins. */
function before(release: Workflow, name: string): ReadonlySet<string> {
  const all = new Set(needsOf(release.jobs[name] ?? {}))
  for (const one of all) for (const earlier of needsOf(release.jobs[one] ?? {})) all.add(earlier)
  return all
}

const isBeforeAll = (release: Workflow, first: string): boolean =>
  jobsOf(release).every(([name]) => name === first || before(release, name).has(first))

/** Where one line of a program stands before another, and both are there. */
const comesFirst = (text: string, first: RegExp, second: RegExp): boolean => {
  const [at, later] = [text.search(first), text.search(second)]
  return at >= 0 && later > at
}

/** The eight points of SUP-06. */
export const RELEASE_POINTS: readonly ReleasePoint[] = [
  {
    name: 'published by the identity of the run (OIDC), which one job alone may have',
    holds: (release) =>
      isOnly(release, (job) => rightsOf(job)['id-token'] === 'write') &&
      jobsOf(release).filter(([, job]) => rightsOf(job)['id-token'] !== undefined).length === 1,
    fault: ['actions: read, id-token: write', 'actions: read'],
    attested: 'the registry names this repository, release.yml and the environment "release" as the trusted publisher',
  },
  {
    name: 'a second person lets it through',
    holds: (release) =>
      isOnly(
        release,
        (job) => job.environment === 'release' && comesFirst(programs(job), /^node packaging\/release\/approved\.ts$/m, /npm publish/),
      ),
    fault: ['    environment: release\n', ''],
    attested: 'the environment "release" has reviewers, none may approve a run of their own, and only main may use it',
  },
  {
    name: 'no key that lasts',
    holds: (release) => !workflowProblems(release).some((problem) => problem.includes('a key that lasts')),
    fault: ['GITHUB_TOKEN: "${{ github.token }}"', 'NODE_AUTH_TOKEN: "${{ secrets.NPM_TOKEN }}"'],
    attested: 'the registry takes no token for the package and asks its maintainers for a second factor',
  },
  {
    name: 'a signed tag of main, looked at before all else',
    holds: (release) =>
      Object.keys(release.on).join() === 'workflow_dispatch' &&
      isBeforeAll(release, 'verify') &&
      /^node packaging\/release\/verify\.ts "\$TAG"$/m.test(programs(release.jobs['verify'] ?? {})),
    fault: ['node packaging/release/verify.ts "$TAG"', 'true'],
    attested: 'main takes reviewed changes alone',
  },
  {
    name: 'provenance of Sigstore, and looked at afterwards',
    holds: (release) =>
      isOnly(release, (job) => /^npm publish --provenance .*--ignore-scripts /m.test(programs(job))) &&
      /^npm audit signatures$/m.test(programs(release.jobs['published'] ?? {})),
    fault: ['--provenance ', ''],
    attested: 'the registry shows the provenance beside the version',
  },
  {
    name: 'built twice, apart, and compared byte by byte before it is published and after',
    holds: (release) => {
      const [build, rebuild] = [programs(release.jobs['build'] ?? {}), programs(release.jobs['rebuild'] ?? {})]
      const compared = isOnly(release, (job) => comesFirst(programs(job), /^cmp built\/\S+ rebuilt\/\S+$/m, /npm publish/))
      const afterwards = /^cmp "farebox-\$version\.tgz" rebuilt\/\S+$/m.test(programs(release.jobs['published'] ?? {}))
      const isApart = publishers(release).every(([name]) => ['build', 'rebuild', 'test'].every((one) => before(release, name).has(one)))
      return compared && afterwards && isApart && build === rebuild && build.includes('npm run package')
    },
    fault: ['      - run: cmp built/farebox-*.tgz rebuilt/farebox-*.tgz\n', ''],
    attested: 'nothing',
  },
  {
    name: 'actions by their whole commit, none started by strangers',
    holds: (release) => !workflowProblems(release).some((problem) => /pinned|which version|strangers/.test(problem)),
    fault: [/actions\/checkout@[0-9a-f]{40} # v/, 'actions/checkout@v'],
    attested: 'the repository allows actions by whole commits alone',
  },
  {
    name: 'rights to read and no more, and nothing of others installed where it is published',
    holds: (release) =>
      isReading(release.permissions) &&
      workflowProblems(release).length === 0 &&
      isOnly(release, (job) => !/\bnpm (?:ci|i|install|run|exec|test)\b|\bnpx\b/.test(programs(job))),
    fault: ['permissions: { contents: read }\nconcurrency', 'permissions: { contents: write }\nconcurrency'],
    attested: 'the token of runs may read alone unless a workflow says otherwise',
  },
]
