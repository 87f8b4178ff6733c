// Ends with 1, and says why, unless a second person let this run of the hosting service through. Needs GITHUB_TOKEN with the right "actions: read".
import { type Approval, approvalProblems } from './index.ts'

const ASK_MS_MAX = 30_000
const { GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_TOKEN, GITHUB_ACTOR = '', GITHUB_TRIGGERING_ACTOR = '' } = process.env
const answer = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/approvals`, {
  headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${GITHUB_TOKEN}`, 'x-github-api-version': '2022-11-28' },
  signal: AbortSignal.timeout(ASK_MS_MAX),
})
if (!answer.ok) throw new Error(`who approved is not told: ${answer.status}`)
const problems = approvalProblems((await answer.json()) as readonly Approval[], [GITHUB_ACTOR, GITHUB_TRIGGERING_ACTOR])
for (const problem of problems) process.stderr.write(`${problem}\n`)
if (problems.length > 0) process.exitCode = 1
