/** One look at a waiting run. Source: docs.github.com/en/rest/actions/workflow-runs, "Get the review history for a workflow run" (2026-11-27). */
export type Approval = {
  readonly state: string
  readonly environments: readonly { readonly name: string }[]
  readonly user: { readonly login: string }
}

/** The environment of the hosting service that a second person opens. */
const ENVIRONMENT = 'release'

/** Why a run may not publish, nothing when it may: somebody who is none of those that started it let it into the environment, and nobody said no. */
export function approvalProblems(approvals: readonly Approval[], starters: readonly string[]): readonly string[] {
  const ours = approvals.filter(({ environments }) => environments.some(({ name }) => name === ENVIRONMENT))
  const known = new Set(starters.map((login) => login.toLowerCase()))
  const others = ours.filter(({ state, user }) => state === 'approved' && !known.has(user.login.toLowerCase()))
  return [
    ...(starters.some((login) => login !== '') ? [] : ['nobody knows who started the run']),
    ...(others.length > 0 ? [] : ['no second person let it through']),
    ...(ours.some(({ state }) => state === 'rejected') ? ['somebody refused it'] : []),
  ]
}
