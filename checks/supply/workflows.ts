import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

type Rights = Readonly<Record<string, string>> | string
type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }

/** One job of a workflow, as far as it is looked at here. */
export type Job = {
  readonly needs?: string | readonly string[]
  readonly environment?: string | { readonly name: string }
  readonly permissions?: Rights
  readonly 'timeout-minutes'?: number
  readonly steps?: readonly Step[]
  readonly container?: unknown
  readonly services?: unknown
  readonly uses?: string
}

/** A workflow of the hosting service: its file and what is in it. Source: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (2026-11-27). */
export type Workflow = {
  readonly path: string
  readonly text: string
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Rights | undefined
  readonly jobs: Readonly<Record<string, Job>>
}

const FOLDER = '.github/workflows'
/** A whole commit and, beside it, the version that people know it by. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/
const FOREIGN_TRIGGERS = ['pull_request_target', 'workflow_run', 'issue_comment'] as const
const LASTING_KEY = /\bsecrets\s*[.[]|_authToken|\b(?:NODE_AUTH_TOKEN|NPM_TOKEN|NPM_CONFIG_TOKEN)\b/

/** A workflow by its text; it may be one that lies nowhere. */
export function workflowOf(path: string, text: string): Workflow {
  const { on, permissions, jobs } = parse(text) as Omit<Workflow, 'path' | 'text'>
  return { path, text, on, permissions, jobs }
}

/** All workflows of a checkout. */
export function readWorkflows(checkout: string): readonly Workflow[] {
  const folder = join(checkout, FOLDER)
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : []
  return names.map((name) => workflowOf(`${FOLDER}/${name}`, readFileSync(join(folder, name), 'utf8')))
}

/** What any workflow must not do, whatever it is for: run what may change, hand rights or keys to strangers, or take text of strangers for a program. */
export function workflowProblems(workflow: Workflow): readonly string[] {
  const { path, text, on, permissions, jobs } = workflow
  const steps = Object.values(jobs).flatMap((job) => job.steps ?? [])
  return [
    ...usedIn(workflow).flatMap((one) => (PINNED.test(one) ? [] : [`${one} is not pinned by a whole commit`])),
    ...[...text.matchAll(/uses: (\S+)(.*)$/gm)].flatMap(([, one, rest = '']) =>
      /^ # v\d+\.\d+\.\d+$/.test(rest) ? [] : [`${one} does not say which version it is`],
    ),
    ...FOREIGN_TRIGGERS.flatMap((name) => (name in on ? [`${name} gives strangers the rights of the repository`] : [])),
    ...(isReading(permissions) ? [] : ['a job may write unless it says otherwise']),
    ...Object.entries(jobs).flatMap(([name, job]) => jobProblems(name, job)),
    ...steps.flatMap(({ run = '' }) => (run.includes('${{') ? ['an expression is put into a program'] : [])),
    ...(LASTING_KEY.test(text) ? ['it knows a key that lasts'] : []),
  ].map((problem) => `${path}: ${problem}`)
}

/** Every action that a workflow uses. */
const usedIn = ({ jobs }: Workflow): readonly string[] =>
  Object.values(jobs).flatMap(({ uses, steps = [] }) => [uses, ...steps.map((step) => step.uses)].filter((one) => one !== undefined))

/** Whether rights are told and let nobody write. */
export const isReading = (rights: Rights | undefined): boolean =>
  typeof rights === 'object' && rights !== null && Object.values(rights).every((right) => right === 'read' || right === 'none')

function jobProblems(name: string, job: Job): readonly string[] {
  const isPublishing = job.environment !== undefined
  const { 'id-token': token, ...rest } = typeof job.permissions === 'object' ? job.permissions : {}
  const kept = (job.steps ?? []).filter(
    ({ uses, with: given }) => uses?.startsWith('actions/checkout@') && given?.['persist-credentials'] !== false,
  )
  return [
    ...(job.permissions === undefined || (typeof job.permissions === 'object' && isReading(rest)) ? [] : [`${name} may write`]),
    ...(token === undefined || isPublishing ? [] : [`${name} may say who it is, and nobody looked at it`]),
    ...(job['timeout-minutes'] === undefined ? [`${name} has no end`] : []),
    ...(kept.length > 0 ? [`${name} leaves the token of the run in the checkout`] : []),
    ...(job.container === undefined && job.services === undefined ? [] : [`${name} runs an image`]),
  ]
}
